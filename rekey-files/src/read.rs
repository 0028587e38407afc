//! Files read up to a limit: larger ones are rejected before they are stored.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use zeroize::Zeroizing;

use rekey_core::{
    mask::{MASK, masked},
    text::printable,
};

use crate::folder::Folder;

/// The kind of an input, which determines its maximum size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `rekey.toml` or a git configuration.
    Config,
    /// A Dockerfile.
    Dockerfile,
    /// A private or public key.
    Key,
    /// A file of credentials.
    AuthFile,
    /// A list of tags.
    Tags,
    /// A config or manifest of an image.
    Json,
    /// A list of excluded files, such as `.gitignore`.
    Ignore,
    /// A log.
    Log,
    /// An archive of small files.
    Archive,
}

impl Kind {
    /// The maximum size in bytes.
    pub const fn limit(self) -> usize {
        match self {
            Self::Key => 64 << 10,
            Self::Config | Self::AuthFile | Self::Ignore => 1 << 20,
            Self::Dockerfile | Self::Tags | Self::Json => 16 << 20,
            Self::Log | Self::Archive => 64 << 20,
        }
    }

    const fn is_secret(self) -> bool {
        matches!(self, Self::Key | Self::AuthFile)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Config => "a configuration",
            Self::Dockerfile => "a Dockerfile",
            Self::Key => "a key",
            Self::AuthFile => "an auth file",
            Self::Tags => "a list of tags",
            Self::Json => "a JSON document",
            Self::Ignore => "an ignore file",
            Self::Log => "a log",
            Self::Archive => "an archive of artifacts",
        }
    }
}

/// An input that could not be read: its name and the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", printable(name))]
pub struct ReadError {
    /// The path as the user gave it, or the name of an environment variable.
    pub name: String,
    /// The reason.
    pub reason: Reason,
}

/// The reason why an input could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// There is no file with that name.
    #[error("no such file")]
    Missing,
    /// There is no file with that name, but one with a similar name.
    #[error("no such file; did you mean `{}`?", shown(near))]
    Misnamed {
        /// The path of that file.
        near: String,
    },
    /// The environment has no such variable.
    #[error("no such environment variable")]
    NoVariable,
    /// Permission to read the file is denied.
    #[error("permission denied")]
    Permission,
    /// The file is a folder.
    #[error("is a directory, expected a file")]
    Directory,
    /// The path is not a folder.
    #[error("is not a directory")]
    NotADirectory,
    /// The file is a pipe, a socket or a device.
    #[error("is {0}, expected a file")]
    Special(&'static str),
    /// A path or a link leads out of the folder that is checked.
    #[error("leads outside the directory that is checked")]
    Outside,
    /// The file is larger than the limit for its kind.
    #[error("larger than {}, the limit for {}", size(kind.limit()), kind.name())]
    TooLarge {
        /// The kind of input.
        kind: Kind,
    },
    /// Too many images name large files, so checking all of them would take too long.
    #[error("the files of its images are larger than {} in total, counting a file once for each image that names it", size(*limit))]
    NamedTooOften {
        /// The limit in bytes.
        limit: usize,
    },
    /// The file does not have the required format.
    #[error("{0}")]
    Form(&'static str),
    /// The message of the system.
    #[error("{0}")]
    Other(String),
}

impl ReadError {
    /// An error for `name`; a secret that was typed in place of a name is masked.
    pub fn new(name: impl AsRef<str>, reason: Reason) -> Self {
        Self { name: masked(name.as_ref()), reason }
    }
}

impl From<io::Error> for Reason {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Permission,
            io::ErrorKind::IsADirectory => Self::Directory,
            _ => Self::Other(error.to_string()),
        }
    }
}

/// The location of a file.
#[derive(Clone, Copy, Debug)]
pub enum Location<'a> {
    /// A file that the user named: anywhere, and possibly a pipe or a device.
    Named(&'a Path),
    /// A file that was found, or that a file in the folder names: a regular file below that folder.
    Below(&'a Folder, &'a Path),
}

impl Location<'_> {
    fn open(self) -> Result<File, Reason> {
        match self {
            Self::Named(path) => {
                let file = File::open(path)?;
                if file.metadata()?.is_dir() { Err(Reason::Directory) } else { Ok(file) }
            }
            Self::Below(folder, path) => folder.open(path),
        }
    }
}

/// The content of a file; `name` is its name in errors.
///
/// # Errors
/// Returns an error if it cannot be read or is too large.
pub fn file(location: Location<'_>, name: &str, kind: Kind) -> Result<Vec<u8>, ReadError> {
    let read = location.open().and_then(|file| bounded(file, kind));
    read.map(|mut bytes| std::mem::take(&mut *bytes)).map_err(|reason| ReadError::new(name, reason))
}

/// The content of a key file, wiped when dropped, and its permission bits.
///
/// # Errors
/// Returns an error if it cannot be read or is too large.
pub fn key(location: Location<'_>, name: &str) -> Result<(Zeroizing<Vec<u8>>, Option<u32>), ReadError> {
    let read = || {
        let file = location.open()?;
        let mode = mode(&file);
        Ok((bounded(file, Kind::Key)?, mode))
    };
    read().map_err(|reason| ReadError::new(name, reason))
}

/// The content of a credentials file, wiped when dropped.
///
/// # Errors
/// Returns an error if it cannot be read or is too large.
pub fn auth_file(path: &Path, name: &str) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    let read = Location::Named(path).open().and_then(|file| bounded(file, Kind::AuthFile));
    read.map_err(|reason| ReadError::new(name, reason))
}

/// The rest of a stream.
///
/// # Errors
/// Returns an error if it cannot be read or is too large.
pub fn stream(stream: &mut dyn Read, kind: Kind) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    bounded(stream, kind).map_err(|reason| ReadError::new("standard input", reason))
}

/// The value of an environment variable.
pub(crate) fn variable(name: &str) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    // A text that cannot be the name of a variable may be the key itself, or its passphrase.
    let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let shown = if is_name { name } else { MASK };
    let value = std::env::var_os(name).ok_or_else(|| ReadError::new(shown, Reason::NoVariable))?;
    Ok(Zeroizing::new(value.into_encoded_bytes()))
}

/// The name of a file for messages: the path below `base`, which is omitted if it is `.`.
pub(crate) fn name(base: &Path, path: &str) -> String {
    let joined = if base == Path::new(".") { Path::new(path).to_owned() } else { base.join(path) };
    joined.to_string_lossy().into_owned()
}

/// Returns a name that was typed or read, masked and printable, for display in a message.
pub fn shown(name: &str) -> String {
    printable(&masked(name)).into_owned()
}

/// Reads at most one byte more than the limit, into a buffer that is never reallocated: no copy of a key is
/// left behind.
pub(crate) fn bounded(reader: impl Read, kind: Kind) -> Result<Zeroizing<Vec<u8>>, Reason> {
    let limit = kind.limit();
    let room = if kind.is_secret() { limit + 64 } else { 0 };
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    reader.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit { Err(Reason::TooLarge { kind }) } else { Ok(bytes) }
}

#[cfg(unix)]
fn mode(file: &File) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().ok().map(|metadata| metadata.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_: &File) -> Option<u32> {
    None
}

fn size(bytes: usize) -> String {
    if bytes >= 1 << 20 { format!("{} MiB", bytes >> 20) } else { format!("{} KiB", bytes >> 10) }
}
