//! What preflight would say of some five thousand Dockerfiles that BuildKit converts, beside our forecast.
//!
//! BuildKit's record has the final user, labels and added layers of each file as if every unknown base image were
//! empty; preflight's predicates over these are the truth, where a file's own instructions decide.

use std::collections::BTreeMap;

use rekey_core::{Outcome, Policy, Safety, apply_fixes, check_dockerfile, dockerfile, preflight};

mod corpus;

/// Preflight's verdict over BuildKit's record, where the base image has no say in it.
fn truth(case: &corpus::Case, check: &str) -> Option<bool> {
    let verdict = &case.verdict;
    match check {
        preflight::RUN_AS_NON_ROOT => {
            (!verdict.user.is_empty()).then(|| !preflight::is_refused_user(&verdict.user))
        }
        preflight::NO_PROHIBITED_LABELS => {
            let label = |key: &&str| verdict.labels.get(*key);
            let known = preflight::TRADEMARK_LABELS.iter().all(|key| label(key).is_some());
            let infringes = preflight::TRADEMARK_LABELS
                .iter()
                .filter_map(label)
                .any(|value| preflight::infringes_trademark(value));
            (known || infringes).then_some(!infringes)
        }
        preflight::REQUIRED_LABEL => {
            let label = |key: &&str| verdict.labels.get(*key);
            let empty = preflight::REQUIRED_LABELS.iter().filter_map(label).any(String::is_empty);
            let known = preflight::REQUIRED_LABELS.iter().all(|key| label(key).is_some());
            (known || empty).then_some(!empty)
        }
        preflight::LAYER_COUNT => (verdict.added_layers > preflight::LAYER_MAX).then_some(false),
        _ => None,
    }
}

#[test]
fn no_forecast_contradicts_what_preflight_would_say() {
    let Some(cases) = corpus::dockerfiles() else { return };
    let policy = Policy::default();
    let mut decided: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut unexplained = Vec::new();
    for case in cases.iter().filter(|case| case.is_converted()) {
        let report = check_dockerfile(&case.input, &policy);
        for row in report.forecast() {
            let said = match row.outcome {
                Outcome::Pass => true,
                Outcome::Fail => false,
                _ => continue,
            };
            *decided.entry(row.check).or_default() += 1;
            if truth(case, row.check).is_some_and(|truth| truth != said) {
                wrong.push(format!("{}: {} {}", case.verdict.file, row.check, row.reason));
            }
            let spoken = report
                .findings()
                .any(|f| f.severity() == rekey_core::Severity::Error && f.rule().checks.contains(&row.check));
            if !said && !spoken {
                unexplained.push(format!("{}: {} {}", case.verdict.file, row.check, row.reason));
            }
        }
    }
    println!("decided without a base's config: {decided:?}");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(unexplained.is_empty(), "{} without a finding:\n{}", unexplained.len(), unexplained.join("\n"));
    for (check, at_least) in [
        (preflight::RUN_AS_NON_ROOT, 961),
        (preflight::NO_PROHIBITED_LABELS, 556),
        (preflight::REQUIRED_LABEL, 267),
        (preflight::LAYER_COUNT, 236),
    ] {
        assert!(decided.get(check).copied().unwrap_or(0) >= at_least, "{check}: {decided:?}");
    }
}

#[test]
fn every_file_has_a_report_and_every_fix_keeps_it_readable() {
    let Some(cases) = corpus::dockerfiles() else { return };
    let policy = Policy::default();
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    let mut broken = Vec::new();
    for case in &cases {
        let report = check_dockerfile(&case.input, &policy);
        for finding in report.findings() {
            *rules.entry(finding.rule().id.to_owned()).or_default() += 1;
        }
        if !case.verdict.accepts {
            continue;
        }
        let fixes = report
            .findings()
            .filter_map(rekey_core::Finding::fix)
            .filter(|fix| fix.safety != Safety::Display);
        let (fixed, applied) = apply_fixes(&case.input, fixes);
        let readable = dockerfile::Dockerfile::parse(&fixed, &dockerfile::Options::default()).accepted();
        if applied > 0 && !readable {
            broken.push(case.verdict.file.clone());
        }
    }
    println!("{} reports; findings by rule: {rules:#?}", cases.len());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
