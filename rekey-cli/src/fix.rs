//! Files rewritten whole or not at all.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use similar::TextDiff;

/// Puts `text` in the place of a file's content: whoever reads the file sees the old or the new, whatever happens.
///
/// A symbolic link stays one, and the mode is kept.
pub(crate) fn rewrite(path: &Path, text: &[u8]) -> io::Result<()> {
    let path = path.canonicalize()?;
    let mode = path.metadata()?.permissions();
    replace(&path, text, Some(mode))
}

/// Writes a file that its owner alone can read: a new one, or if `over` is set, one in the place of another.
pub(crate) fn write_secret(path: &Path, text: &[u8], over: bool) -> io::Result<()> {
    if over && path.exists() {
        return replace(&path.canonicalize()?, text, None);
    }
    let mut file = create(path)?;
    file.write_all(text).and_then(|()| file.sync_all()).inspect_err(|_| drop(fs::remove_file(path)))
}

/// Writes a new file beside another, and renames it over that.
fn replace(path: &Path, text: &[u8], mode: Option<Permissions>) -> io::Result<()> {
    let (temporary, mut file) = beside(path)?;
    let written = file
        .write_all(text)
        .and_then(|()| mode.map_or(Ok(()), |mode| file.set_permissions(mode)))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error is the one to tell.
        drop(fs::remove_file(&temporary));
        return written;
    }
    // The rename is done; that it outlives a power failure is as much as this file system can promise.
    drop(path.parent().map(File::open).transpose().map(|folder| folder.map(|folder| folder.sync_all())));
    Ok(())
}

/// A new file that its owner alone can read.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A new file in the folder of another.
fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    const TRIES: u32 = 100;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut last = io::ErrorKind::AlreadyExists.into();
    for number in 0..TRIES {
        let temporary = path.with_file_name(format!(".{name}.rekey-{}-{number}", std::process::id()));
        match create(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// What changes between two texts, as `patch` reads it.
pub(crate) fn diff(old: &[u8], new: &[u8], name: &str) -> String {
    if old == new {
        return String::new();
    }
    let diff = TextDiff::from_lines(old, new);
    let mut out = Vec::new();
    diff.unified_diff()
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_writer(&mut out)
        .expect("a vector takes every byte");
    String::from_utf8_lossy(&out).into_owned()
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

    /// The names beside a file; the folder is gone afterwards.
    fn names_beside(path: &Path) -> Vec<String> {
        let folder = path.parent().unwrap();
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        fs::remove_dir_all(folder).unwrap();
        names
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let path = file("replaced");
        rewrite(&path, b"new").unwrap();
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
        rewrite(&link, b"new").unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names_beside(&path), ["Dockerfile", "link"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let path = file("secret");
        let new = path.with_file_name("key");
        write_secret(&new, b"secret", false).unwrap();
        assert_eq!(mode(&new), 0o600);
        let taken = write_secret(&path, b"secret", false).unwrap_err();
        assert_eq!((taken.kind(), fs::read(&path).unwrap()), (io::ErrorKind::AlreadyExists, b"old".to_vec()));
        write_secret(&path, b"secret", true).unwrap();
        assert_eq!((mode(&path), fs::read(&path).unwrap()), (0o600, b"secret".to_vec()));
        assert_eq!(names_beside(&path), ["Dockerfile", "key"]);
    }

    #[test]
    fn a_file_that_cannot_be_replaced_stays() {
        assert!(rewrite(Path::new("/nowhere/Dockerfile"), b"new").is_err());
    }

    #[test]
    fn a_diff_is_one_that_patch_reads() {
        let diff = diff(b"a\nb\n", b"a\nc\n", "Dockerfile");
        assert_eq!(diff, "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
    }
}
