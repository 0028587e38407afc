//! Files below a folder: no path and no link leads out of it.

use std::{
    ffi::OsString,
    fs::{File, FileType, Metadata},
    path::{Path, PathBuf},
};

use crate::read::Reason;

/// A folder that the caller named. A file that is opened through it is a regular file below it: a link is
/// followed only while it stays below the folder, and this is decided without opening or examining any file
/// outside.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

/// An entry of a folder.
pub(crate) struct Entry {
    pub(crate) name: OsString,
    pub(crate) kind: EntryKind,
}

/// The type of an entry of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A regular file with its size in bytes.
    File(u64),
    Folder,
    Link,
    /// A pipe, socket or device, with its name in messages.
    Special(&'static str),
}

/// The treatment of links on the way to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Links {
    /// Follow a link that stays below the folder.
    Within,
    /// Reject every link.
    Reject,
}

impl Folder {
    /// The folder at a path that the caller trusts; links in this path are followed.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { path: if path == Path::new("") { PathBuf::from(".") } else { path } }
    }

    /// The folder that a file is in.
    pub fn of(file: &Path) -> Self {
        Self::new(file.parent().unwrap_or(Path::new("")))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a regular file.
    pub(crate) fn open(&self, path: &Path) -> Result<File, Reason> {
        system::open(&self.path, path)
    }

    /// The type of what a path leads to.
    pub(crate) fn kind(&self, path: &Path) -> Result<EntryKind, Reason> {
        system::kind(&self.path, path)
    }

    /// Returns true if there is an entry at a path that can be opened, or that is rejected with a reason
    /// worth reporting.
    pub fn has(&self, path: &Path) -> bool {
        !matches!(self.kind(path), Err(Reason::Missing) | Ok(EntryKind::Folder))
    }

    /// The path without links.
    ///
    /// # Errors
    /// Returns an error if nothing is there, or if it is outside.
    pub fn resolve(&self, path: &Path) -> Result<PathBuf, Reason> {
        system::resolve(&self.path, path)
    }

    /// A folder below this one.
    pub(crate) fn folder(&self, path: &Path) -> Result<Self, Reason> {
        match self.kind(path)? {
            EntryKind::Folder => self.resolve(path).map(Self::new),
            _ => Err(Reason::NotADirectory),
        }
    }

    /// The entries of a folder to which no link leads.
    pub(crate) fn list(&self, path: &Path) -> Result<Vec<Entry>, Reason> {
        system::list(&self.path, path)
    }
}

impl EntryKind {
    /// The type of an entry itself, not of a link's target.
    pub(crate) fn of(kind: FileType, len: u64) -> Self {
        if kind.is_dir() {
            Self::Folder
        } else if kind.is_file() {
            Self::File(len)
        } else if kind.is_symlink() {
            Self::Link
        } else {
            Self::Special(special(kind))
        }
    }
}

impl From<&Metadata> for EntryKind {
    fn from(metadata: &Metadata) -> Self {
        Self::of(metadata.file_type(), metadata.len())
    }
}

/// The name of a type that is neither file nor folder.
fn special(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return "a named pipe";
        } else if kind.is_socket() {
            return "a socket";
        } else if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
    }
    let _ = kind;
    "not a regular file"
}

/// Paths are walked part by part through folder handles, so that a folder which is replaced by a link
/// meanwhile is not followed.
#[cfg(unix)]
mod system {
    use std::{
        ffi::{OsStr, OsString},
        fs::File,
        io,
        os::{
            fd::{AsFd as _, BorrowedFd, OwnedFd},
            unix::ffi::{OsStrExt as _, OsStringExt as _},
        },
        path::{Component, Path, PathBuf},
    };

    use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, openat, readlinkat, statat};

    use super::{Entry, EntryKind, Links};
    use crate::read::Reason;

    /// The maximum number of links to one file, as in Linux.
    const MOST_LINKS: usize = 40;

    /// A handle for finding entries, which needs no permission to list them on systems that have such
    /// handles.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const HANDLE: OFlags = OFlags::PATH;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const HANDLE: OFlags = OFlags::RDONLY;

    /// The end of a path.
    struct Place {
        root: OwnedFd,
        /// The folders from the root to the last one, by name.
        folders: Vec<(OsString, OwnedFd)>,
        /// The entry in the last folder, unless the path ends at that folder.
        last: Option<(OsString, EntryKind)>,
    }

    pub(super) fn open(root: &Path, path: &Path) -> Result<File, Reason> {
        let place = walk(root, path, Links::Within)?;
        let Some((name, kind)) = &place.last else { return Err(Reason::Directory) };
        if let EntryKind::Special(what) = kind {
            return Err(Reason::Special(what));
        }
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = File::from(openat(place.folder(), name, flags, Mode::empty()).map_err(io::Error::from)?);
        match EntryKind::from(&file.metadata()?) {
            EntryKind::File(_) => Ok(file),
            EntryKind::Special(what) => Err(Reason::Special(what)),
            EntryKind::Folder | EntryKind::Link => Err(Reason::Directory),
        }
    }

    pub(super) fn kind(root: &Path, path: &Path) -> Result<EntryKind, Reason> {
        Ok(walk(root, path, Links::Within)?.last.map_or(EntryKind::Folder, |(_, kind)| kind))
    }

    pub(super) fn resolve(root: &Path, path: &Path) -> Result<PathBuf, Reason> {
        let place = walk(root, path, Links::Within)?;
        let mut whole = root.canonicalize()?;
        whole.extend(place.folders.iter().map(|(name, _)| name));
        whole.extend(place.last.map(|(name, _)| name));
        Ok(whole)
    }

    pub(super) fn list(root: &Path, path: &Path) -> Result<Vec<Entry>, Reason> {
        let place = walk(root, path, Links::Reject)?;
        if place.last.is_some() {
            return Err(Reason::NotADirectory);
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = openat(place.folder(), ".", flags, Mode::empty()).map_err(io::Error::from)?;
        let mut entries = Vec::new();
        for entry in Dir::read_from(&folder).map_err(io::Error::from)? {
            let entry = entry.map_err(io::Error::from)?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name != "." && name != ".." {
                // The entry was removed meanwhile.
                let Ok(kind) = entry_kind(folder.as_fd(), name) else { continue };
                entries.push(Entry { name: name.to_owned(), kind });
            }
        }
        Ok(entries)
    }

    impl Place {
        /// The folder that the last entry is in.
        fn folder(&self) -> BorrowedFd<'_> {
            self.folders.last().map_or(&self.root, |(_, folder)| folder).as_fd()
        }
    }

    fn walk(root: &Path, path: &Path, links: Links) -> Result<Place, Reason> {
        let flags = HANDLE | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let open = |at: BorrowedFd<'_>, name: &OsStr, flags| {
            openat(at, name, flags, Mode::empty()).map_err(io::Error::from)
        };
        let top = open(rustix::fs::CWD, root.as_os_str(), flags)?;
        let mut place = Place { root: top, folders: Vec::new(), last: None };
        // The remaining parts, the next one at the end.
        let mut left = parts(root, path)?;
        let mut followed = 0;
        while let Some(part) = left.pop() {
            if part == ".." {
                place.folders.pop().ok_or(Reason::Outside)?;
                continue;
            }
            match entry_kind(place.folder(), &part)? {
                EntryKind::Link if links == Links::Reject => return Err(Reason::Outside),
                EntryKind::Link => {
                    followed += 1;
                    if followed > MOST_LINKS {
                        return Err(Reason::Form("too many links lead to it"));
                    }
                    let target = readlinkat(place.folder(), &part, Vec::new()).map_err(io::Error::from)?;
                    let target = PathBuf::from(OsString::from_vec(target.into_bytes()));
                    if target.is_absolute() {
                        place.folders.clear();
                    }
                    left.extend(parts(root, &target)?);
                }
                EntryKind::Folder => {
                    let folder = open(place.folder(), &part, flags | OFlags::NOFOLLOW)?;
                    place.folders.push((part, folder));
                }
                kind if left.is_empty() => place.last = Some((part, kind)),
                _ => return Err(Reason::Missing),
            }
        }
        Ok(place)
    }

    /// The parts of a path from the last to the first; an absolute path is one below the root.
    fn parts(root: &Path, path: &Path) -> Result<Vec<OsString>, Reason> {
        let below = if path.is_absolute() {
            let real = root.canonicalize()?;
            let named = std::path::absolute(root)?;
            let below = path.strip_prefix(&real).or_else(|_| path.strip_prefix(&named));
            below.map_err(|_| Reason::Outside)?
        } else {
            path
        };
        let names = below.components().filter(|part| *part != Component::CurDir);
        let mut names: Vec<_> = names.map(|part| part.as_os_str().to_owned()).collect();
        names.reverse();
        Ok(names)
    }

    /// The type of an entry itself, not of a link's target.
    fn entry_kind(folder: BorrowedFd<'_>, name: &OsStr) -> Result<EntryKind, Reason> {
        let stat = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).map_err(io::Error::from)?;
        Ok(match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => EntryKind::File(u64::try_from(stat.st_size).unwrap_or(0)),
            FileType::Directory => EntryKind::Folder,
            FileType::Symlink => EntryKind::Link,
            FileType::Fifo => EntryKind::Special("a named pipe"),
            FileType::Socket => EntryKind::Special("a socket"),
            _ => EntryKind::Special("a device"),
        })
    }
}

#[cfg(not(unix))]
mod system {
    use std::{
        fs::{self, File},
        path::{Path, PathBuf},
    };

    use super::{Entry, EntryKind, Links};
    use crate::read::Reason;

    pub(super) fn open(root: &Path, path: &Path) -> Result<File, Reason> {
        match kind(root, path)? {
            EntryKind::File(_) => Ok(File::open(resolve(root, path)?)?),
            EntryKind::Special(what) => Err(Reason::Special(what)),
            EntryKind::Folder | EntryKind::Link => Err(Reason::Directory),
        }
    }

    pub(super) fn kind(root: &Path, path: &Path) -> Result<EntryKind, Reason> {
        Ok(EntryKind::from(&resolve(root, path)?.symlink_metadata()?))
    }

    pub(super) fn resolve(root: &Path, path: &Path) -> Result<PathBuf, Reason> {
        within(root, path, Links::Within)
    }

    pub(super) fn list(root: &Path, path: &Path) -> Result<Vec<Entry>, Reason> {
        let entries = fs::read_dir(within(root, path, Links::Reject)?)?.flatten();
        let entry = |entry: fs::DirEntry| {
            let kind = EntryKind::from(&entry.metadata().ok()?);
            Some(Entry { name: entry.file_name(), kind })
        };
        Ok(entries.filter_map(entry).collect())
    }

    fn within(root: &Path, path: &Path, links: Links) -> Result<PathBuf, Reason> {
        let (root, real) = (root.canonicalize()?, root.join(path).canonicalize()?);
        let straight = links == Links::Within || real == root.join(path);
        if real.starts_with(&root) && straight { Ok(real) } else { Err(Reason::Outside) }
    }
}
