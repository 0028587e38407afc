//! What preflight would say of some five thousand Dockerfiles that BuildKit converts, beside our forecast.
//!
//! BuildKit's record has the final user, labels and added layers of each file as if every unknown base image were
//! empty; preflight's predicates over these are the truth, where a file's own instructions decide.

use std::collections::BTreeMap;

use rekey_core::{
    Dockerfile, Finding, Outcome, Policy, Safety, apply_fixes, check_dockerfile,
    dockerfile::{self, Options},
    preflight,
};

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

/// A text after all fixes of those kinds, and how many there were.
fn fixed(text: &[u8], policy: &Policy, kinds: &[Safety]) -> (Vec<u8>, usize) {
    let report = check_dockerfile(text, policy);
    let fixes = report.findings().filter_map(Finding::fix).filter(|fix| kinds.contains(&fix.safety));
    apply_fixes(text, fixes)
}

/// What a safe fix must not change.
#[derive(PartialEq)]
struct Image {
    accepted: bool,
    user: dockerfile::Fact,
    labels: Vec<(dockerfile::Fact, dockerfile::Fact)>,
    layers: u32,
    stages: Vec<dockerfile::Base>,
    instructions: Vec<dockerfile::Keyword>,
}

impl Image {
    fn of(text: &[u8]) -> Self {
        let file = Dockerfile::parse(text, &Options::default());
        Self {
            accepted: file.accepted(),
            user: file.user.fact.clone(),
            labels: file.labels.iter().map(|label| (label.key.clone(), label.value.clone())).collect(),
            layers: file.added_layers,
            stages: file.stages.iter().map(|stage| stage.base.clone()).collect(),
            instructions: file.instructions.iter().map(|instruction| instruction.keyword).collect(),
        }
    }
}

#[test]
fn every_fix_of_every_file_settles_and_keeps_it_readable() {
    let Some(cases) = corpus::dockerfiles() else { return };
    let policy = Policy::default();
    let (mut safe, mut all) = (0, 0);
    let mut wrong = Vec::new();
    for case in cases.iter().filter(|case| case.verdict.accepts) {
        let name = &case.verdict.file;
        let (settled, applied) = fixed(&case.input, &policy, &[Safety::Safe]);
        safe += applied;
        if fixed(&settled, &policy, &[Safety::Safe]).1 > 0 {
            wrong.push(format!("{name}: safe fixes leave some to apply"));
        }
        if applied > 0 && Image::of(&settled) != Image::of(&case.input) {
            wrong.push(format!("{name}: a safe fix changes the image"));
        }
        let mut text = case.input.clone();
        for round in 1.. {
            let (mended, applied) = fixed(&text, &policy, &[Safety::Safe, Safety::Unsafe]);
            if applied == 0 {
                break;
            }
            all += applied;
            text = mended;
            // An instruction that is no longer swallowed, or a label that is seen at last, may want mending in turn.
            if round == 4 || !Image::of(&text).accepted {
                wrong.push(format!("{name}: round {round} does not settle, or cannot be read"));
                break;
            }
        }
    }
    println!("{safe} safe fixes, {all} of both kinds in {} files", cases.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
