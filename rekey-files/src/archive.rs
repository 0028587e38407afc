//! A built image: an OCI layout, an archive from `podman save`, `docker save` or `skopeo copy`, or a stream of
//! one.

use std::{
    ffi::OsStr,
    fmt,
    io::Read,
    path::{Path, PathBuf},
};

use rekey_core::{ImageReference, Report, Target, Text, suggest::nearest};

use crate::read::ReadError;

mod checked;
mod shared;
mod spool;

pub use checked::{CheckedImages, PartsOrigin};

/// Checks every image of an archive or layout; `reference` is the destination of their push.
///
/// ```
/// use rekey_core::Target;
/// use rekey_files::archive::{ArchiveSource, check_image_archive};
///
/// let error = check_image_archive(ArchiveSource::Bytes(b"no tar"), None, &Target::default()).unwrap_err();
/// assert_eq!(error.to_string(), "archive: not an image archive: the tar ends within a header");
/// ```
///
/// # Errors
/// Returns an error if it cannot be read or contains no image.
pub fn check_image_archive<'a>(
    source: impl Into<ArchiveSource<'a>>,
    reference: Option<&Text<'_>>,
    target: &Target,
) -> Result<Report, ReadError> {
    Ok(CheckedImages::of(source, reference, target)?.report)
}

/// The source of a built image. An archive may be compressed as a whole with gzip or zstd.
pub enum ArchiveSource<'a> {
    /// A file, a folder, or standard input.
    Location(ImageLocation),
    /// The bytes of an archive.
    Bytes(&'a [u8]),
    /// A stream of an archive, which is stored in a temporary file without a name, and its name in reports.
    Stream(&'a mut dyn Read, &'a str),
}

impl fmt::Debug for ArchiveSource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Location(location) => f.debug_tuple("Location").field(location).finish(),
            Self::Bytes(archive) => f.debug_tuple("Bytes").field(&archive.len()).finish(),
            Self::Stream(_, name) => f.debug_tuple("Stream").field(name).finish(),
        }
    }
}

impl From<ImageLocation> for ArchiveSource<'_> {
    fn from(location: ImageLocation) -> Self {
        Self::Location(location)
    }
}

impl<'a> From<&'a [u8]> for ArchiveSource<'a> {
    fn from(archive: &'a [u8]) -> Self {
        Self::Bytes(archive)
    }
}

/// The location of a built image, in the notation of skopeo and podman: `oci:DIR[:NAME]`,
/// `oci-archive:FILE[:NAME]`, `docker-archive:FILE[:NAME]`, `dir:DIR`, `containers-storage:IMAGE`,
/// `docker-daemon:IMAGE`, `docker://REFERENCE`, `-` for standard input, or only a path.
///
/// ```
/// use rekey_files::archive::{ImageLocation, Transport};
///
/// let location = ImageLocation::parse("oci-archive:out/app.tar:1.0-1".as_ref()).unwrap();
/// assert_eq!((location.path(), location.name()), ("out/app.tar".as_ref(), Some("1.0-1")));
/// assert_eq!(location.transport(), Transport::OciArchive);
/// assert!(ImageLocation::parse("quay.io/acme/app:1.0-1".as_ref()).is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageLocation {
    transport: Transport,
    path: PathBuf,
    name: Option<String>,
}

/// The prefix of a location, which determines how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// No prefix.
    Path,
    /// `-`, standard input.
    Stdin,
    /// `oci:`, a layout in a folder.
    Oci,
    /// `oci-archive:`, a layout in a file.
    OciArchive,
    /// `docker-archive:`, the output of `docker save`.
    DockerArchive,
    /// `dir:`, a manifest and its blobs in a folder.
    Directory,
    /// `containers-storage:`, the local images of podman and buildah; only the command reads them.
    ContainersStorage,
    /// `docker-daemon:`, the local images of docker; only the command reads them.
    DockerDaemon,
    /// `docker://`, an image in a registry; only the command reads it.
    Registry,
}

impl Transport {
    const ALL: &[(&str, Self)] = &[
        ("oci:", Self::Oci),
        ("oci-archive:", Self::OciArchive),
        ("docker-archive:", Self::DockerArchive),
        ("dir:", Self::Directory),
        ("containers-storage:", Self::ContainersStorage),
        ("docker-daemon:", Self::DockerDaemon),
        ("docker://", Self::Registry),
    ];

    /// The reason why an image cannot be read without the command.
    const fn of_command(self) -> Option<&'static str> {
        match self {
            Self::ContainersStorage => Some(
                "only the command reads podman's storage, `rekey image containers-storage:IMAGE`; for the library, save the image: `podman save --format oci-archive --output app.tar IMAGE`",
            ),
            Self::DockerDaemon => Some(
                "only the command reads docker's storage, `rekey image docker-daemon:IMAGE`; for the library, save the image: `docker save --output app.tar IMAGE`",
            ),
            Self::Registry => Some(
                "only the command and the crate `rekey-registry` read an image in a registry, `rekey image docker://REFERENCE`; for the library, copy it: `skopeo copy docker://REFERENCE oci-archive:app.tar`",
            ),
            _ => None,
        }
    }
}

/// The extensions of archives.
const EXTENSIONS: &[&str] = &[".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst", ".tar.xz", ".txz"];

impl ImageLocation {
    /// Parses the location of an image; returns `None` for a reference.
    ///
    /// A text without a prefix is a path if it begins with `/`, `./` or `../`, if it ends like an archive,
    /// or if a file or folder with this name exists.
    pub fn parse(text: &OsStr) -> Option<Self> {
        let bytes = text.as_encoded_bytes();
        if bytes == b"-" {
            return Some(Self { transport: Transport::Stdin, ..Self::new(text) });
        }
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
        let location = Self::new(text);
        let starts_as_path = ["/", "./", "../"].iter().any(|start| bytes.starts_with(start.as_bytes()));
        let ends_as_archive = is_archive(bytes) && !bytes.contains(&b':');
        (starts_as_path || ends_as_archive || location.path.exists()).then_some(location)
    }

    /// A location without a prefix.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { transport: Transport::Path, path: path.into(), name: None }
    }

    /// Returns true for standard input: `-`, `oci-archive:-`, `docker-archive:-`.
    pub fn is_stdin(&self) -> bool {
        match self.transport {
            Transport::Stdin => true,
            Transport::OciArchive | Transport::DockerArchive => self.path == Path::new("-"),
            _ => false,
        }
    }

    /// The prefix of the location.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// The file or directory, or what follows the prefix of another transport.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name of the selected image in it.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the location that a text probably means, if it is neither a location nor a reference that
    /// makes sense: a mistyped prefix, or a name that is almost that of an archive beside it.
    ///
    /// ```
    /// use rekey_files::archive::ImageLocation;
    ///
    /// let near = ImageLocation::nearest("oci_archive:app.tar".as_ref());
    /// assert_eq!(near.as_deref(), Some("oci-archive:app.tar"));
    /// assert_eq!(ImageLocation::nearest("quay.io/acme/app:1.0-1".as_ref()), None);
    /// ```
    pub fn nearest(text: &OsStr) -> Option<String> {
        let text = text.to_str().filter(|text| !has_user_info(text))?;
        if Self::parse(text.as_ref()).is_none()
            && let Some((prefix, rest)) = text.split_once(':')
        {
            let is_reference = ImageReference::parse(text).is_ok();
            let names = Transport::ALL.iter().map(|(name, _)| *name);
            // A short prefix may as well be a repository with a tag.
            let names = names.filter(|name| !is_reference || name.contains('-'));
            let written = if rest.starts_with("//") { format!("{prefix}://") } else { format!("{prefix}:") };
            if let Some(name) = nearest(&written, names) {
                return Some(format!("{name}{}", rest.trim_start_matches("//")));
            }
            let of_docker = prefix == "docker" && !is_reference;
            return of_docker.then(|| format!("docker://{}", rest.trim_start_matches('/')));
        }
        if text.contains([':', '@']) {
            return None;
        }
        nearest_archive(Path::new(text)).map(|near| near.display().to_string())
    }
}

impl From<&Path> for ImageLocation {
    fn from(path: &Path) -> Self {
        Self::new(path)
    }
}

/// Returns true if a reference has text before an `@` other than that of a digest: it may be a password.
///
/// ```
/// use rekey_files::archive::has_user_info;
///
/// assert!(has_user_info("user:password@quay.io/acme/app:1.0-1"));
/// assert!(!has_user_info(&format!("quay.io/acme/app@sha256:{}", "0".repeat(64))));
/// ```
pub fn has_user_info(reference: &str) -> bool {
    /// The minimum length of a digest, so that a name and a tag are none.
    const DIGITS: usize = 32;
    let is_digest = |text: &str| match text.split_once(':') {
        Some((algorithm, hex)) => {
            let is_word = algorithm.bytes().all(|b| b.is_ascii_alphanumeric());
            is_word && hex.len() >= DIGITS && hex.bytes().all(|b| b.is_ascii_hexdigit())
        }
        None => false,
    };
    match reference.rsplit_once('@') {
        Some((name, digest)) if is_digest(digest) => name.contains('@'),
        Some(_) => true,
        None => false,
    }
}

/// Returns true if a name ends like that of an archive.
fn is_archive(name: &[u8]) -> bool {
    let ends_with = |extension: &&str| {
        let start = name.len().checked_sub(extension.len());
        start.is_some_and(|start| start > 0 && name[start..].eq_ignore_ascii_case(extension.as_bytes()))
    };
    EXTENSIONS.iter().any(ends_with)
}

/// Returns the archive in the same folder whose name is most similar to that of a missing file.
fn nearest_archive(path: &Path) -> Option<PathBuf> {
    /// The maximum number of entries of the folder that are compared.
    const ENTRIES: usize = 10_000;
    let name = path.file_name()?.to_str()?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let entries = std::fs::read_dir(parent.unwrap_or(Path::new("."))).ok()?.take(ENTRIES);
    let names: Vec<_> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    let archives = names.iter().map(String::as_str).filter(|name| is_archive(name.as_bytes()));
    Some(path.with_file_name(nearest(name, archives)?))
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
            let found = ImageLocation::parse(text.as_ref()).unwrap();
            assert_eq!((found.path(), found.name()), (Path::new(path), name), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_need_not_be_utf_8() {
        use std::os::unix::ffi::OsStrExt as _;
        let found = ImageLocation::parse(OsStr::from_bytes(b"oci:\xff:1.0-1")).unwrap();
        assert_eq!((found.path().as_os_str().as_bytes(), found.name()), (&b"\xff"[..], Some("1.0-1")));
    }
}
