//! The order of versions, compared with rpm's.
//!
//! If `rpm` is installed, it compares every pair of the texts below and of the versions that partners and Red
//! Hat publish (`../shared/corpus` beside the checkout). rpm's own cases cannot be redistributed:
//! `RPMVERCMP_AT` names the file `tests/rpmvercmp.at`. Tests with missing inputs print that they were
//! skipped.

use std::{cmp::Ordering, collections::BTreeSet, fs, process::Command};

use crate::corpus;
use rekey_core::{Tag, reference::ImageReference, tag::order::rpmvercmp};

/// Every rule of rpm's order, with boundary cases.
const TEXTS: &[&str] = &[
    "",
    "0",
    "00",
    "1",
    "01",
    "1.0",
    "1.0.0",
    "1.",
    ".1",
    "1..0",
    "1_0",
    "1-0",
    "1+0",
    "10",
    "9",
    "1.10",
    "1.9",
    "1a",
    "1.a",
    "1.0a",
    "1.0rc1",
    "1.0-rc1",
    "1.0~",
    "1.0~~",
    "1.0~rc1",
    "1.0~rc1~git",
    "1.0^",
    "1.0^git1",
    "1.0^git1~pre",
    "1.0~rc1^git",
    "~",
    "^",
    "a",
    "A",
    "ab",
    "b",
    "fc4",
    "FC5",
    "v1.0",
    "latest",
    "_",
    "+",
    "_a",
    "a_",
    "1.0.~",
    "1.0.^",
    "1b.fc17",
    "1.fc17",
    "99999999999999999999",
    "100000000000000000000",
    "18446744073709551616",
    "20101121",
    "2010_1121",
    "1.900",
    "1.8000",
];

#[test]
fn rpm_agrees_on_every_pair() {
    let mut texts: BTreeSet<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    for list in ["tags-partners.txt", "tags-redhat.txt"].into_iter().filter_map(corpus::strings) {
        let tags = list.lines().filter_map(|line| Tag::parse(ImageReference::parse(line).ok()?.tag()?).ok());
        texts.extend(tags.map(|tag| tag.version().to_owned()));
    }
    // The input of `rpm.vercmp` is a non-empty version, possibly with an epoch and a release.
    texts.retain(|text| !text.is_empty() && !text.contains(['-', ':']));
    let texts: Vec<String> = texts.into_iter().collect();
    let Some(answers) = ask_rpm(&texts) else { return };
    assert_eq!(answers.len(), texts.len() * texts.len());
    let pairs = texts.iter().flat_map(|a| texts.iter().map(move |b| (a, b)));
    for ((a, b), answer) in pairs.zip(answers) {
        assert_eq!(rpmvercmp(a.as_bytes(), b.as_bytes()), answer, "`{a}` and `{b}`");
    }
    println!("{} pairs of {} versions", texts.len() * texts.len(), texts.len());
}

#[test]
fn rpms_own_cases_pass() {
    let Some(path) = std::env::var_os("RPMVERCMP_AT") else {
        return crate::skip::lacks("rpm's own cases", "set `RPMVERCMP_AT` to rpm's `tests/rpmvercmp.at`");
    };
    let cases = fs::read_to_string(path).unwrap();
    // The behaviors that rpm calls odd are in comments there, and are valid too.
    let cases = cases.lines().filter_map(|line| line.trim_start_matches("dnl ").strip_prefix("RPMVERCMP("));
    let mut count = 0;
    for case in cases {
        let parts: Vec<&str> = case.trim_end_matches(')').split(", ").collect();
        let [a, b, sign] = parts[..] else { panic!("a case of three parts, found `{case}`") };
        assert_eq!(rpmvercmp(a.as_bytes(), b.as_bytes()), ordering(sign), "{case}");
        count += 1;
    }
    assert!(count > 60, "{count} cases");
    println!("{count} cases of rpm");
}

/// rpm's answers for all pairs of texts, in order; `None` if it is not installed.
fn ask_rpm(texts: &[String]) -> Option<Vec<Ordering>> {
    let list: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    let script = format!(
        "%{{lua: t = {{{}}}; for i = 1, #t do for j = 1, #t do print(rpm.vercmp(t[i], t[j]) .. \" \") end end}}",
        list.join(", ")
    );
    let output = Command::new("rpm").arg("--eval").arg(script).output();
    let Ok(output) = output else {
        crate::skip::lacks_program("rpm");
        return None;
    };
    Some(String::from_utf8(output.stdout).unwrap().split_whitespace().map(ordering).collect())
}

fn ordering(sign: &str) -> Ordering {
    match sign {
        "-1" => Ordering::Less,
        "0" => Ordering::Equal,
        "1" => Ordering::Greater,
        other => panic!("expected -1, 0 or 1, found `{other}`"),
    }
}
