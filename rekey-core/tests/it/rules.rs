//! Properties of every rule: its examples are true, and its texts follow the style.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{judge, words::odd_words};
use rekey_core::{Report, Rule, Safety, Severity, Target, apply_fixes, rule::Verdict, rules};

/// The report on an example, under the target that the rule applies to.
fn report(rule: &Rule, input: &str, given: &[(&str, &str)]) -> Report {
    let target = judge::target(&rule.scope.example(), given);
    judge::judge(rule.subject, input, given, &target)
}

fn finds(rule: &Rule, report: &Report) -> bool {
    report.each_finding().any(|finding| finding.rule().id == rule.id)
}

#[test]
fn every_example_has_its_verdict() {
    let examples = rules().flat_map(|rule| rule.examples.iter().map(move |example| (rule, example)));
    let lies = examples.filter(|(rule, example)| {
        let report = report(rule, example.input, example.given);
        finds(rule, &report) != (example.verdict != Verdict::Good)
    });
    let lies: Vec<_> =
        lies.map(|(rule, example)| format!("{}: {:?} {:?}", rule.id, example.input, example.given)).collect();
    assert!(lies.is_empty(), "{}", lies.join("\n"));
}

#[test]
fn every_fix_of_an_example_yields_its_fixed_text() {
    let mut wrong = Vec::new();
    for (rule, example) in rules().flat_map(|rule| rule.examples.iter().map(move |example| (rule, example))) {
        let Verdict::Fixed(good) = example.verdict else { continue };
        let bad = report(rule, example.input, example.given);
        let fixes = bad.each_finding().filter(|f| f.rule().id == rule.id).filter_map(|f| f.fix());
        let (fixed, _) = apply_fixes(example.input.as_bytes(), fixes, Safety::Display);
        let fixed = String::from_utf8_lossy(&fixed);
        if fixed != good || finds(rule, &report(rule, good, example.given)) {
            wrong.push(format!("{}: {:?} becomes {fixed:?}", rule.id, example.input));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_shows_a_bad_and_a_good_example() {
    for rule in rules() {
        let good = rule.examples.iter().filter(|example| example.verdict == Verdict::Good).count();
        assert!(good > 0 && good < rule.examples.len(), "{} lacks an example", rule.id);
    }
}

#[test]
fn every_id_names_its_subject_and_is_unique() {
    let mut seen = BTreeSet::new();
    for rule in rules() {
        let subject = rule.subject.as_str().replace('_', "-");
        assert!(rule.id.starts_with(&format!("{subject}-")), "{}", rule.id);
        assert!(
            rule.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{}",
            rule.id
        );
        assert!(seen.insert(rule.id), "{} stands twice", rule.id);
    }
}

#[test]
fn summaries_begin_in_lowercase_and_end_without_a_period() {
    for rule in rules() {
        let first = rule.summary.chars().next().unwrap();
        let word = rule.summary.split(' ').next().unwrap();
        let name = word == "Dockerfile" || word.chars().skip(1).any(char::is_uppercase);
        assert!(!first.is_uppercase() || name, "{}: {}", rule.id, rule.summary);
        assert!(!rule.summary.ends_with('.'), "{}: {}", rule.id, rule.summary);
        assert!(
            rule.why.ends_with('.') && rule.help.ends_with('.'),
            "{}: why and help are sentences",
            rule.id
        );
        for text in [rule.summary, rule.why, rule.help] {
            assert!(!text.contains("  "), "{}: two spaces in {text:?}", rule.id);
        }
    }
}

#[test]
fn texts_use_the_words_of_the_field() {
    let mut wrong = BTreeSet::new();
    let mut add =
        |of: &str, text: &str| wrong.extend(odd_words(text).iter().map(|odd| format!("{of}: {odd}")));
    for rule in rules() {
        for text in [rule.id, rule.summary, rule.why, rule.help] {
            add(rule.id, text);
        }
        for example in rule.examples {
            let report = report(rule, example.input, example.given);
            for finding in report.findings() {
                add(finding.rule().id, finding.message());
                add(finding.rule().id, finding.help());
                add(finding.rule().id, finding.fix().map_or("", |fix| &fix.description));
            }
            report.forecast().iter().for_each(|row| add("forecast", &row.reason));
        }
    }
    let errors = errors(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    assert!(errors.len() > 200, "{} errors", errors.len());
    for text in &errors {
        add("error", text);
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Returns the error messages in a folder of source files.
fn errors(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let of_path = |path: PathBuf| {
        if path.is_dir() {
            return errors(&path);
        }
        let source = fs::read_to_string(path).expect("a source");
        let texts = source.split("#[error(").skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
        texts.filter_map(|rest| rest.split_once('"').map(|(text, _)| text.to_owned())).collect()
    };
    entries.flat_map(of_path).collect()
}

#[test]
fn a_later_override_wins() {
    let change = |severity| rekey_core::Override { selector: "tag-missing-release".into(), severity };
    let target = Target::default().with_override(change(None)).with_override(change(Some(Severity::Note)));
    let report = rekey_core::check_tag("1.0", &target);
    assert_eq!(report.findings().map(rekey_core::Finding::severity).collect::<Vec<_>>(), [Severity::Note]);
    assert!(report.passed());
}
