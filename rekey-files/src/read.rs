//! Files, read up to a limit: what is larger is refused before it is held.

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

/// What is read, and with it how large it may be.
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
    /// A list of files that are left out, such as `.gitignore`.
    Ignore,
    /// A log.
    Log,
    /// An archive of small files.
    Archive,
}

impl Kind {
    /// The most bytes that are read.
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

/// An input that could not be read: its name and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", printable(name))]
pub struct ReadError {
    /// The path as the user gave it, or the name of an environment variable.
    pub name: String,
    /// Why it could not be read.
    pub reason: Reason,
}

/// Why an input could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// There is nothing of that name.
    #[error("no such file")]
    Missing,
    /// The environment has no such variable.
    #[error("no such environment variable")]
    NoVariable,
    /// The file may not be read.
    #[error("permission denied")]
    Permission,
    /// It is a folder.
    #[error("is a directory, expected a file")]
    Directory,
    /// It is no folder.
    #[error("is not a directory")]
    NotADirectory,
    /// It is a pipe, a socket or a device.
    #[error("is {0}, expected a file")]
    Special(&'static str),
    /// A path or a link leads out of the folder that is checked.
    #[error("leads outside the directory that is checked")]
    Outside,
    /// It is larger than an input of its kind may be.
    #[error("larger than {}, the limit for {}", size(kind.limit()), kind.name())]
    TooLarge {
        /// What it was read as.
        kind: Kind,
    },
    /// So many images name large files that judging all would take too long.
    #[error("the files of its images are larger than {} in total, counting a file once for each image that names it", size(*limit))]
    NamedTooOften {
        /// The limit in bytes.
        limit: usize,
    },
    /// It is not of the form it should have.
    #[error("{0}")]
    Form(&'static str),
    /// The system says so.
    #[error("{0}")]
    Other(String),
}

impl ReadError {
    /// That `name` could not be read; a secret typed in the place of a name is masked.
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

/// A file to be read.
#[derive(Clone, Copy, Debug)]
pub enum Location<'a> {
    /// One that a person named: wherever it is, and a pipe or a device too.
    Named(&'a Path),
    /// One that was searched for, or that a file of the folder names: a regular file below that folder.
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

/// The content of a file, called `name` where it cannot be read.
///
/// # Errors
/// When it cannot be read, or is too large.
pub fn file(location: Location<'_>, name: &str, kind: Kind) -> Result<Vec<u8>, ReadError> {
    let read = location.open().and_then(|file| bounded(file, kind));
    read.map(|mut bytes| std::mem::take(&mut *bytes)).map_err(|reason| ReadError::new(name, reason))
}

/// The content of a file that holds a key, wiped when it is dropped, and its permission bits.
///
/// # Errors
/// When it cannot be read, or is too large.
pub fn key(location: Location<'_>, name: &str) -> Result<(Zeroizing<Vec<u8>>, Option<u32>), ReadError> {
    let read = || {
        let file = location.open()?;
        let mode = mode(&file);
        Ok((bounded(file, Kind::Key)?, mode))
    };
    read().map_err(|reason| ReadError::new(name, reason))
}

/// The content of a file of credentials, wiped when it is dropped.
///
/// # Errors
/// When it cannot be read, or is too large.
pub fn auth_file(path: &Path, name: &str) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    let read = Location::Named(path).open().and_then(|file| bounded(file, Kind::AuthFile));
    read.map_err(|reason| ReadError::new(name, reason))
}

/// The rest of a stream.
///
/// # Errors
/// When it cannot be read, or is too large.
pub fn stream(stream: &mut dyn Read, kind: Kind) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    bounded(stream, kind).map_err(|reason| ReadError::new("standard input", reason))
}

/// The value of an environment variable.
pub(crate) fn variable(name: &str) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    // What is no name of a variable may be the key itself, or its passphrase.
    let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let shown = if is_name { name } else { MASK };
    let value = std::env::var_os(name).ok_or_else(|| ReadError::new(shown, Reason::NoVariable))?;
    Ok(Zeroizing::new(value.into_encoded_bytes()))
}

/// What a person calls a file: the path below `base`, where `.` is left out.
pub(crate) fn name(base: &Path, path: &str) -> String {
    let joined = if base == Path::new(".") { Path::new(path).to_owned() } else { base.join(path) };
    joined.to_string_lossy().into_owned()
}

/// Returns a name that was typed or read as a message repeats it: masked and printable.
pub fn shown(name: &str) -> String {
    printable(&masked(name)).into_owned()
}

/// Reads one byte more than the limit at most, into a buffer that never moves: no copy of a key is left behind.
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
