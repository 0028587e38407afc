//! `rekey dockerfile --fix`, killed in the middle or run twice at once: every file has the old or the new
//! content.
#![cfg(unix)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::harness::{folder, write};

const FILES: usize = 64;
const ROUNDS: usize = 8;

/// A Dockerfile that gets one more line when it is fixed, too long to be written at once.
fn old(number: usize) -> String {
    let filler = "# a comment that makes the file long\n".repeat(400);
    format!("FROM registry.access.redhat.com/ubi9/ubi:9.6\n{filler}LABEL number={number}\n")
}

fn file(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("{number}.Dockerfile"))
}

fn fix(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
    command.args(["dockerfile", "--fix", "--unsafe-fixes", "--quiet"]).arg(folder).stdout(Stdio::null());
    command
}

#[test]
fn every_file_is_old_or_new() {
    let reference = folder("killed_reference");
    (0..FILES).for_each(|number| write(&file(&reference, number), old(number)));
    fix(&reference).status().unwrap();
    let new: Vec<_> = (0..FILES).map(|number| fs::read(file(&reference, number)).unwrap()).collect();
    assert!(
        new.iter().enumerate().all(|(number, text)| *text != old(number).as_bytes()),
        "nothing was fixed"
    );

    let mut in_the_middle = 0;
    for round in 0..ROUNDS {
        let path = folder("killed");
        (0..FILES).for_each(|number| write(&file(&path, number), old(number)));
        let mut child = fix(&path).spawn().unwrap();
        // Wait until some files are fixed, a few more in each round, and then a delay that differs from round
        // to round.
        let some = (0..FILES).step_by(FILES / ROUNDS).nth(round).unwrap();
        let is_new = |number: usize| fs::read(file(&path, number)).unwrap() == new[number];
        while child.try_wait().unwrap().is_none()
            && (0..=some).filter(|number| is_new(*number)).count() < round
        {
            thread::yield_now();
        }
        thread::sleep(Duration::from_micros(137 * round as u64));
        child.kill().unwrap();
        child.wait().unwrap();

        let fixed = (0..FILES).filter(|number| {
            let text = fs::read(file(&path, *number)).unwrap();
            let is_new = text == new[*number];
            assert!(
                is_new || text == old(*number).as_bytes(),
                "round {round}: file {number} is neither old nor new"
            );
            is_new
        });
        let fixed = fixed.count();
        in_the_middle += usize::from(fixed > 0 && fixed < FILES);
        // The unfinished file is left beside the other, is not a Dockerfile, and is removed.
        let status = fix(&path).status().unwrap();
        assert!(status.code().is_some_and(|code| code < 2), "round {round}: {status}");
        assert!((0..FILES).all(|number| fs::read(file(&path, number)).unwrap() == new[number]));
        assert_eq!(fs::read_dir(&path).unwrap().count(), FILES, "round {round}: something is left");
    }
    assert!(in_the_middle >= ROUNDS / 3, "only {in_the_middle} of {ROUNDS} were killed in the middle");
}

#[test]
fn two_simultaneous_runs_lose_no_change_silently() {
    let fixed = |name: &str, flags: &[&[&str]]| {
        let path = folder(name);
        write(&file(&path, 0), both(0));
        for flags in flags {
            assert!(run(&path, flags).wait().unwrap().success() || !flags.is_empty());
        }
        fs::read(file(&path, 0)).unwrap()
    };
    let (safe, all): (&[&str], &[&str]) = (&["--fix"], &["--fix", "--unsafe-fixes"]);
    let only_safe = fixed("at_once_safe", &[safe]);
    let ends = [
        fixed("at_once_all", &[all]),
        fixed("at_once_safe_all", &[safe, all]),
        fixed("at_once_all_safe", &[all, safe]),
    ];
    assert!(!ends.contains(&only_safe) && only_safe != both(0).as_bytes());

    let mut left = 0;
    for round in 0..ROUNDS {
        let path = folder("at_once");
        (0..FILES).for_each(|number| write(&file(&path, number), both(number)));
        let runs = [run(&path, all), run(&path, safe)];
        let outputs = runs.map(|child| String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap());
        for number in 0..FILES {
            let text = String::from_utf8(fs::read(file(&path, number)).unwrap()).unwrap();
            let text = text.replace(&format!("number={number}"), "number=0");
            // If the run that fixes all files does not report that it skipped this one, its changes are
            // there.
            let name = file(&path, number).display().to_string();
            let said = outputs[0].lines().any(|line| line.contains(&format!("{name}: not rewritten")));
            let whole = ends.iter().any(|end| end == text.as_bytes());
            assert!(whole || said && text.as_bytes() == only_safe, "round {round}: {name}: {outputs:?}");
            left += usize::from(said);
        }
        assert_eq!(fs::read_dir(&path).unwrap().count(), FILES, "round {round}: something is left");
    }
    println!("{left} of {} files were left to the other run", FILES * ROUNDS);
}

/// A Dockerfile with safe and unsafe fixes.
fn both(number: usize) -> String {
    format!("{}LABEL summary an app\n", old(number))
}

fn run(folder: &Path, flags: &[&str]) -> std::process::Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
    command.arg("dockerfile").args(flags).arg("--quiet").arg(folder);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}
