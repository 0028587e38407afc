//! A built image on disk: an OCI layout, or an archive of `podman save`, `docker save` or `skopeo copy`.

use std::{
    ffi::OsStr,
    fmt,
    path::{Path, PathBuf},
};

use rekey_core::{Policy, Report, Text};

use crate::read::ReadError;

mod checked;

pub use checked::CheckedImages;

/// Checks every image of an archive or layout; `reference` is where they are going to be pushed.
///
/// # Errors
/// When it cannot be read, or has no image in it.
pub fn check_image_archive(
    path: &ImagePath,
    reference: Option<&Text<'_>>,
    policy: &Policy,
) -> Result<Report, ReadError> {
    Ok(CheckedImages::of(path, reference, &rekey_image::Limits::default(), policy)?.report)
}

/// Where a built image is, as skopeo and podman write it: `oci:DIR[:NAME]`, `oci-archive:FILE[:NAME]`,
/// `docker-archive:FILE[:NAME]`, or a path alone.
///
/// ```
/// use rekey_cli::archive::ImagePath;
///
/// let path = ImagePath::parse("oci-archive:out/app.tar:1.0-1".as_ref()).unwrap();
/// assert_eq!((path.path(), path.name()), ("out/app.tar".as_ref(), Some("1.0-1")));
/// assert!(ImagePath::parse("quay.io/acme/app:1.0-1".as_ref()).is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImagePath {
    path: PathBuf,
    name: Option<String>,
}

impl ImagePath {
    /// Reads where an image is said to be; none where the text is a reference to a registry.
    ///
    /// A path alone is taken for one where it begins with `/`, `./` or `../`, which no reference does, or ends in `.tar`
    /// and there is such a file.
    pub fn parse(text: &OsStr) -> Option<Self> {
        let written = text.to_string_lossy();
        let transport =
            ["oci:", "oci-archive:", "docker-archive:"].iter().find_map(|name| written.strip_prefix(name));
        if let Some(rest) = transport {
            let (path, name) = rest.split_once(':').map_or((rest, None), |(path, name)| (path, Some(name)));
            return Some(Self {
                path: path.into(),
                name: name.filter(|name| !name.is_empty()).map(str::to_owned),
            });
        }
        let path = PathBuf::from(text);
        let is_path = ["/", "./", "../"].iter().any(|start| written.starts_with(start));
        let is_tar = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tar"));
        (is_path || is_tar && path.is_file()).then_some(Self { path, name: None })
    }

    /// A path alone.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), name: None }
    }

    /// The file or directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Which of the images in it is meant.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl fmt::Display for ImagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}
