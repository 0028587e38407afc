//! Private folders: what a rehearsal writes, gone after every end, and found by the next run if that was not possible.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    hash::{BuildHasher as _, RandomState},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    process::Command,
};

use rustix::{
    fs::{FlockOperation, OFlags, flock},
    process::geteuid,
};

/// The beginning of the names of private folders.
pub const PREFIX: &str = "rekey-rehearsal-";
/// The file in a private folder that its owner holds locked.
const GUARD: &str = "guard";

/// A folder that only this user can open. It is removed on drop.
#[derive(Debug)]
pub(crate) struct PrivateFolder {
    path: PathBuf,
    /// Locked for as long as this process lives.
    guard: File,
    keep: bool,
}

impl PrivateFolder {
    /// Creates a folder in `parent`, and first removes those that killed runs left there.
    pub(crate) fn create(parent: &Path) -> io::Result<Self> {
        remove_leftovers(parent);
        let parent = parent.canonicalize()?;
        for attempt in 0..16_u32 {
            let number = RandomState::new().hash_one((std::process::id(), attempt));
            let path = parent.join(format!("{PREFIX}{number:016x}"));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => {
                    let guard =
                        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path.join(GUARD))?;
                    flock(&guard, FlockOperation::NonBlockingLockExclusive)?;
                    writeln!(&guard, "{}", std::process::id())?;
                    return Ok(Self { path, guard, keep: false });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves the folder where it is.
    pub(crate) fn keep(&mut self) {
        self.keep = true;
        // A folder without a guard is not a leftover.
        drop(fs::remove_file(self.path.join(GUARD)));
    }

    /// Creates a folder below this one.
    pub(crate) fn folder(&self, name: &str, mode: u32) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        DirBuilder::new().mode(mode).create(&path)?;
        Ok(path)
    }

    /// Writes a new file that only this user can read.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(bytes)?;
        Ok(path)
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        if !self.keep {
            remove(&self.path);
        }
        // Dropping the guard unlocks it.
        let _ = &self.guard;
    }
}

/// A file with a secret: overwritten and removed on drop.
#[derive(Debug)]
pub(crate) struct SecretFile(PathBuf);

impl SecretFile {
    pub(crate) fn write(folder: &PrivateFolder, name: &str, bytes: &[u8]) -> io::Result<Self> {
        Ok(Self(folder.write(name, bytes)?))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for SecretFile {
    fn drop(&mut self) {
        wipe(&self.0);
    }
}

/// Overwrites a file and removes it. On some disks old bytes may survive an overwrite, so this is only the best effort.
fn wipe(path: &Path) {
    let open = OpenOptions::new().write(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path);
    if let Ok(mut file) = open {
        let length = file.metadata().map_or(0, |metadata| metadata.len()).min(1 << 20);
        let zeros = vec![0; usize::try_from(length).unwrap_or_default()];
        drop(file.write_all(&zeros).and_then(|()| file.sync_data()));
    }
    drop(fs::remove_file(path));
}

/// Removes the folders of runs that were killed: those of this user whose guard no process holds.
pub(crate) fn remove_leftovers(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let is_named = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        if is_named && is_leftover(&entry.path()) {
            end_children(&entry.path());
            remove(&entry.path());
        }
    }
}

fn is_leftover(path: &Path) -> bool {
    let Ok(metadata) = path.symlink_metadata() else { return false };
    let is_private =
        metadata.is_dir() && metadata.uid() == geteuid().as_raw() && metadata.mode() & 0o777 == 0o700;
    if !is_private {
        return false;
    }
    let guard = OpenOptions::new()
        .read(true)
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
        .open(path.join(GUARD));
    // A guard without content is one that its owner has not locked yet.
    let is_complete = |guard: &File| guard.metadata().is_ok_and(|metadata| metadata.len() > 0);
    guard.is_ok_and(|guard| {
        is_complete(&guard) && flock(&guard, FlockOperation::NonBlockingLockExclusive).is_ok()
    })
}

/// Ends the programs that a killed run left: those whose environment names its folder. Linux only.
fn end_children(folder: &Path) {
    use std::os::unix::ffi::OsStrExt as _;

    let Ok(processes) = fs::read_dir("/proc") else { return };
    let wanted = [b"TMPDIR=".as_slice(), folder.as_os_str().as_bytes()].concat();
    for process in processes.flatten() {
        let Some(id) = process.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else {
            continue;
        };
        let Ok(environment) = fs::read(process.path().join("environ")) else { continue };
        let is_ours = environment.split(|byte| *byte == 0).any(|variable| variable == wanted);
        if let Some(id) = rustix::process::Pid::from_raw(id).filter(|_| is_ours) {
            // Ignore the error: it may have ended by itself.
            let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
        }
    }
}

/// Removes a folder: first the secrets, then what is mounted in it, then everything.
fn remove(path: &Path) {
    wipe(&path.join(crate::KEY));
    unmount(path);
    if fs::remove_dir_all(path).is_err() && path.exists() {
        // Files of a rootless build belong to other users of its user namespace.
        let run = |program: &str, args: &[&str]| {
            drop(Command::new(program).args(args).arg(path).stderr(std::process::Stdio::null()).status());
        };
        run("buildah", &["unshare", "rm", "-rf", "--one-file-system"]);
        if path.exists() {
            run("podman", &["unshare", "rm", "-rf", "--one-file-system"]);
        }
    }
}

/// Unmounts what is mounted below a folder, the deepest first. Linux only.
fn unmount(folder: &Path) {
    let Ok(mounts) = fs::read_to_string("/proc/self/mounts") else { return };
    let places = mounts.lines().filter_map(|line| line.split(' ').nth(1)).map(Path::new);
    let mut below: Vec<_> = places.filter(|place| place.starts_with(folder) && *place != folder).collect();
    below.sort();
    for place in below.into_iter().rev() {
        let status =
            Command::new("umount").arg("--lazy").arg(place).stderr(std::process::Stdio::null()).status();
        drop(status);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parent(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("rekey-folder-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path).unwrap();
        path
    }

    fn names(parent: &Path) -> usize {
        fs::read_dir(parent).unwrap().count()
    }

    #[test]
    fn a_folder_is_private_and_gone_afterwards() {
        let parent = parent("private");
        let folder = PrivateFolder::create(&parent).unwrap();
        let secret = SecretFile::write(&folder, "key", b"secret").unwrap();
        assert_eq!(folder.path().metadata().unwrap().mode() & 0o777, 0o700);
        assert_eq!(secret.path().metadata().unwrap().mode() & 0o777, 0o600);
        let path = secret.path().to_owned();
        drop(secret);
        assert!(!path.exists());
        drop(folder);
        assert_eq!(names(&parent), 0);
        fs::remove_dir_all(parent).unwrap();
    }

    #[test]
    fn only_leftovers_of_killed_runs_are_removed() {
        let parent = parent("leftovers");
        let running = PrivateFolder::create(&parent).unwrap();
        // A killed run's folder has a guard that no process holds.
        let killed = parent.join(format!("{PREFIX}killed"));
        DirBuilder::new().mode(0o700).create(&killed).unwrap();
        fs::write(killed.join(GUARD), "1\n").unwrap();
        // Folders of others, without a guard, or open to others, are kept.
        let foreign = parent.join(format!("{PREFIX}foreign"));
        DirBuilder::new().mode(0o700).create(&foreign).unwrap();
        let open = parent.join(format!("{PREFIX}open"));
        DirBuilder::new().mode(0o755).create(&open).unwrap();
        fs::write(open.join(GUARD), "1\n").unwrap();
        remove_leftovers(&parent);
        assert!(!killed.exists() && foreign.exists() && open.exists() && running.path().exists());
        drop(running);
        fs::remove_dir_all(parent).unwrap();
    }
}
