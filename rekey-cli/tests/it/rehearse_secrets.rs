//! The key of a rehearsal: in no output, process list, environment or file, and gone after every end.
#![cfg(unix)]

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use crate::{
    forge::{Forge, Submission, dockerfile, forge},
    harness::write,
};

/// Lines of the private key, each of which is secret.
fn secrets(forge: &Forge) -> Vec<String> {
    let text = fs::read_to_string(forge.folder.join("read")).unwrap();
    let lines: Vec<_> = text.lines().filter(|line| line.len() == 64).map(str::to_owned).collect();
    assert!(lines.len() > 10);
    lines
}

fn holds(bytes: &[u8], secrets: &[String]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    secrets.iter().any(|secret| text.contains(secret))
}

/// A submission whose build waits.
fn waiting(forge: &Forge, name: &str) -> Submission {
    let submission = Submission::good(forge, name);
    let text = dockerfile().replace("RUN echo built > /opt/built", "RUN echo waiting && sleep 600");
    write(&submission.folder.join("Dockerfile"), text);
    submission.commit_and_push();
    submission
}

/// The processes whose environment names a folder for temporary files.
fn processes(temporary: &Path) -> BTreeSet<u32> {
    let wanted = format!("TMPDIR={}", temporary.display());
    let all = fs::read_dir("/proc").unwrap().flatten();
    let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| {
        let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|variable| String::from_utf8_lossy(variable).starts_with(&wanted))
    })
    .collect()
}

/// Waits until a condition holds.
#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..6000 {
        if holds() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("waited for: {what}");
}

/// Starts a rehearsal, and waits until its build runs. Looks for the key in all processes on the way.
fn start(submission: &Submission, forge: &Forge) -> Child {
    let secrets = secrets(forge);
    let mut command = submission.command(forge, &[]);
    let log = submission.folder.with_extension("log");
    let mut child = command.stdout(Stdio::null()).stderr(fs::File::create(&log).unwrap()).spawn().unwrap();
    let mut seen = BTreeSet::new();
    until("the build", || {
        for id in processes(&submission.temporary()) {
            seen.insert(id);
            for file in ["cmdline", "environ"] {
                let bytes = fs::read(format!("/proc/{id}/{file}")).unwrap_or_default();
                assert!(!holds(&bytes, &secrets), "{file}");
            }
        }
        assert!(child.try_wait().unwrap().is_none(), "{}", fs::read_to_string(&log).unwrap());
        fs::read_to_string(&log).unwrap().contains("  | waiting")
    });
    assert!(seen.len() > 3, "saw only {seen:?}");
    assert!(!holds(&fs::read(log).unwrap(), &secrets));
    child
}

fn files(folder: &Path, all: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files(&entry.path(), all),
            Ok(kind) if kind.is_file() => all.push(entry.path()),
            _ => {}
        }
    }
}

#[test]
fn a_signal_leaves_neither_files_nor_processes() {
    let Some(forge) = forge() else { return };
    for signal in ["INT", "TERM", "HUP"] {
        let submission = waiting(forge, &format!("signal_{signal}"));
        let mut child = start(&submission, forge);
        // During the build, the key is in no file.
        let mut all = Vec::new();
        files(&submission.temporary(), &mut all);
        let secrets = secrets(forge);
        assert!(
            all.len() > 5 && all.iter().all(|file| !holds(&fs::read(file).unwrap_or_default(), &secrets))
        );
        crate::forge::run(
            std::process::Command::new("kill").args([format!("-{signal}"), child.id().to_string()]),
        );
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(130), "{signal}");
        assert_eq!(fs::read_dir(submission.temporary()).unwrap().count(), 0, "{signal}");
        until("the end of all children", || processes(&submission.temporary()).is_empty());
    }
}

#[test]
fn the_next_run_removes_what_a_killed_one_left() {
    let Some(forge) = forge() else { return };
    let submission = waiting(forge, "killed_rehearsal");
    let mut child = start(&submission, forge);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(fs::read_dir(submission.temporary()).unwrap().count() > 0);
    let output = submission.command(forge, &["--until", "reach"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let left: Vec<_> =
        fs::read_dir(submission.temporary()).unwrap().flatten().map(|entry| entry.path()).collect();
    assert!(left.is_empty(), "{left:?}");
    until("the end of all children", || processes(&submission.temporary()).is_empty());
}

#[test]
fn no_output_shows_the_key() {
    let Some(forge) = forge() else { return };
    let secrets = secrets(forge);
    for (key, args) in [
        ("read", &["--verbose", "--until", "clone"][..]),
        ("stranger", &[]),
        ("other", &["--format", "json"]),
    ] {
        let submission = Submission::good(forge, &format!("shown_{key}")).with_key(forge, key);
        let output = submission.rehearse(forge, args);
        let own = fs::read_to_string(forge.folder.join(key)).unwrap();
        let own: Vec<_> = own.lines().filter(|line| line.len() == 64).map(str::to_owned).collect();
        let shown = [output.stdout, output.stderr].concat();
        assert!(!holds(&shown, &secrets) && !holds(&shown, &own), "{key}");
    }
}
