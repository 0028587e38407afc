//! The command as somebody runs it, whole processes: start-up, a submission, and every Dockerfile beside hadolint.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{corpus, measure::median, programs};

/// How often what takes milliseconds is run.
const RUNS: usize = 101;
/// How often all Dockerfiles are looked at; hadolint, which takes minutes, does it once.
const TURNS: usize = 11;

pub(crate) fn run() {
    let root = Path::new(programs::ROOT);
    let rekey = root.join("target/release/rekey");
    if !rekey.exists() {
        println!("no `target/release/rekey`: `cargo build --release -p rekey-cli` makes it");
        return;
    }
    println!("\nwhole processes, the median of {RUNS} runs");
    let partner = root.join("tests/partners/acme");
    close(&partner.join("deploy_key.pem"));
    let partner = partner.to_string_lossy().into_owned();
    for (what, args) in [
        ("rekey --version", vec!["--version"]),
        ("rekey tag 1.0-1", vec!["tag", "1.0-1"]),
        ("rekey check, a key of 2048 bits", vec!["check", &partner]),
    ] {
        let times = (0..RUNS).map(|_| wall(&rekey, &args, &[]).as_secs_f64() * 1e3);
        println!("  {what:34} {:8.2} ms", median(times));
    }
    dockerfiles(&rekey);
}

fn dockerfiles(rekey: &Path) {
    let target = Path::new(programs::ROOT).join("target");
    let folder = target.join("bench-command");
    let Some(files) = corpus::dockerfiles().and_then(|texts| written(&folder, &texts)) else { return };
    println!("\n{} Dockerfiles in one run each, seconds that pass", files.len());
    let turns =
        |args: &[&str]| -> Vec<f64> { (0..TURNS).map(|_| wall(rekey, args, &files).as_secs_f64()).collect() };
    let text = turns(&["dockerfile"]);
    println!("  {:34} {:8.3} s{}", "rekey dockerfile", median(text.into_iter()), peak());
    let json = ["dockerfile", "--format", "json"];
    let before = turns(&json);
    let memory = peak();
    programs::install(&target);
    let hadolint = target.join("venv-bench/bin/hadolint");
    let other =
        hadolint.exists().then(|| wall(&hadolint, &["--no-fail", "--format", "json"], &files).as_secs_f64());
    // Turns on both sides of the long one: the machine may have been busy at either time.
    let time = median(before.into_iter().chain(turns(&json)));
    println!("  {:34} {time:8.3} s{memory}", "rekey dockerfile --format json");
    if let Some(other) = other {
        println!("  {:34} {other:8.3} s, {:.0} times as long", "hadolint --format json", other / time);
    }
}

/// How long one run takes.
fn wall(program: &Path, args: &[&str], files: &[PathBuf]) -> Duration {
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

/// The most memory that a finished child has held, as far as the system tells.
#[cfg(unix)]
fn peak() -> String {
    use nix::sys::resource::{UsageWho, getrusage};
    // Linux counts in KiB.
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok().filter(|_| cfg!(target_os = "linux"));
    usage.map_or_else(String::new, |usage| format!(", at most {:.0} MiB", usage.max_rss() as f64 / 1024.0))
}

#[cfg(not(unix))]
fn peak() -> String {
    String::new()
}

/// Gives a key the mode that keys have.
fn close(key: &Path) {
    #[cfg(unix)]
    drop(fs::set_permissions(key, std::os::unix::fs::PermissionsExt::from_mode(0o600)));
    #[cfg(not(unix))]
    let _ = key;
}
