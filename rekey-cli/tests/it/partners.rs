//! Runs `rekey check` on every submission in `tests/partners` and compares with its `expected.txt`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::harness::rekey;

#[test]
fn every_partner_is_judged_as_expected() {
    let mut wrong = Vec::new();
    let folders = partners();
    assert!(folders.len() > 30, "only {} submissions", folders.len());
    for folder in &folders {
        let file = folder.join("expected.txt");
        let found = judge(folder);
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if found == expected {
            continue;
        }
        if std::env::var_os("REKEY_REFRESH").is_some() {
            fs::write(&file, found).unwrap();
        } else {
            wrong.push(format!("{}\nexpected:\n{expected}\nfound:\n{found}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_output_holds_a_key_or_a_password() {
    for folder in partners() {
        let path = folder.to_str().unwrap();
        for format in ["text", "json"] {
            let shown = rekey(&["check", path, "--format", format]).everything();
            assert!(!shown.contains("CANARY"), "{path} as {format}: {shown}");
            for body in key_lines(&folder) {
                assert!(!shown.contains(&body), "{path} as {format} shows a line of a key");
            }
        }
    }
}

/// The exit code and the rules that are broken, one a line.
fn judge(folder: &Path) -> String {
    let run = rekey(&["check", folder.to_str().unwrap(), "--format", "json", "--today", "2026-11-23"]);
    let mut lines = BTreeSet::new();
    if !run.stdout.is_empty() {
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let sections = report["reports"].as_array().unwrap();
        for finding in sections.iter().flat_map(|section| section["findings"].as_array().unwrap()) {
            let rule = finding["rule"].as_str().unwrap();
            let parameter = finding["parameter"].as_str();
            lines
                .insert(parameter.map_or_else(|| rule.to_owned(), |parameter| format!("{rule}:{parameter}")));
        }
    }
    let rules: String = lines.into_iter().map(|line| line + "\n").collect();
    format!("{}\n{rules}", run.status)
}

fn partners() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/partners");
    let mut folders: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

/// The lines of the private keys of a submission, without those that name the form.
fn key_lines(folder: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap_or_default();
        if text.contains("PRIVATE KEY-----") {
            lines.extend(
                text.lines().filter(|line| line.len() > 30 && !line.contains("-----")).map(str::to_owned),
            );
        }
    }
    lines
}
