//! A built image on disk: an OCI layout, or an archive from `podman save`, `docker save` or `skopeo copy`.

use std::{
    ffi::OsStr,
    fmt,
    path::{Path, PathBuf},
};

use rekey_core::{Report, Target, Text};

use crate::read::ReadError;

mod checked;

pub use checked::CheckedImages;

/// Checks every image of an archive or layout; `reference` is the destination of their push.
///
/// # Errors
/// Returns an error if it cannot be read or contains no image.
pub fn check_image_archive(
    path: &ImagePath,
    reference: Option<&Text<'_>>,
    target: &Target,
) -> Result<Report, ReadError> {
    Ok(CheckedImages::of(path, reference, target)?.report)
}

/// The location of a built image, in the notation of skopeo and podman: `oci:DIR[:NAME]`,
/// `oci-archive:FILE[:NAME]`, `docker-archive:FILE[:NAME]`, `dir:DIR`, or only a path.
///
/// ```
/// use rekey_files::archive::{ImagePath, Transport};
///
/// let path = ImagePath::parse("oci-archive:out/app.tar:1.0-1".as_ref()).unwrap();
/// assert_eq!((path.path(), path.name()), ("out/app.tar".as_ref(), Some("1.0-1")));
/// assert_eq!(path.transport(), Transport::OciArchive);
/// assert!(ImagePath::parse("quay.io/acme/app:1.0-1".as_ref()).is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImagePath {
    transport: Transport,
    path: PathBuf,
    name: Option<String>,
}

/// The prefix of a path, which determines how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// No prefix.
    Path,
    /// `oci:`, a layout in a folder.
    Oci,
    /// `oci-archive:`, a layout in a file.
    OciArchive,
    /// `docker-archive:`, the output of `docker save`.
    DockerArchive,
    /// `dir:`, a manifest and its blobs in a folder.
    Directory,
    /// `containers-storage:`, the local images of podman and buildah; it is not supported.
    ContainersStorage,
    /// `docker-daemon:`, the local images of docker; it is not supported.
    DockerDaemon,
}

impl Transport {
    const ALL: &[(&str, Self)] = &[
        ("oci:", Self::Oci),
        ("oci-archive:", Self::OciArchive),
        ("docker-archive:", Self::DockerArchive),
        ("dir:", Self::Directory),
        ("containers-storage:", Self::ContainersStorage),
        ("docker-daemon:", Self::DockerDaemon),
    ];

    /// The command that saves an unsupported image to an archive.
    const fn saved_by(self) -> Option<&'static str> {
        match self {
            Self::ContainersStorage => Some(
                "rekey does not read podman's storage: `podman save --format oci-archive --output app.tar IMAGE` writes an archive, which you can check as `oci-archive:app.tar`",
            ),
            Self::DockerDaemon => Some(
                "rekey does not read docker's storage: `docker save --output app.tar IMAGE` or `skopeo copy docker-daemon:IMAGE docker-archive:app.tar` writes an archive, which you can check as `docker-archive:app.tar`",
            ),
            _ => None,
        }
    }
}

impl ImagePath {
    /// Parses the location of an image; returns `None` for a reference to a registry.
    ///
    /// A text without a prefix is a path if it begins with `/`, `./` or `../`, which no reference does, or if
    /// a file or folder with this name exists and the text has no tag or digest.
    pub fn parse(text: &OsStr) -> Option<Self> {
        let bytes = text.as_encoded_bytes();
        let named =
            Transport::ALL.iter().find_map(|(name, own)| Some((*own, bytes.strip_prefix(name.as_bytes())?)));
        if let Some((transport, rest)) = named {
            let (path, name) = match transport {
                Transport::Oci | Transport::OciArchive | Transport::DockerArchive => split_name(rest),
                _ => (rest, &[][..]),
            };
            let name = (!name.is_empty()).then(|| String::from_utf8_lossy(name).into_owned());
            return Some(Self { transport, path: path_of(path), name });
        }
        let path = Self::new(text);
        let is_path = ["/", "./", "../"].iter().any(|start| bytes.starts_with(start.as_bytes()));
        let is_tar = path.path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tar"));
        let may_be_path = is_tar || !bytes.iter().any(|byte| b":@".contains(byte));
        (is_path || may_be_path && path.path.exists()).then_some(path)
    }

    /// A location without a prefix.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { transport: Transport::Path, path: path.into(), name: None }
    }

    /// The prefix of the path.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// The file or directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name of the selected image in it.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// Splits a path from the name after its first colon other than that of a drive, as in `C:\app.tar`.
fn split_name(text: &[u8]) -> (&[u8], &[u8]) {
    let has_drive = matches!(text, [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    let start = if has_drive { 2 } else { 0 };
    match text[start..].iter().position(|byte| *byte == b':') {
        Some(length) => (&text[..start + length], &text[start + length + 1..]),
        None => (text, &[]),
    }
}

/// A part of an [`OsStr`] as a path.
fn path_of(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        OsStr::from_bytes(bytes).into()
    }
    // On other systems there is no safe way to split text that is not Unicode.
    #[cfg(not(unix))]
    String::from_utf8_lossy(bytes).into_owned().into()
}

impl fmt::Display for ImagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colon_of_a_drive_does_not_end_the_path() {
        for (text, path, name) in [
            ("oci-archive:C:\\x.tar", "C:\\x.tar", None),
            ("oci-archive:C:\\x.tar:1.0-1", "C:\\x.tar", Some("1.0-1")),
            ("oci:c:/x", "c:/x", None),
            ("oci:c:x", "c", Some("x")),
            ("oci:x:", "x", None),
            ("docker-archive:x:a:b", "x", Some("a:b")),
            ("dir:C:\\x:y", "C:\\x:y", None),
        ] {
            let found = ImagePath::parse(text.as_ref()).unwrap();
            assert_eq!((found.path(), found.name()), (Path::new(path), name), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_need_not_be_utf_8() {
        use std::os::unix::ffi::OsStrExt as _;
        let found = ImagePath::parse(OsStr::from_bytes(b"oci:\xff:1.0-1")).unwrap();
        assert_eq!((found.path().as_os_str().as_bytes(), found.name()), (&b"\xff"[..], Some("1.0-1")));
    }
}
