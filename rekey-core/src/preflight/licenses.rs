//! The files that preflight's check `HasLicense` finds in an image.
//!
//! Source: `internal/policy/container/has_license.go` of openshift-preflight 1.21.0.

use super::extract::{Extraction, Found, Nowhere, Target};

/// The path of the licenses, without the leading slash.
pub(crate) const LICENSES: &str = "licenses";

/// The files below `/licenses`.
pub(crate) struct Licenses<'i> {
    /// The defect of the directory itself, if any; then there are no files.
    pub(crate) missing: Option<Missing>,
    /// The files by their path in the image, with links followed.
    pub(crate) files: Vec<(Vec<u8>, Found<'i>)>,
    /// The links whose target is missing from the extracted files.
    pub(crate) broken: Vec<Vec<u8>>,
    /// True if versions before 1.18.0 agree: a non-empty file is directly in the directory.
    pub(crate) plain: bool,
}

/// The reason why there is no directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// There is no such name, or it is a link without a target, or an empty directory, which is not
    /// extracted.
    Nothing,
    /// It is not a directory.
    NoFolder,
    /// It is a link in a cycle or through a file: the check ends in an error.
    Astray,
}

impl<'i> Licenses<'i> {
    /// Looks for files below `/licenses`.
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
                // Links to directories are not followed.
                Ok(Target::Folder(_)) => {}
                Err(_) => found.broken.push(path),
            }
        }
        found
    }

    /// The file that makes the check pass, if it passes.
    pub(crate) fn passing(&self) -> Option<&(Vec<u8>, Found<'i>)> {
        self.files.iter().find(|(_, found)| found.entry.size > 0)
    }
}
