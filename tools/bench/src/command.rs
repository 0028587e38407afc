//! The command as users run it, in whole processes: startup, a submission, and many Dockerfiles, compared
//! with hadolint.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    corpus,
    measure::median,
    programs,
    rows::{self, Row},
};

/// The number of runs for work that takes milliseconds.
const RUNS: usize = 101;
/// The number of turns over all Dockerfiles; hadolint, which takes minutes, gets one.
const TURNS: usize = 11;

pub(crate) fn run() {
    let root = Path::new(programs::ROOT);
    let rekey = root.join("target/release/rekey");
    if !rekey.exists() {
        rows::missing("`target/release/rekey`: `cargo build --release -p rekey-cli` makes it");
        return;
    }
    let runs = rows::turns(RUNS);
    let partner = root.join("tests/partners/acme");
    close(&partner.join("deploy_key.pem"));
    let partner = partner.to_string_lossy().into_owned();
    let works = [
        ("rekey --version", vec!["--version"]),
        ("rekey tag 1.0-1", vec!["tag", "1.0-1"]),
        ("rekey check, a key of 2048 bits", vec!["check", &partner]),
    ];
    let rows = works.iter().map(|(what, args)| {
        let times = (0..runs).map(|_| wall(&rekey, args, &[]).as_secs_f64() * 1e3);
        Row::alone(*what, median(times), "ms")
    });
    rows::table("whole processes, by the clock on the wall", &format!("{runs} runs"), rows);
    dockerfiles(&rekey);
}

fn dockerfiles(rekey: &Path) {
    let target = Path::new(programs::ROOT).join("target");
    let folder = target.join("bench-command");
    let Some(files) = corpus::dockerfiles().and_then(|texts| written(&folder, &texts)) else { return };
    let turns = |args: &[&str]| -> Vec<f64> {
        (0..rows::turns(TURNS)).map(|_| wall(rekey, args, &files).as_secs_f64()).collect()
    };
    let text = median(turns(&["dockerfile"]).into_iter());
    let json = ["dockerfile", "--format", "json"];
    let before = turns(&json);
    let memory = peak(rekey, &json, &files);
    programs::install(&target);
    let hadolint = target.join("venv-bench/bin/hadolint");
    let other =
        hadolint.exists().then(|| wall(&hadolint, &["--no-fail", "--format", "json"], &files).as_secs_f64());
    // Turns before and after the long one, since the load of the machine may change.
    let time = median(before.into_iter().chain(turns(&json)));
    let mut rows = vec![
        Row::beside("rekey dockerfile --format json", time, "s", 1.0),
        Row::beside("rekey dockerfile", text, "s", text / time),
    ];
    rows.extend(other.map(|other| Row::beside("hadolint --format json", other, "s", other / time)));
    let inputs = format!("{} files", files.len());
    rows::table("every Dockerfile in one run, by the clock on the wall", &inputs, rows.into_iter());
    let peak = memory.map(|memory| Row::alone("rekey dockerfile --format json", memory, "MiB"));
    rows::table("the most memory of that", &inputs, peak.into_iter());
}

/// The time of one run.
pub(crate) fn wall(program: &Path, args: &[&str], files: &[PathBuf]) -> Duration {
    let mut command = Command::new(program);
    command.args(args).args(files).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    command.status().map_or(Duration::MAX, |_| start.elapsed())
}

fn written(folder: &Path, texts: &[Vec<u8>]) -> Option<Vec<PathBuf>> {
    fs::create_dir_all(folder).ok()?;
    let write = |(number, text): (usize, &Vec<u8>)| {
        let path = folder.join(format!("{number}.Dockerfile"));
        fs::write(&path, text).ok().map(|()| path)
    };
    texts.iter().enumerate().map(write).collect()
}

/// Runs a command in a separate process, and returns its peak memory in MiB if the system reports it: a child
/// is charged with the memory that its parent held at the start.
pub(crate) fn peak(program: &Path, args: &[&str], files: &[PathBuf]) -> Option<f64> {
    let mut command = Command::new(std::env::current_exe().ok()?);
    command.arg(PEAK).arg(program).args(args).args(files).stderr(Stdio::null());
    String::from_utf8(command.output().ok()?.stdout).ok()?.trim().parse().ok()
}

/// The flag that calls [`report_peak`].
pub(crate) const PEAK: &str = "--peak";

/// Prints the peak memory of a command.
pub(crate) fn report_peak(command: &[&str]) {
    if let [program, args @ ..] = command {
        wall(Path::new(program), args, &[]);
        if let Some(held) = held() {
            println!("{held}");
        }
    }
}

/// The peak memory of a child process.
#[cfg(unix)]
fn held() -> Option<f64> {
    use nix::sys::resource::{UsageWho, getrusage};
    // Linux counts in KiB.
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok().filter(|_| cfg!(target_os = "linux"))?;
    Some(usage.max_rss() as f64 / 1024.0)
}

#[cfg(not(unix))]
fn held() -> Option<f64> {
    None
}

/// Sets the permissions that a key file should have.
fn close(key: &Path) {
    #[cfg(unix)]
    drop(fs::set_permissions(key, std::os::unix::fs::PermissionsExt::from_mode(0o600)));
    #[cfg(not(unix))]
    let _ = key;
}
