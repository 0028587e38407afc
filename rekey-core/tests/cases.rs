//! The tables in `tests/cases`, which Python and Node run too.
//!
//! A case gives an `input` (or `input_hex`, or a `file` below `tests`), perhaps `options`, and what is found: `find`
//! lists every error and every warning as `[rule, marked text]` in the order of the report, and such notes as it cares
//! for. `fixed` is the text after every fix that is not for display only.
//!
//! The tables in the folders below are about what is read, before any rule: `traps/mod.rs` describes the one for Dockerfiles.

use std::{fs, path::PathBuf};

use rekey_core::{Finding, Report, Safety, Severity, Subject, apply_fixes};

mod judge;
mod traps;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    input: Option<String>,
    input_hex: Option<String>,
    file: Option<String>,
    #[serde(default)]
    options: toml::Table,
    find: Vec<[String; 2]>,
    fixed: Option<String>,
}

fn tests() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests")
}

impl Case {
    fn bytes(&self) -> Vec<u8> {
        if let Some(text) = &self.input {
            return text.clone().into_bytes();
        }
        if let Some(hex) = &self.input_hex {
            let digits: Vec<_> = hex.chars().filter(|c| !c.is_whitespace()).collect();
            let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).expect("hex");
            return digits.chunks(2).map(byte).collect();
        }
        let file = self.file.as_ref().expect("a case has input, input_hex or file");
        fs::read(tests().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }
}

fn marked(finding: &Finding, input: &[u8]) -> String {
    finding
        .range()
        .map_or_else(String::new, |range| String::from_utf8_lossy(range.bytes.of(input)).into_owned())
}

/// What the case expects of this report: notes count where the case names them.
fn found(report: &Report, case: &Case, input: &[u8]) -> Vec<[String; 2]> {
    let named = |finding: &Finding| {
        case.find.iter().any(|[rule, _]| rule == &name(finding) || rule == finding.rule().id)
    };
    let counts = report.findings().filter(|f| f.severity() > Severity::Note || named(f));
    counts
        .map(|finding| {
            let full = name(finding);
            let listed = case.find.iter().any(|[rule, _]| *rule == full);
            [if listed { full } else { finding.rule().id.to_owned() }, marked(finding, input)]
        })
        .collect()
}

fn name(finding: &Finding) -> String {
    let rule = finding.rule().id;
    finding.parameter().map_or(rule.to_owned(), |parameter| format!("{rule}:{parameter}"))
}

#[test]
fn every_table_holds() {
    let mut ran = 0;
    let mut wrong = Vec::new();
    let mut files: Vec<_> = fs::read_dir(tests().join("cases")).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    for path in files.iter().filter(|path| path.extension().is_some_and(|e| e == "toml")) {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let subject = Subject::ALL.iter().find(|subject| subject.as_str() == stem);
        let subject = *subject.unwrap_or_else(|| panic!("{stem} is no subject"));
        let table: Table = toml::from_str(&fs::read_to_string(path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in &table.case {
            ran += 1;
            wrong.extend(differences(subject, case).map(|difference| format!("{stem}: {difference}")));
        }
    }
    for trap in traps::traps() {
        ran += 1;
        wrong.extend(trap.differences());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{ran} cases in Rust");
    assert!(ran > 0);
}

fn differences(subject: Subject, case: &Case) -> Option<String> {
    let input = case.bytes();
    let given = judge::given(&case.options);
    let given: Vec<_> = given.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let policy = judge::policy(&rekey_core::Policy::default(), &given);
    let report = judge::judge_bytes(subject, &input, &given, &policy);
    let label = case.input.clone().or(case.file.clone()).or(case.input_hex.clone()).unwrap_or_default();
    let found = found(&report, case, &input);
    if found != case.find {
        return Some(format!("{label:?} {given:?}\n  expected {:?}\n  found    {found:?}", case.find));
    }
    let expected = case.fixed.as_ref()?;
    let fixes = report.findings().filter_map(Finding::fix).filter(|fix| fix.safety != Safety::Display);
    let (fixed, _) = apply_fixes(&input, fixes);
    let fixed = String::from_utf8_lossy(&fixed).into_owned();
    (fixed != *expected)
        .then(|| format!("{label:?}\n  expected fixed {expected:?}\n  found fixed    {fixed:?}"))
}
