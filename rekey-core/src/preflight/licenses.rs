//! What preflight's check `HasLicense` sees in an image.
//!
//! Source: `internal/policy/container/has_license.go` of openshift-preflight 1.21.0.

use super::extract::{Extraction, Found, Nowhere, Target};

/// Where licences have to be, without the slash in front.
pub(crate) const LICENSES: &str = "licenses";

/// The files below `/licenses`.
pub(crate) struct Licenses<'i> {
    /// What is wrong with the directory itself; the files are none then.
    pub(crate) missing: Option<Missing>,
    /// The files, by their path in the image, links followed.
    pub(crate) files: Vec<(Vec<u8>, Found<'i>)>,
    /// The links that lead nowhere in what preflight extracts.
    pub(crate) broken: Vec<Vec<u8>>,
    /// Whether versions before 1.18.0 see the same: a file that is not empty stands in the directory itself.
    pub(crate) plain: bool,
}

/// Why there is no directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Nothing is called so, or it is a link that leads nowhere, or an empty directory, which is not extracted.
    Nothing,
    /// It is no directory.
    NoFolder,
    /// It is a link that leads in a circle, or through a file: the check ends in an error.
    Astray,
}

impl<'i> Licenses<'i> {
    /// Looks below `/licenses`.
    pub(crate) fn of(extracted: &Extraction<'i>) -> Self {
        let mut found = Self { missing: None, files: Vec::new(), broken: Vec::new(), plain: false };
        let folder = match extracted.follow(LICENSES.as_bytes()) {
            Ok(Target::Folder(folder)) => folder,
            Ok(Target::File(_)) => return Self { missing: Some(Missing::NoFolder), ..found },
            Err(Nowhere::Missing) => return Self { missing: Some(Missing::Nothing), ..found },
            Err(Nowhere::Astray) => return Self { missing: Some(Missing::Astray), ..found },
        };
        for path in extracted.walk(&folder) {
            match extracted.follow(&path) {
                Ok(Target::File(file)) => {
                    let direct = folder == LICENSES.as_bytes() && super::extract::split(&path).0 == folder;
                    found.plain |= direct && file.entry.size > 0 && !extracted.is_symlink(&path);
                    found.files.push((path, file));
                }
                // A link to a directory is not walked into.
                Ok(Target::Folder(_)) => {}
                Err(_) => found.broken.push(path),
            }
        }
        found
    }

    /// Whether the check passes, and which file makes it pass.
    pub(crate) fn passing(&self) -> Option<&(Vec<u8>, Found<'i>)> {
        self.files.iter().find(|(_, found)| found.entry.size > 0)
    }
}
