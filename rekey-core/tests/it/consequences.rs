//! One cause, one finding: what disappears with another finding's fix is listed below that finding, and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use rekey_core::{Finding, Report, Safety, Severity, Subject, Target, apply_fixes, check_dockerfile, rules};

use crate::{corpus, judge, tables};

/// The number of findings of each case of each rule, including consequences.
fn counts(report: &Report) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for finding in report.each_finding() {
        *counts.entry(finding.id().into_owned()).or_default() += 1;
    }
    counts
}

/// The cases that a finding is about.
fn ids(finding: &Finding) -> Vec<String> {
    let rule = finding.rule().id;
    let ids: Vec<_> = finding.parameters().map(|parameter| format!("{rule}:{parameter}")).collect();
    if ids.is_empty() { vec![rule.to_owned()] } else { ids }
}

/// Pairs of rules of one report, the second of which disappears with the fix of the first though it is shown beside it.
fn shown_beside_its_cause(text: &[u8], judge: impl Fn(&[u8]) -> Report) -> Vec<(String, String)> {
    let report = judge(text);
    let shown: Vec<_> = report.findings().collect();
    let mut pairs = Vec::new();
    for cause in &shown {
        let Some(fix) = cause.fix().filter(|fix| fix.safety != Safety::Display) else { continue };
        let (fixed, applied) = apply_fixes(text, [fix], Safety::Unsafe);
        assert_eq!(applied, 1, "{}", cause.id());
        let before = counts(&report);
        let after = counts(&judge(&fixed));
        // The consequences that are listed below the cause are to disappear.
        let mut listed: BTreeMap<String, usize> = BTreeMap::new();
        for id in cause.consequences().iter().flat_map(ids) {
            *listed.entry(id).or_default() += 1;
        }
        for other in shown.iter().filter(|other| other != &cause && other.source() == cause.source()) {
            let gone = |id: &String| {
                let count = |counts: &BTreeMap<String, usize>| counts.get(id).copied().unwrap_or(0);
                count(&after) + count(&listed) + usize::from(ids(cause).contains(id)) < count(&before)
            };
            // Mistakes that one edit fixes are separate.
            let same_edit = other.fix().is_some_and(|other| other.edits == fix.edits);
            if !same_edit && ids(other).iter().all(gone) {
                pairs.push((cause.id().into_owned(), other.id().into_owned()));
            }
        }
    }
    pairs
}

#[track_caller]
fn assert_none(pairs: &BTreeSet<(String, String, String)>) {
    let lines: Vec<_> =
        pairs.iter().map(|(text, cause, other)| format!("{cause} → {other}: {text}")).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

#[test]
fn no_example_shows_a_consequence_beside_its_cause() {
    let mut pairs = BTreeSet::new();
    let texts = [Subject::Dockerfile, Subject::Tag, Subject::GitUrl, Subject::Reference];
    let mut count = 0;
    let mut try_one = |subject: Subject, input: &[u8], given: &[(&str, &str)], target: &Target| {
        count += 1;
        let judge = |text: &[u8]| judge::judge_bytes(subject, text, given, target);
        for (cause, other) in shown_beside_its_cause(input, judge) {
            pairs.insert((String::from_utf8_lossy(input).into_owned(), cause, other));
        }
    };
    for rule in rules().filter(|rule| texts.contains(&rule.subject)) {
        for example in rule.examples {
            let target = judge::target(&rule.scope.example(), example.given);
            try_one(rule.subject, example.input.as_bytes(), example.given, &target);
        }
    }
    for (subject, case) in tables::cases().iter().filter(|(subject, _)| texts.contains(subject)) {
        let given = judge::given(&case.options);
        let given: Vec<_> = given.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let target = judge::target(&Target::default(), &given);
        try_one(*subject, &case.bytes(), &given, &target);
    }
    assert!(count > 900, "{count} texts");
    assert_none(&pairs);
}

#[test]
fn no_dockerfile_of_the_corpus_shows_a_consequence_beside_its_cause() {
    let Some(cases) = corpus::dockerfiles() else { return };
    let target = Target::default();
    let mut pairs = BTreeSet::new();
    let mut grouped = 0;
    for case in &cases {
        let report = check_dockerfile(&case.input, &target);
        grouped += usize::from(report.findings().any(|finding| !finding.consequences().is_empty()));
        for (cause, other) in shown_beside_its_cause(&case.input, |text| check_dockerfile(text, &target)) {
            pairs.insert((case.verdict.file.clone(), cause, other));
        }
    }
    println!("{} files, {grouped} with a cause", cases.len());
    assert!(grouped > 0);
    assert_none(&pairs);
}

#[test]
fn what_follows_from_a_dropped_cause_stands_alone() {
    let text = "FROM scratch\nLABEL a=1 \\\n\nUSER 1001\n";
    let mut report = check_dockerfile(text, &Target::default());
    let rules = |report: &Report| report.findings().map(|finding| finding.rule().id).collect::<Vec<_>>();
    let cause = report.findings().find(|finding| !finding.consequences().is_empty()).unwrap();
    assert_eq!(cause.rule().id, "dockerfile-swallowed-instruction");
    // The rule is a warning; the image that runs as root is an error.
    assert_eq!((cause.rule().severity, cause.severity()), (Severity::Warning, Severity::Error));
    assert!(!rules(&report).contains(&"dockerfile-missing-user"));
    report.override_severities(|finding| {
        (finding.rule().id != "dockerfile-swallowed-instruction").then_some(finding.severity())
    });
    assert!(rules(&report).contains(&"dockerfile-missing-user"), "{:?}", rules(&report));
}

#[test]
fn a_label_leaves_the_finding_that_joins_it() {
    let text = "FROM scratch\nLABEL name=a vendor=b version=c summary=d\n";
    let joined = |report: &Report| {
        let rule = |finding: &&Finding| finding.rule().id == "dockerfile-missing-label";
        let found: Vec<_> = report.findings().filter(rule).collect();
        found
            .iter()
            .map(|finding| (finding.message().to_owned(), finding.fix().unwrap().edits[0].text.clone()))
            .collect::<Vec<_>>()
    };
    let mut report = check_dockerfile(text, &Target::default());
    assert_eq!(
        joined(&report),
        [(
            "labels `description`, `maintainer` and `release` are missing".to_owned(),
            "LABEL description=TODO \\\n      maintainer=TODO \\\n      release=TODO\n".to_owned()
        )]
    );
    report.override_severities(|finding| {
        (finding.parameter() != Some("release")).then_some(finding.severity())
    });
    assert_eq!(
        joined(&report),
        [(
            "labels `description` and `maintainer` are missing".to_owned(),
            "LABEL description=TODO maintainer=TODO\n".to_owned()
        )]
    );
    // A comment that ignores one label leaves the others.
    let ignored = format!("# rekey ignore-file=dockerfile-missing-label:maintainer\n{text}");
    let report = check_dockerfile(ignored.as_str(), &Target::default());
    assert_eq!(joined(&report)[0].0, "labels `description` and `release` are missing");
}
