//! Atomic replacement of files.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use rekey_core::text::printable;

use crate::{
    folder::{EntryKind, Folder},
    read::Reason,
};

/// The reason why a file was left unchanged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The content differs from what was read.
    #[error("it changed since it was read")]
    Changed,
    /// Another process holds the lock.
    #[error("another run of rekey is writing it")]
    Busy,
    /// A hard link would keep the old content.
    #[error("it has more than one hard link, and the others would keep the old text")]
    HardLinks,
    /// The new file cannot have the same owner.
    #[error("its owner and group cannot be kept")]
    Owner,
    /// Another file has the name of the temporary file.
    #[error("`{}`, the name of the new file until it is complete, already exists", printable(.0))]
    Taken(String),
    /// There is no regular file below the folder.
    #[error("it {0}")]
    Place(Reason),
    /// The error of the system.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl WriteError {
    /// Returns true if the file exists and was not to be replaced.
    pub fn is_there(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::AlreadyExists)
    }
}

impl From<Reason> for WriteError {
    fn from(reason: Reason) -> Self {
        Self::Place(reason)
    }
}

/// The treatment of an existing file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Keep it, and write nothing.
    Keep,
    /// Replace it by the new file.
    Replace,
}

/// Replaces a file's content `old` by `new`: a reader of the file sees one of them, whatever happens.
///
/// A link below the folder stays a link; mode and owner are kept.
///
/// # Errors
/// Returns the reason if the file is left unchanged.
pub fn rewrite(folder: &Folder, path: &Path, old: &[u8], new: &[u8]) -> Result<(), WriteError> {
    match folder.kind(path)? {
        EntryKind::File(_) => replace(&folder.resolve(path)?, new, Replaced::File(Some(old))),
        EntryKind::Special(what) => Err(Reason::Special(what).into()),
        EntryKind::Folder | EntryKind::Link => Err(Reason::Directory.into()),
    }
}

/// Writes `text` to a file, which may exist: a reader sees all of it or the previous content.
///
/// A link is followed only within its own folder. Pipes and devices are written to if they are below `/dev`
/// or `/proc`, like `/dev/null` and the `/dev/fd/63` of a shell's `>(…)`.
///
/// # Errors
/// Returns the reason if the file is left unchanged.
pub fn put(path: &Path, text: &[u8]) -> Result<(), WriteError> {
    if is_special(path) {
        return Ok(fs::write(path, text)?);
    }
    let (folder, name) = (Folder::of(path), path.file_name().unwrap_or_default());
    match folder.kind(name.as_ref()) {
        // A dangling link is itself replaced.
        Err(Reason::Missing) => replace(path, text, Replaced::Nothing),
        Err(reason) => Err(reason.into()),
        Ok(EntryKind::File(_)) => replace(&folder.resolve(name.as_ref())?, text, Replaced::File(None)),
        Ok(EntryKind::Special(what)) => Err(Reason::Special(what).into()),
        Ok(EntryKind::Folder | EntryKind::Link) => Err(Reason::Directory.into()),
    }
}

/// Writes a file that only its owner can read.
///
/// A link is itself replaced: the secret is at the requested path, and the target of the link stays
/// unchanged.
///
/// # Errors
/// Returns the reason if the file is left unchanged.
pub fn write_secret(path: &Path, text: &[u8], existing: Existing) -> Result<(), WriteError> {
    let there = path.symlink_metadata().ok().filter(|_| existing == Existing::Replace);
    match there.map(|metadata| EntryKind::from(&metadata)) {
        Some(_) if is_special(path) => Err(Reason::Special("a device").into()),
        Some(EntryKind::File(_) | EntryKind::Link) => replace(path, text, Replaced::Secret),
        Some(EntryKind::Special(what)) => Err(Reason::Special(what).into()),
        Some(EntryKind::Folder) => Err(Reason::Directory.into()),
        None => Ok(write_new(path, text, true)?),
    }
}

/// Writes a new file.
///
/// # Errors
/// Returns the reason if the file is not written.
pub fn create(path: &Path, text: &[u8]) -> Result<(), WriteError> {
    Ok(write_new(path, text, false)?)
}

/// Removes the temporary file that a killed process left beside a file.
pub fn remove_leftover(folder: &Folder, path: &Path) {
    if let Ok(path) = folder.resolve(path) {
        // A file that cannot be removed is reported when it is in the way.
        drop(Unfinished::remove(&Unfinished::beside(&path)));
    }
}

/// The file that is replaced.
#[derive(Clone, Copy)]
enum Replaced<'a> {
    /// A file whose owner and mode are kept, with this content if it is known.
    File(Option<&'a [u8]>),
    /// Any file; only the owner can read the new one.
    Secret,
    /// No file; the new one gets the default permissions.
    Nothing,
}

/// Writes a new file beside another, and renames it over that.
fn replace(path: &Path, text: &[u8], replaced: Replaced<'_>) -> Result<(), WriteError> {
    let mut new = Unfinished::create(path, !matches!(replaced, Replaced::Nothing))?;
    new.file.write_all(text)?;
    if let Replaced::File(old) = replaced {
        let old_file = Folder::of(path).open(path.file_name().unwrap_or_default().as_ref())?;
        keep_metadata(&old_file, &new.file)?;
        new.file.sync_all()?;
        if old.is_some_and(|old| !holds(&old_file, old)) || !is_at(&old_file, path) {
            return Err(WriteError::Changed);
        }
    } else {
        new.file.sync_all()?;
    }
    fs::rename(&new.path, path)?;
    new.complete = true;
    // The rename is done; whether it survives a power failure depends on the file system.
    drop(path.parent().map(File::open).transpose().map(|folder| folder.map(|folder| folder.sync_all())));
    Ok(())
}

/// Returns true if a file has this content.
fn holds(mut file: &File, mut expected: &[u8]) -> bool {
    let mut buffer = [0; 8192];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return expected.is_empty(),
            Ok(len) => match expected.strip_prefix(&buffer[..len]) {
                Some(rest) => expected = rest,
                None => return false,
            },
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
}

/// Sets the mode, owner and group of a new file to those of another.
fn keep_metadata(old: &File, new: &File) -> Result<(), WriteError> {
    let metadata = old.metadata()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        if metadata.nlink() > 1 {
            return Err(WriteError::HardLinks);
        }
        let made = new.metadata()?;
        if (metadata.uid(), metadata.gid()) != (made.uid(), made.gid()) {
            fchown(new, Some(metadata.uid()), Some(metadata.gid())).map_err(|_| WriteError::Owner)?;
        }
    }
    // After the owner, since changing that clears bits.
    Ok(new.set_permissions(metadata.permissions())?)
}

/// Returns true if a path still leads to an open file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |metadata: &fs::Metadata| (metadata.dev(), metadata.ino());
    matches!((file.metadata(), path.symlink_metadata()), (Ok(a), Ok(b)) if identity(&a) == identity(&b))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// Returns true if a path is one of the system's own devices and pipes, which a user can only have named on
/// purpose.
fn is_special(path: &Path) -> bool {
    cfg!(unix) && (path.starts_with("/dev") || path.starts_with("/proc")) && !path.starts_with("/dev/shm")
}

/// A temporary file beside the one that it replaces, removed unless it is complete.
///
/// Its name is fixed, and it is locked during writing, so two processes never write to the same file at the same
/// time. An unlocked file with this name was left by a killed process.
struct Unfinished {
    path: PathBuf,
    file: File,
    complete: bool,
}

impl Unfinished {
    const SUFFIX: &'static str = ".rekey-tmp";
    /// The maximum number of retries if another process is removing an apparently abandoned file.
    const TRIES: usize = 8;

    fn create(path: &Path, secret: bool) -> Result<Self, WriteError> {
        let path = Self::beside(path);
        for _ in 0..Self::TRIES {
            match open_new(&path, secret) {
                Ok(file) if lock(&file) && is_at(&file, &path) => {
                    return Ok(Self { path, file, complete: false });
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::remove(&path)?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(WriteError::Busy)
    }

    /// The name of the temporary file of a file.
    fn beside(path: &Path) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(Self::SUFFIX);
        path.with_file_name(name)
    }

    /// Removes a file with this name if a process of the same user left it.
    fn remove(path: &Path) -> Result<(), WriteError> {
        let name = path.file_name().unwrap_or_default();
        let taken = || WriteError::Taken(name.to_string_lossy().into_owned());
        let metadata = match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            metadata => metadata?,
        };
        if !is_own(&metadata) {
            return Err(taken());
        }
        let file = match Folder::of(path).open(name.as_ref()) {
            Err(Reason::Missing) => return Ok(()),
            file => file.map_err(|_| taken())?,
        };
        if !lock(&file) {
            return Err(WriteError::Busy);
        }
        // Only the holder of the lock removes the file, so this is the one that was opened.
        if is_at(&file, path) { Ok(fs::remove_file(path)?) } else { Ok(()) }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.complete {
            // The first error is the one to report.
            drop(fs::remove_file(&self.path));
        }
    }
}

/// Locks a file against other processes. Returns `false` if one of them has locked it. On a file system
/// without locks it always succeeds.
#[cfg(unix)]
fn lock(file: &File) -> bool {
    let locked = rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive);
    locked != Err(rustix::io::Errno::WOULDBLOCK)
}

#[cfg(not(unix))]
fn lock(_: &File) -> bool {
    true
}

/// Returns true if a file is a regular one of this user, without other hard links.
#[cfg(unix)]
fn is_own(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.is_file() && metadata.nlink() == 1 && metadata.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_own(metadata: &fs::Metadata) -> bool {
    metadata.is_file()
}

fn write_new(path: &Path, text: &[u8], secret: bool) -> io::Result<()> {
    let mut file = open_new(path, secret)?;
    file.write_all(text).and_then(|()| file.sync_all()).inspect_err(|_| drop(fs::remove_file(path)))
}

/// A new file, which only its owner can read if it is `secret`.
fn open_new(path: &Path, secret: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = secret;
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of that name in a folder of its own.
    fn file(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("rekey-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("Dockerfile");
        fs::write(&path, "old").unwrap();
        path
    }

    /// The names beside a file; the folder is removed afterwards.
    fn names_beside(path: &Path) -> Vec<String> {
        let folder = path.parent().unwrap();
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        fs::remove_dir_all(folder).unwrap();
        names
    }

    fn rewritten(path: &Path, old: &[u8]) -> Result<(), WriteError> {
        rewrite(&Folder::of(path), path.file_name().unwrap().as_ref(), old, b"new")
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let path = file("replaced");
        rewritten(&path, b"old").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names_beside(&path), ["Dockerfile"]);
    }

    #[cfg(unix)]
    #[test]
    fn mode_and_symbolic_link_are_kept() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let path = file("kept");
        let link = path.with_file_name("link");
        symlink(&path, &link).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        rewritten(&link, b"old").unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names_beside(&path), ["Dockerfile", "link"]);
    }

    #[test]
    fn a_file_that_changed_since_it_was_read_is_not_rewritten() {
        for changed in ["", "ol", "old and more", "OLD"] {
            let path = file("changed");
            fs::write(&path, changed).unwrap();
            assert!(matches!(rewritten(&path, b"old"), Err(WriteError::Changed)), "{changed}");
            assert_eq!(fs::read(&path).unwrap(), changed.as_bytes());
            assert_eq!(names_beside(&path), ["Dockerfile"]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_with_two_hard_links_is_not_rewritten() {
        let path = file("hard_links");
        let other = path.with_file_name("other");
        fs::hard_link(&path, &other).unwrap();
        assert!(matches!(rewritten(&path, b"old"), Err(WriteError::HardLinks)));
        assert!(matches!(put(&path, b"new"), Err(WriteError::HardLinks)));
        assert_eq!((fs::read(&path).unwrap(), fs::read(&other).unwrap()), (b"old".to_vec(), b"old".to_vec()));
        assert_eq!(names_beside(&path), ["Dockerfile", "other"]);
    }

    /// Only the superuser can change the owner of a file, so for other users the test ends after the first
    /// half.
    #[cfg(unix)]
    #[test]
    fn the_owner_is_kept() {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
        let path = file("owner");
        let owner = |path: &Path| {
            let metadata = path.metadata().unwrap();
            (metadata.uid(), metadata.gid(), metadata.mode() & 0o7777)
        };
        let before = owner(&path);
        rewritten(&path, b"old").unwrap();
        assert_eq!(owner(&path), before);
        if before.0 == 0 {
            fs::write(&path, "old").unwrap();
            chown(&path, Some(1234), Some(4321)).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o4750)).unwrap();
            rewritten(&path, b"old").unwrap();
            assert_eq!(owner(&path), (1234, 4321, 0o4750));
        }
        assert_eq!(names_beside(&path), ["Dockerfile"]);
    }

    #[cfg(unix)]
    #[test]
    fn the_temporary_file_of_a_killed_run_is_removed_and_that_of_a_running_one_is_not() {
        let path = file("leftover");
        let leftover = Unfinished::beside(&path);
        fs::write(&leftover, "half").unwrap();
        remove_leftover(&Folder::of(&path), Path::new("Dockerfile"));
        assert!(!leftover.exists());
        fs::write(&leftover, "half").unwrap();
        rewritten(&path, b"old").unwrap();
        assert!(!leftover.exists());

        let other = Unfinished::create(&path, true).unwrap();
        remove_leftover(&Folder::of(&path), Path::new("Dockerfile"));
        assert!(matches!(rewritten(&path, b"new"), Err(WriteError::Busy)));
        assert!(leftover.exists());
        drop(other);
        assert!(!leftover.exists());
        rewritten(&path, b"new").unwrap();
        assert_eq!(names_beside(&path), ["Dockerfile"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_not_a_leftover_of_this_user_is_kept() {
        let path = file("taken");
        let (leftover, target) = (Unfinished::beside(&path), path.with_file_name("target"));
        fs::write(&target, "target").unwrap();
        std::os::unix::fs::symlink(&target, &leftover).unwrap();
        assert!(matches!(rewritten(&path, b"old"), Err(WriteError::Taken(_))));
        fs::remove_file(&leftover).unwrap();
        fs::create_dir(&leftover).unwrap();
        assert!(matches!(rewritten(&path, b"old"), Err(WriteError::Taken(_))));
        assert_eq!(
            (fs::read(&path).unwrap(), fs::read(&target).unwrap()),
            (b"old".to_vec(), b"target".to_vec())
        );
        assert_eq!(names_beside(&path), [".Dockerfile.rekey-tmp", "Dockerfile", "target"]);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_outside_of_the_folder_is_written_through_a_link() {
        use std::os::unix::fs::symlink;
        let path = file("outside");
        let inside = path.with_file_name("inside");
        fs::create_dir(&inside).unwrap();
        symlink("../Dockerfile", inside.join("link")).unwrap();
        symlink("../new", inside.join("dangling")).unwrap();
        assert!(matches!(rewritten(&inside.join("link"), b"old"), Err(WriteError::Place(Reason::Outside))));
        for name in ["link", "dangling"] {
            assert!(
                matches!(put(&inside.join(name), b"new"), Err(WriteError::Place(Reason::Outside))),
                "{name}"
            );
            assert!(
                write_secret(&inside.join(name), b"new", Existing::Keep).unwrap_err().is_there(),
                "{name}"
            );
            write_secret(&inside.join(name), b"secret", Existing::Replace).unwrap();
            assert!(inside.join(name).symlink_metadata().unwrap().is_file(), "{name}");
        }
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names_beside(&path), ["Dockerfile", "inside"]);
    }

    #[test]
    fn a_report_goes_into_a_new_file_an_old_one_or_nowhere() {
        let path = file("report");
        let new = path.with_file_name("report.json");
        put(&new, b"1").unwrap();
        put(&path, b"2").unwrap();
        #[cfg(unix)]
        put(Path::new("/dev/null"), b"3").unwrap();
        assert_eq!((fs::read(&new).unwrap(), fs::read(&path).unwrap()), (b"1".to_vec(), b"2".to_vec()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
            fs::write(path.with_file_name("other"), "").unwrap();
            assert_eq!(mode(&new), mode(&path.with_file_name("other")));
            fs::remove_file(path.with_file_name("other")).unwrap();
        }
        assert_eq!(names_beside(&path), ["Dockerfile", "report.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_a_secret() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let path = file("secret");
        let new = path.with_file_name("key");
        write_secret(&new, b"secret", Existing::Keep).unwrap();
        assert_eq!(mode(&new), 0o600);
        let taken = write_secret(&path, b"secret", Existing::Keep).unwrap_err();
        assert_eq!((taken.is_there(), fs::read(&path).unwrap()), (true, b"old".to_vec()));
        write_secret(&path, b"secret", Existing::Replace).unwrap();
        assert_eq!((mode(&path), fs::read(&path).unwrap()), (0o600, b"secret".to_vec()));
        assert_eq!(names_beside(&path), ["Dockerfile", "key"]);
    }

    #[test]
    fn a_file_that_cannot_be_replaced_is_kept() {
        assert!(rewritten(Path::new("/nowhere/Dockerfile"), b"old").is_err());
    }
}
