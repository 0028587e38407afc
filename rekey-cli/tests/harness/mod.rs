//! The command run in this process on streams of its own.
#![allow(dead_code, reason = "not every test file needs all of it")]

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use rekey_cli::{Streams, run_with};

/// What one run gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// All that was printed.
    pub(crate) fn everything(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// Runs `rekey` with these arguments.
pub(crate) fn rekey(args: &[&str]) -> Run {
    reading(args, b"")
}

/// Runs `rekey` with these arguments and this on standard input.
pub(crate) fn reading(args: &[&str], input: &[u8]) -> Run {
    CLOSED.call_once(close_keys);
    let args = ["rekey"].iter().chain(args).map(OsString::from);
    let (mut stdin, mut stdout, mut stderr) = (input, Vec::new(), Vec::new());
    let status = run_with(args, &mut Streams::new(&mut stdin, &mut stdout, &mut stderr));
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Run { status, stdout: text(stdout), stderr: text(stderr) }
}

static CLOSED: std::sync::Once = std::sync::Once::new();

/// Gives the keys of the partners the mode that keys have: a checkout gives them what the user's mask allows.
fn close_keys() {
    let partners = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/partners");
    let folders = fs::read_dir(partners).unwrap().flatten().filter(|entry| entry.path().is_dir());
    for file in folders.flat_map(|folder| fs::read_dir(folder.path()).unwrap().flatten()) {
        let name = file.file_name();
        if name == "id_rsa" || name.to_string_lossy().starts_with("deploy_key") {
            #[cfg(unix)]
            fs::set_permissions(file.path(), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        }
    }
}

/// An empty folder of that name.
pub(crate) fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.exists() {
        fs::remove_dir_all(&path).unwrap();
    }
    fs::create_dir_all(&path).unwrap();
    path
}

/// Writes a file, and the folders it stands in.
pub(crate) fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Compares a text with a file beside the tests; with `REKEY_REFRESH` set it rewrites the file instead.
#[track_caller]
pub(crate) fn snapshot(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(name);
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if found == expected {
        return;
    }
    if std::env::var_os("REKEY_REFRESH").is_some() {
        fs::write(&path, found).unwrap();
        return;
    }
    panic!("{} differs; REKEY_REFRESH=1 rewrites it\nexpected:\n{expected}\nfound:\n{found}", path.display());
}
