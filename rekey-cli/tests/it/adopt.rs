//! The adoption of rekey for existing files: thresholds, baselines, and different rules for some files.

use std::fs;

use crate::harness::{self, folder, rekey, write};
use serde_json::Value;

const OLD: &str = "FROM registry.access.redhat.com/ubi9/ubi:9.6\nUSER root\n";

#[test]
fn a_threshold_decides_the_exit_code() {
    let note = ["tag", "1.0-1", "--flow", "quay", "--today", "2026-11-23"];
    let warning = ["tag", "1.0-01"];
    let error = ["tag", "1.0"];
    let status = |args: &[&str], on: &str| rekey(&[args, &["--fail-on", on]].concat()).status;
    for (on, expected) in
        [("error", [0, 0, 1]), ("warning", [0, 1, 1]), ("note", [0, 1, 1]), ("never", [0, 0, 0])]
    {
        let found = [status(&note, on), status(&warning, on), status(&error, on)];
        assert_eq!(found, expected, "{on}");
    }
    assert_eq!(status(&["tag", "1.0", "--flow", "quay"], "note"), 1);
    assert_eq!(status(&["dockerfile", "/nowhere"], "never"), 3);
}

/// The output without line breaks.
fn words(run: &harness::Run) -> String {
    run.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_baseline_hides_known_findings_and_shows_new_ones() {
    let path = folder("a_baseline");
    let (file, baseline) = (path.join("Dockerfile"), path.join("baseline.json"));
    let (dockerfile, list) = (file.to_str().unwrap(), baseline.to_str().unwrap());
    write(&file, OLD);
    let run = |more: &[&str]| rekey(&[&["dockerfile", dockerfile, "--baseline", list], more].concat());

    assert_eq!(run(&[]).status, 3, "a baseline that is not there");
    let written = run(&["--write-baseline"]);
    assert_eq!(written.status, 0, "{}", written.everything());
    assert!(written.stdout.contains("note: wrote "), "{}", written.stdout);
    let known = run(&[]);
    assert_eq!(known.status, 0, "{}", known.everything());
    assert!(
        words(&known).contains("note: left out ") && !known.stdout.contains("error["),
        "{}",
        known.stdout
    );

    // Lines move, and the same mistake also occurs elsewhere.
    write(&file, format!("# syntax=docker/dockerfile:1\n\n{OLD}RUN --mount=type=nothing true\n"));
    let new = run(&["--format", "json"]);
    let report: Value = serde_json::from_str(&new.stdout).unwrap();
    let findings = report["reports"][0]["findings"].as_array().unwrap();
    let rules: Vec<_> = findings.iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
    assert_eq!((new.status, rules), (1, vec!["dockerfile-invalid-syntax"]), "{}", new.stdout);

    // A notice counts fixed findings until the baseline is written again.
    write(&file, OLD.replace("root", "1001"));
    assert!(words(&run(&[])).contains("lists 1 finding that rekey no longer finds"), "{}", run(&[]).stdout);
    run(&["--write-baseline"]);
    assert!(!words(&run(&[])).contains("no longer finds"));
}

#[test]
fn a_baseline_contains_names_and_no_texts() {
    let path = folder("a_baseline_holds_names");
    let (file, baseline) = (path.join("Dockerfile"), path.join("baseline.json"));
    write(&file, "FROM scratch\nENV DB_PASSWORD=CANARY1\n");
    let args = ["dockerfile", file.to_str().unwrap(), "--baseline", baseline.to_str().unwrap()];
    rekey(&[&args[..], &["--write-baseline"]].concat());
    let first = fs::read_to_string(&baseline).unwrap();
    assert!(first.contains("dockerfile-secret") && !first.contains("CANARY"), "{first}");
    // Another secret is the same finding: the file contains no digest of a secret.
    write(&file, "FROM scratch\nENV DB_PASSWORD=CANARY2\n");
    rekey(&[&args[..], &["--write-baseline"]].concat());
    assert_eq!(fs::read_to_string(&baseline).unwrap(), first);
}

#[test]
fn an_invalid_baseline_is_reported() {
    let path = folder("no_baseline").join("baseline.json");
    for text in ["", "[]", "{\"findings\": {}}", "{\"rekey_baseline\": 2, \"findings\": {}}"] {
        write(&path, text);
        let run = rekey(&["tag", "1.0-1", "--baseline", path.to_str().unwrap()]);
        assert_eq!(run.status, 3, "{text}");
        assert!(run.stderr.contains("expected a baseline that `--write-baseline` wrote"), "{}", run.stderr);
    }
    assert_eq!(rekey(&["tag", "1.0-1", "--write-baseline"]).status, 2);
}

const OVERRIDES: &str = "
[rules]
dockerfile-user-root = 'warning'
[[override]]
paths = ['legacy/**']
rules = { dockerfile-user-root = 'off' }
[[override]]
paths = ['*.strict']
rules = { dockerfile-user-root = 'error', RunAsNonRoot = 'error' }
";

/// The severity of `USER root` in each file.
fn weights(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).unwrap();
    let sections = report["reports"].as_array().unwrap().iter();
    let weight = |section: &Value| {
        let findings = section["findings"].as_array().unwrap();
        let found = findings.iter().find(|finding| finding["rule"] == "dockerfile-user-root");
        found.map_or("none", |finding| finding["severity"].as_str().unwrap()).to_owned()
    };
    sections.filter(|section| section["subject"] == "dockerfile").map(weight).collect()
}

#[test]
fn overrides_for_some_files_rank_between_those_for_all_and_the_flags() {
    let path = folder("rules_for_some_files");
    write(&path.join("rekey.toml"), OVERRIDES);
    for file in ["Dockerfile", "legacy/app/Dockerfile", "new/Dockerfile.strict"] {
        write(&path.join(file), OLD);
    }
    let (config, folder) = (path.join("rekey.toml"), path.to_str().unwrap());
    let args = ["dockerfile", folder, "--config", config.to_str().unwrap(), "--format", "json"];
    assert_eq!(weights(&rekey(&args).stdout), ["warning", "none", "error"]);
    let flag = rekey(&[&args[..], &["--note", "dockerfile-user-root"]].concat());
    assert_eq!(weights(&flag.stdout), ["note", "note", "note"]);
}

#[test]
fn the_rekey_toml_of_this_folder_is_read() {
    let path = folder("rules_of_this_folder");
    write(&path.join("rekey.toml"), format!("flow = 'quay'\n{OVERRIDES}"));
    for file in ["Dockerfile", "legacy/app/Dockerfile", "new/Dockerfile.strict"] {
        write(&path.join(file), OLD);
    }
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_rekey"))
        .args(["dockerfile", ".", "--format", "json"])
        .current_dir(&path)
        .output()
        .unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    assert_eq!(weights(&printed), ["warning", "none", "error"], "{printed}");
    assert!(printed.contains("\"flow\":\"quay\""), "{printed}");
}

#[test]
fn overrides_for_some_files_apply_to_a_submission() {
    let path = folder("rules_hold_for_a_submission");
    let images = "[[image]]\ntag='1.0-1'\ndockerfile='legacy/Dockerfile'\n[[image]]\ntag='1.0-1'\ndockerfile='Dockerfile.strict'\n";
    write(&path.join("rekey.toml"), format!("{images}{OVERRIDES}"));
    write(&path.join("legacy/Dockerfile"), OLD);
    write(&path.join("Dockerfile.strict"), OLD);
    let run = rekey(&["check", path.to_str().unwrap(), "--format", "json"]);
    assert_eq!(weights(&run.stdout), ["none", "error"], "{}", run.everything());
}

#[test]
fn a_check_of_preflight_selects_its_rules() {
    let path = folder("a_check_selects").join("Dockerfile");
    write(&path, OLD);
    let path = path.to_str().unwrap();
    assert!(rekey(&["dockerfile", path]).stdout.contains("dockerfile-user-root"));
    assert!(
        !rekey(&["dockerfile", path, "--ignore", "RunAsNonRoot"]).stdout.contains("dockerfile-user-root")
    );
    let release = "dockerfile-missing-label:release";
    assert!(!rekey(&["dockerfile", path, "--ignore", release]).stdout.contains(release));
}

#[test]
fn patterns_search_and_report_when_nothing_matches() {
    let path = folder("patterns_search");
    for file in ["a/Dockerfile", "b/deep/app.ubi", ".hidden/c.ubi", "skipped/d.ubi"] {
        write(&path.join(file), OLD);
    }
    write(&path.join(".gitignore"), "skipped\n");
    let sources = |pattern: &str| {
        let run = rekey(&["dockerfile", pattern, "--format", "json"]);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let names = report["reports"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["source"].as_str().unwrap().to_owned());
        names.map(|name| name.replace(path.to_str().unwrap(), "")).collect::<Vec<_>>()
    };
    let root = path.to_str().unwrap();
    assert_eq!(sources(&format!("{root}/**/*.ubi")), ["/.hidden/c.ubi", "/b/deep/app.ubi"]);
    assert_eq!(sources(&format!("{root}/[ab]/*")), ["/a/Dockerfile"]);
    let run = rekey(&["dockerfile", &format!("{root}/*.nothing")]);
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("no file matches"), "{}", run.stderr);
}

#[test]
fn many_files_are_reported_in_the_order_of_their_names_each_once() {
    let path = folder("many_files");
    for number in 0..64 {
        write(&path.join(format!("{number:02}.Dockerfile")), OLD);
    }
    let (root, one) = (path.to_str().unwrap(), path.join("07.Dockerfile"));
    let run = rekey(&["dockerfile", root, one.to_str().unwrap(), root, "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let names: Vec<_> =
        report["reports"].as_array().unwrap().iter().map(|one| one["source"].as_str().unwrap()).collect();
    let expected: Vec<_> = (0..64).map(|number| format!("{root}/{number:02}.Dockerfile")).collect();
    assert_eq!(names, expected);
}
