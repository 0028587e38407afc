//! Every format of a report, on standard output and in files, as the readers of other projects see it.

use std::fs;

use crate::harness::{self, folder, reading, rekey, write};
use serde_json::Value;

const FIRST_TRY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/partners/first-try");
const FORMATS: [&str; 7] = ["text", "json", "sarif", "junit", "markdown", "github", "codeclimate"];

#[test]
fn a_file_has_the_content_of_standard_output() {
    let path = folder("a_file_holds");
    let file = |format: &str| path.join(format).to_str().unwrap().to_owned();
    let outputs: Vec<_> = FORMATS.iter().map(|format| format!("{format}={}", file(format))).collect();
    let mut args = vec!["check", FIRST_TRY, "--today", "2026-11-23", "--quiet"];
    for output in &outputs {
        args.extend(["--output", output]);
    }
    assert_eq!(rekey(&args).status, 1);
    for format in FORMATS {
        let run = rekey(&["check", FIRST_TRY, "--today", "2026-11-23", "--format", format]);
        assert_eq!(run.status, 1, "{format}");
        assert_eq!(fs::read_to_string(file(format)).unwrap(), run.stdout, "{format}");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_reported_and_the_report_is_printed() {
    let run = rekey(&["tag", "1.0-1", "--output", "json=/nowhere/report.json"]);
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("/nowhere/report.json: cannot write the report"), "{}", run.stderr);
    assert!(run.stdout.contains("passed"), "{}", run.stdout);
    for wrong in ["report.json", "yaml=report", "json="] {
        let run = rekey(&["tag", "1.0-1", "--output", wrong]);
        assert!(run.status == 2 && run.stderr.contains("FORMAT=FILE"), "{wrong}: {}", run.everything());
    }
}

#[test]
fn no_format_shows_a_secret() {
    let dockerfile = "FROM scratch\nENV DB_PASSWORD=CANARY\nRUN curl https://u:CANARY@h/p\nUSER root\n";
    for format in FORMATS {
        let run = reading(&["dockerfile", "-", "--format", format], dockerfile.as_bytes());
        assert!(!run.everything().contains("CANARY"), "{format}: {}", run.everything());
        let run = rekey(&["url", "https://u:CANARY@github.com/acme/app", "--format", format]);
        assert!(!run.everything().contains("CANARY"), "{format}: {}", run.everything());
    }
}

#[test]
fn no_format_lets_an_input_control_a_terminal_or_a_log() {
    for format in FORMATS {
        let run = rekey(&["tag", "1\u{1b}[31m\n::error::x\u{202e}<script>", "--format", format]);
        assert!(!run.stdout.contains(['\u{1b}', '\u{202e}']), "{format}: {}", run.stdout);
        assert!(!run.stdout.lines().any(|line| line.starts_with("::error::x")), "{format}: {}", run.stdout);
    }
    assert!(!rekey(&["tag", "<script>", "--format", "markdown"]).stdout.contains("<script>"));
}

#[test]
fn junit_is_read_by_another_reader() {
    let run = rekey(&["check", FIRST_TRY, "--format", "junit"]);
    let report = quick_junit::Report::deserialize_from_str(&run.stdout).unwrap();
    assert_eq!((report.tests, report.failures, report.errors), (21, 6, 0));
    let cases: Vec<_> = report.test_suites.iter().flat_map(|suite| &suite.test_cases).collect();
    assert_eq!(cases.len(), report.tests);
    assert!(cases.iter().any(|case| case.name.as_str() == "tag-missing-release (7:8)"));
    let forecast =
        report.test_suites.iter().find(|suite| suite.name.as_str().contains("openshift-preflight"));
    assert_eq!(forecast.unwrap().test_cases.len(), 10);
}

/// The fields that GitLab reads. Source: GitLab, "Code Quality report format".
#[test]
fn code_climate_has_the_fields_that_gitlab_reads() {
    let run = rekey(&["check", FIRST_TRY, "--format", "codeclimate"]);
    let issues: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(issues.len(), 11);
    let mut fingerprints = std::collections::BTreeSet::new();
    for issue in &issues {
        for field in ["description", "check_name", "fingerprint"] {
            assert!(issue[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {issue}");
        }
        assert!(["info", "minor", "critical"].contains(&issue["severity"].as_str().unwrap()), "{issue}");
        assert!(issue["location"]["path"].is_string(), "{issue}");
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() > 0, "{issue}");
        assert!(fingerprints.insert(issue["fingerprint"].as_str().unwrap().to_owned()), "{issue}");
    }
}

#[test]
fn markdown_of_a_first_attempt() {
    let run = rekey(&["check", FIRST_TRY, "--today", "2026-11-23", "--format", "markdown"]);
    harness::snapshot("first-try.md", &run.stdout.replace(FIRST_TRY, "first-try"));
}

#[test]
fn annotations_of_a_first_attempt() {
    let run = rekey(&["check", FIRST_TRY, "--today", "2026-11-23", "--format", "github"]);
    harness::snapshot("first-try.github", &run.stdout.replace(FIRST_TRY, "first-try"));
}

#[test]
fn the_name_of_standard_input_is_in_every_place() {
    let run = reading(
        &["dockerfile", "-", "--stdin-filename", "app/Dockerfile", "--format", "json"],
        b"FROM scratch\n",
    );
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["reports"][0]["source"], "app/Dockerfile");
}

#[test]
fn only_a_verbose_report_has_reasons_and_sources() {
    let args = ["tag", "-"];
    let plain = reading(&args, b"1.0\n").stdout;
    let verbose = reading(&[&args[..], &["--verbose"]].concat(), b"1.0\n").stdout;
    for reason in ["= why:", "= basis:", "[1] Red Hat"] {
        assert!(!plain.contains(reason) && verbose.contains(reason), "{reason}: {verbose}");
    }
    assert_eq!(rekey(&["tag", "1.0", "--verbose", "--quiet"]).status, 2);
}

#[test]
fn many_clean_inputs_are_counted() {
    let path = folder("many_clean_inputs");
    for number in 0..12 {
        write(&path.join(format!("{number}/Dockerfile")), "FROM scratch\n");
    }
    let path = path.to_str().unwrap();
    let args = ["dockerfile", path, "--ignore", "HasLicense", "--ignore", "HasRequiredLabel"];
    let rules: Vec<_> = rekey_core::rules().map(|rule| rule.id).collect();
    let off: Vec<_> = rules.iter().flat_map(|rule| ["--ignore", rule]).collect();
    let run = rekey(&[&args[..], &off].concat());
    assert!(run.stdout.starts_with("no findings in 12 inputs "), "{}", run.stdout);
    let run = rekey(&[&args[..], &off, &["-v"]].concat());
    assert!(run.stdout.contains("ok  12 inputs without findings"), "{}", run.stdout);
}
