//! The tables in `tests/cases`, which Python and Node run too.
//!
//! A case has an `input` (or `input_hex`, or a `file` below `tests`), optional `options`, and the expected
//! findings: `find` lists every error and every warning as `[rule, marked text]` in the order of the report,
//! and any notes that matter. `fixed` is the text after every fix that is not for display only.
//!
//! The tables in the folders below test parsing, without rules: `traps/mod.rs` describes the one for
//! Dockerfiles.

use crate::{
    judge,
    tables::{self, Case},
    traps,
};
use rekey_core::{Finding, Report, Safety, Severity, Subject, apply_fixes};

fn marked(finding: &Finding, input: &[u8]) -> String {
    finding
        .range()
        .map_or_else(String::new, |range| String::from_utf8_lossy(range.bytes.of(input)).into_owned())
}

/// Returns the findings to compare with the case: notes count only if the case names them.
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
fn every_table_passes() {
    let mut ran = 0;
    let mut wrong = Vec::new();
    for (subject, case) in &tables::cases() {
        ran += 1;
        wrong.extend(differences(*subject, case).map(|difference| format!("{subject}: {difference}")));
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
    let target = judge::target(&rekey_core::Target::default(), &given);
    let report = judge::judge_bytes(subject, &input, &given, &target);
    let label = case.input.clone().or(case.file.clone()).or(case.input_hex.clone()).unwrap_or_default();
    let found = found(&report, case, &input);
    if found != case.find {
        return Some(format!("{label:?} {given:?}\n  expected {:?}\n  found    {found:?}", case.find));
    }
    let expected = case.fixed.as_ref()?;
    let (fixed, _) = apply_fixes(&input, report.findings().filter_map(Finding::fix), Safety::Unsafe);
    let fixed = String::from_utf8_lossy(&fixed).into_owned();
    (fixed != *expected)
        .then(|| format!("{label:?}\n  expected fixed {expected:?}\n  found fixed    {fixed:?}"))
}
