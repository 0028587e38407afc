//! Reports tests that cannot run here, each by name and with the way to run it. The tests of every crate include this file.
//!
//! The line goes to standard output, which the test runner captures, and to the file that the variable `REKEY_SKIPPED` names;
//! `cargo xtask test` prints that file at its end.
#![allow(dead_code, reason = "not every crate needs each function")]

use std::{fs::OpenOptions, io::Write as _, thread};

/// Reports that the current test lacks something, and how to get it.
pub(crate) fn lacks(what: &str, how: &str) {
    let test = thread::current().name().unwrap_or("a test").to_owned();
    println!("skipped: {test} needs {what}: {how}");
    let Some(path) = std::env::var_os("REKEY_SKIPPED") else { return };
    let mut file =
        OpenOptions::new().create(true).append(true).open(path).expect("REKEY_SKIPPED names a file");
    // One write for one line: tests run at the same time.
    let line = format!("{} {test}\t{what}\t{how}\n", env!("CARGO_PKG_NAME"));
    file.write_all(line.as_bytes()).expect("the file of REKEY_SKIPPED can be written");
}

/// Returns true if these programs are installed; otherwise reports the first that is missing. In CI, which installs
/// them, the test fails.
pub(crate) fn are_installed(programs: &[&str]) -> bool {
    let folders: Vec<_> = std::env::var_os("PATH").iter().flat_map(std::env::split_paths).collect();
    let is_missing = |program: &&&str| !folders.iter().any(|folder| folder.join(program).is_file());
    let Some(missing) = programs.iter().find(is_missing) else { return true };
    assert!(
        std::env::var_os("CI").is_none_or(|ci| ci != "true"),
        "`{missing}` is not installed: see .ci/run"
    );
    lacks_program(missing);
    false
}

/// Reports that a program is not installed.
pub(crate) fn lacks_program(program: &str) {
    let package = match program {
        "ssh-keygen" => "openssh-client",
        "rpmbuild" => "rpm",
        "sshd" => "openssh-server",
        "busybox" => "busybox-static",
        "createrepo_c" | "modifyrepo_c" => "createrepo-c",
        "go" => "golang-go",
        "python3 with venv" => "python3-venv",
        shell => shell.rsplit('/').next().unwrap_or(shell),
    };
    lacks(&format!("`{program}`"), &format!("apt-get install {package}"));
}
