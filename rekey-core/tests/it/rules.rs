//! What holds of every rule: its examples tell the truth, its words keep the house's manners.

use crate::judge;
use rekey_core::{Report, Rule, Safety, Severity, Target, apply_fixes, rule::Verdict, rules};

/// The report of one example, under the policy that the rule asks for.
fn report(rule: &Rule, input: &str, given: &[(&str, &str)]) -> Report {
    let target = judge::target(&rule.scope.example(), given);
    judge::judge(rule.subject, input, given, &target)
}

fn finds(rule: &Rule, report: &Report) -> bool {
    report.findings().any(|finding| finding.rule().id == rule.id)
}

#[test]
fn every_example_tells_the_truth() {
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
fn every_fix_of_an_example_makes_what_the_example_says() {
    let mut wrong = Vec::new();
    for (rule, example) in rules().flat_map(|rule| rule.examples.iter().map(move |example| (rule, example))) {
        let Verdict::Fixed(good) = example.verdict else { continue };
        let bad = report(rule, example.input, example.given);
        let fixes = bad.findings().filter(|f| f.rule().id == rule.id).filter_map(|f| f.fix());
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
    let mut seen = std::collections::BTreeSet::new();
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
fn summaries_begin_small_and_end_without_a_stop() {
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
            assert!(!text.contains("  "), "{}: two blanks in {text:?}", rule.id);
        }
    }
}

/// Words for which the field has another one, or that make a sentence a riddle.
const NOT_THESE: &[&str] = &[
    "anew",
    "beforehand",
    "blank",
    "blanks",
    "heal",
    "mend",
    "mended",
    "mends",
    "needless",
    "nobody",
    "spoilt",
    "told",
    "unfamiliar",
];
const NOR_THESE: &[&str] =
    &["count up", "counted up", "in clear", "leave away", "line end", "otherwise than"];

#[test]
fn texts_use_the_words_of_the_field() {
    let mut wrong = Vec::new();
    for rule in rules() {
        for text in [rule.id, rule.summary, rule.why, rule.help] {
            let text = text.to_lowercase();
            let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| NOT_THESE.contains(word));
            let phrases = NOR_THESE.iter().copied().filter(|phrase| text.contains(phrase));
            wrong.extend(words.chain(phrases).map(|word| format!("{}: `{word}` in {text:?}", rule.id)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_later_override_holds() {
    let change = |severity| rekey_core::Override { selector: "tag-missing-release".into(), severity };
    let target = Target::default().with_override(change(None)).with_override(change(Some(Severity::Note)));
    let report = rekey_core::check_tag("1.0", &target);
    assert_eq!(report.findings().map(rekey_core::Finding::severity).collect::<Vec<_>>(), [Severity::Note]);
    assert!(report.passed());
}
