//! Files rewritten whole or not at all.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// Puts `text` in the place of a file's content: whoever reads the file sees the old or the new, whatever happens.
///
/// A symbolic link stays one, and the mode is kept.
pub(crate) fn rewrite(path: &Path, text: &[u8]) -> io::Result<()> {
    let path = path.canonicalize()?;
    let mode = path.metadata()?.permissions();
    replace(&path, text, Mode::Like(mode))
}

/// Puts `text` into a file, be it there or not: whoever reads it sees all of it or what was there before.
pub(crate) fn put(path: &Path, text: &[u8]) -> io::Result<()> {
    match path.canonicalize() {
        // What is no regular file, such as a pipe or `/dev/null`, cannot be replaced by one.
        Ok(there) if !there.is_file() && !there.is_dir() => fs::write(there, text),
        Ok(there) => rewrite(&there, text),
        Err(_) => replace(path, text, Mode::OfNewFiles),
    }
}

/// Writes a file that its owner alone can read: a new one, or if `over` is set, one in the place of another.
pub(crate) fn write_secret(path: &Path, text: &[u8], over: bool) -> io::Result<()> {
    if over && path.exists() {
        return replace(&path.canonicalize()?, text, Mode::OwnerOnly);
    }
    let mut file = open_new(path, true)?;
    file.write_all(text).and_then(|()| file.sync_all()).inspect_err(|_| drop(fs::remove_file(path)))
}

/// Writes a file that is not there yet.
pub(crate) fn create(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = open_new(path, false)?;
    file.write_all(text).and_then(|()| file.sync_all()).inspect_err(|_| drop(fs::remove_file(path)))
}

/// Who may read a file that is written.
enum Mode {
    /// Its owner.
    OwnerOnly,
    /// Who could read the file in whose place it comes.
    Like(Permissions),
    /// Who can read whatever else the user makes.
    OfNewFiles,
}

/// Writes a new file beside another, and renames it over that.
fn replace(path: &Path, text: &[u8], mode: Mode) -> io::Result<()> {
    let (temporary, mut file) = beside(path, !matches!(mode, Mode::OfNewFiles))?;
    let written = file
        .write_all(text)
        .and_then(|()| if let Mode::Like(mode) = mode { file.set_permissions(mode) } else { Ok(()) })
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

/// A new file, which its owner alone can read if it is `secret`.
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

/// A new file in the folder of another.
fn beside(path: &Path, secret: bool) -> io::Result<(PathBuf, File)> {
    const TRIES: u32 = 100;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut last = io::ErrorKind::AlreadyExists.into();
    for number in 0..TRIES {
        let temporary = path.with_file_name(format!(".{name}.rekey-{}-{number}", std::process::id()));
        match open_new(&temporary, secret) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
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
}
