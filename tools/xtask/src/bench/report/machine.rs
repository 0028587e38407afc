//! The machine and the versions used for measurements.

use std::{fmt::Write as _, fs, process::Command};

use crate::run::root;

/// The programs whose versions are reported.
const PROGRAMS: &[(&str, &str, &[&str])] = &[
    ("rustc", "rustc", &["--version"]),
    ("Python", "target/venv-bench/bin/python", &["--version"]),
    ("Node", "node", &["--version"]),
    ("OpenSSL", "openssl", &["version"]),
    ("OpenSSH", "ssh", &["-V"]),
];

/// The Rust, Python and Node packages whose versions are reported.
const CRATES: &[&str] = &[
    "parse-dockerfile",
    "dockerfile-parser-rs",
    "ring",
    "rsa",
    "semver",
    "rpm-version",
    "oci-spec",
    "gix-url",
    "git-url-parse",
    "url",
];

/// The table with the machine, the date and the versions.
pub(super) fn table() -> String {
    let mut out = String::from("| | |\n|---|---|\n");
    let mut line = |name: &str, text: &str| {
        let _ = writeln!(out, "| {name} | {} |", text.replace('|', "\\|"));
    };
    line("day", &said("date", &["-u", "+%Y-%m-%d"]).unwrap_or_default());
    line("processor", &processor());
    line("system", &said("uname", &["-srm"]).unwrap_or_default());
    line("rekey", &commit());
    for (name, program, args) in PROGRAMS {
        line(name, &said(program, args).unwrap_or_else(|| "not installed".to_owned()));
    }
    line("crates", &crates());
    let python = fs::read_to_string(root().join("tools/bench/requirements.txt")).unwrap_or_default();
    let python: Vec<&str> = python.lines().chain(super::super::PYTHON_PEERS.iter().copied()).collect();
    line("Python packages", &python.join(", ").replace("==", " "));
    line("Node packages", &super::super::NODE_PEERS.concat().join(", ").replace('@', " "));
    out
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let models = || info.lines().filter_map(|line| line.strip_prefix("model name")?.split_once(": "));
    match models().next() {
        Some((_, model)) => format!("{model}, {} cores", models().count()),
        None => std::env::consts::ARCH.to_owned(),
    }
}

/// The version and the commit, and whether there are uncommitted changes.
fn commit() -> String {
    let commit = said("git", &["rev-parse", "--short=12", "HEAD"]).unwrap_or_default();
    format!("{} ({commit})", env!("CARGO_PKG_VERSION"))
}

fn crates() -> String {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap_or_default();
    let version = |name: &&str| {
        let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        Some(format!("{name} {}", rest.split('"').next()?))
    };
    CRATES.iter().filter_map(version).collect::<Vec<_>>().join(", ")
}

/// The first line of a program's output.
fn said(program: &str, args: &[&str]) -> Option<String> {
    let path = if program.contains('/') { root().join(program) } else { program.into() };
    let done = Command::new(path).args(args).current_dir(root()).output().ok()?;
    let text = if done.stdout.is_empty() { done.stderr } else { done.stdout };
    Some(String::from_utf8_lossy(&text).lines().next()?.to_owned())
}
