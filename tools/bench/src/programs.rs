//! Programs that check Dockerfiles: their CPU time, over all threads.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    measure::median,
    rows::{self, Row},
};

/// One in this number of files is checked: hadolint takes minutes for all.
const STEP: usize = 20;
/// The maximum length of files for tally.
const LONGEST: usize = 100_000;
/// The number of turns of a program.
const TURNS: usize = 3;

pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Prints a line for each installed program.
pub(crate) fn run(texts: &[&String]) {
    let texts: Vec<_> = texts.iter().step_by(STEP).filter(|text| text.len() < LONGEST).collect();
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let Some(files) = written(&texts) else {
        rows::missing("programs over Dockerfiles: no folder for them can be made in `target`");
        return;
    };
    let target = Path::new(ROOT).join("target");
    let rekey = target.join("release/rekey");
    if !rekey.exists() {
        rows::missing("`target/release/rekey`: `cargo build --release -p rekey-cli` makes it");
    }
    let tools = target.join("venv-bench/bin");
    install(&target);
    let programs = [
        ("rekey", rekey, vec!["dockerfile", "--format", "json"]),
        (
            "tally",
            tools.join("tally"),
            vec!["lint", "--no-config", "--slow-checks", "off", "--format", "json"],
        ),
        ("hadolint", tools.join("hadolint"), vec!["--no-fail", "--format", "json"]),
    ];
    let mut rows: Vec<Row> = Vec::new();
    let mut first = None;
    for (name, program, args) in programs.into_iter().filter(|(_, program, _)| program.exists()) {
        let times: Option<Vec<f64>> =
            (0..rows::turns(TURNS)).map(|_| Some(cost(&program, &args, &files)?.as_secs_f64())).collect();
        let Some(times) = times else {
            rows::missing(&format!("{name}, which did not run"));
            continue;
        };
        let time = median(times.into_iter());
        let ratio = time / *first.get_or_insert(time);
        rows.push(Row::beside(name, bytes as f64 / time / 1e6, "MB/s", ratio));
    }
    let inputs = format!("{} files, {bytes} bytes", files.len());
    rows::table(
        &format!("programs over every {STEP}th file, by time on the cores"),
        &inputs,
        rows.into_iter(),
    );
}

/// The texts as files.
fn written(texts: &[&&String]) -> Option<Vec<PathBuf>> {
    let folder = Path::new(ROOT).join("target/bench-dockerfiles");
    fs::create_dir_all(&folder).ok()?;
    let write = |(at, text): (usize, &&&String)| {
        let path = folder.join(format!("{at}.Dockerfile"));
        fs::write(&path, text.as_bytes()).ok().map(|()| path)
    };
    texts.iter().enumerate().map(write).collect()
}

/// Installs hadolint and tally into a Python environment of their own, if they are missing.
pub(crate) fn install(target: &Path) {
    let python = target.join("venv-bench/bin/python");
    let wanted = Path::new(env!("CARGO_MANIFEST_DIR")).join("requirements.txt");
    let runs = |program: &OsStr, args: &[&OsStr]| {
        Command::new(program).args(args).status().is_ok_and(|status| status.success())
    };
    let venv = target.join("venv-bench");
    let made = python.exists() || runs("python3".as_ref(), &["-m".as_ref(), "venv".as_ref(), venv.as_ref()]);
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    let mut install: Vec<&OsStr> = pip.iter().map(AsRef::as_ref).collect();
    install.push(wanted.as_ref());
    if !(made && runs(python.as_ref(), &install)) {
        rows::missing("hadolint and tally: python3 with `venv` and `pip` installs them");
    }
}

/// The cost of one run over the files.
fn cost(program: &Path, args: &[&str], files: &[PathBuf]) -> Option<Duration> {
    let start = Clock::now();
    Command::new(program).args(args).args(files).stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    Some(start.elapsed())
}

/// The CPU time of finished children if the system reports it, otherwise the elapsed time.
struct Clock {
    passed: Instant,
    children: Option<Duration>,
}

impl Clock {
    fn now() -> Self {
        Self { passed: Instant::now(), children: children() }
    }

    fn elapsed(&self) -> Duration {
        match (self.children, children()) {
            (Some(start), Some(end)) => end.saturating_sub(start),
            _ => self.passed.elapsed(),
        }
    }
}

#[cfg(unix)]
fn children() -> Option<Duration> {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeValLike,
    };
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let microseconds = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    u64::try_from(microseconds).ok().map(Duration::from_micros)
}

#[cfg(not(unix))]
fn children() -> Option<Duration> {
    None
}
