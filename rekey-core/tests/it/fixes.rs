//! Properties of every fix, alone and together with others: the finding is gone, no other error appears, the
//! text is still accepted, and a second run changes nothing.
//!
//! Tested with the Dockerfiles of other projects, if they are there (see `corpus`), every case in
//! `tests/cases`, and every example of a rule.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{corpus, judge, tables};
use rekey_core::{
    Dockerfile, DockerfileInput, Finding, Flow, Policy, PreflightVersion, Report, Safety, Severity, Subject,
    Target, apply_fixes, check_dockerfile,
    dockerfile::{self, Options},
    preflight::REQUIRED_LABELS,
    rules,
};

/// Rules whose fixes reveal other errors: a lost instruction takes effect, a base image becomes known, a text
/// becomes a reference.
const REVEALING: &[&str] = &[
    "dockerfile-swallowed-instruction",
    "dockerfile-base-short-name",
    "reference-invalid",
    "reference-scheme",
    "reference-uppercase",
    "reference-web-page",
];

/// An input and how to check it.
struct Trial<'t> {
    name: &'t str,
    text: &'t [u8],
    judge: &'t dyn Fn(&[u8]) -> Report,
    /// Returns true if a text is well-formed.
    accepts: &'t dyn Fn(&[u8]) -> bool,
    /// True if fixes may leave a placeholder.
    may_leave_placeholder: bool,
    /// Returns another defect of the text after these fixes: a value that differs from its edit.
    defect: &'t Defect<'t>,
}

type Defect<'t> = dyn Fn(&[&Finding], &[u8], &[u8]) -> Option<String> + 't;

/// A text for a subject's check, and the options.
struct Input {
    subject: Subject,
    target: Target,
    text: Vec<u8>,
    given: Vec<(String, String)>,
}

/// The number of fixes tried, and the failures.
#[derive(Default)]
struct Tally {
    alone: BTreeMap<&'static str, usize>,
    together: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn report(&self, what: &str) {
        let alone: usize = self.alone.values().sum();
        println!("{what}: {alone} fixes alone, {} groups of fixes: {:?}", self.together, self.alone);
        let mut by_rule: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
        for wrong in &self.wrong {
            let rule = wrong.split_once(": ").map_or("", |(rule, _)| rule);
            by_rule.entry(rule).or_insert((0, wrong)).0 += 1;
        }
        let shown: String = by_rule.values().fold(String::new(), |mut text, (count, first)| {
            writeln!(text, "{count} times, for example {first}").unwrap();
            text
        });
        assert!(self.wrong.is_empty(), "{} wrong:\n{shown}", self.wrong.len());
    }
}

/// The number of occurrences of each finding in a report.
fn count(report: &Report, wanted: impl Fn(&Finding) -> bool) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for finding in report.findings().filter(|finding| wanted(finding)) {
        *counts.entry(finding.id().into_owned()).or_default() += 1;
    }
    counts
}

impl Trial<'_> {
    fn run(&self, tally: &mut Tally) {
        let before = (self.judge)(self.text);
        let fixable: Vec<_> = before.findings().filter(|finding| finding.fix().is_some()).collect();
        for finding in &fixable {
            *tally.alone.entry(finding.rule().id).or_default() += 1;
            self.apply(&before, &[finding], tally);
        }
        for kinds in [&[Safety::Safe][..], &[Safety::Unsafe], &[Safety::Safe, Safety::Unsafe]] {
            let of_kind = |finding: &&&Finding| finding.fix().is_some_and(|fix| kinds.contains(&fix.safety));
            let group: Vec<&Finding> = fixable.iter().filter(of_kind).copied().collect();
            if group.len() > 1 {
                tally.together += 1;
                self.apply(&before, &group, tally);
            }
        }
    }

    fn apply(&self, before: &Report, findings: &[&Finding], tally: &mut Tally) {
        let rules = findings.iter().map(|finding| finding.id().into_owned()).collect::<Vec<_>>().join(" + ");
        let mut wrong = |text: String| tally.wrong.push(format!("{rules}: {}: {text}", self.name));
        let fixes = || findings.iter().filter_map(|finding| finding.fix());
        let (fixed, applied) = apply_fixes(self.text, fixes(), Safety::Display);
        if applied == 0 || fixed == self.text {
            return wrong("it changes nothing".to_owned());
        }
        let shown = String::from_utf8_lossy(&fixed).into_owned();
        if (self.accepts)(self.text) && !(self.accepts)(&fixed) {
            wrong(format!("the text is no longer accepted: {shown:?}"));
        }
        let after = (self.judge)(&fixed);
        for (id, left) in count(&after, |_| true) {
            let aimed = findings.iter().filter(|finding| finding.id() == id).count();
            let there = before.findings().filter(|finding| finding.id() == id).count();
            if aimed > 0 && left >= there {
                wrong(format!("`{id}` is still there: {shown:?}"));
            }
        }
        if !findings.iter().any(|finding| REVEALING.contains(&finding.rule().id)) {
            let is_error = |finding: &Finding| finding.severity() == Severity::Error;
            let known = count(before, is_error);
            for (id, errors) in count(&after, is_error) {
                let is_ours = self.may_leave_placeholder && id.contains("-placeholder");
                if errors > known.get(&id).copied().unwrap_or_default() && !is_ours {
                    wrong(format!("`{id}` appears: {shown:?}"));
                }
            }
        }
        let fillers = |text: &[u8]| text.windows(4).filter(|word| word == b"TODO").count();
        let is_noticed = after.findings().any(|finding| finding.rule().id.ends_with("-placeholder"));
        if fillers(&fixed) > fillers(self.text) && !is_noticed {
            wrong(format!("`TODO` passes unseen: {shown:?}"));
        }
        if let Some(defect) = (self.defect)(findings, self.text, &fixed) {
            wrong(format!("{defect}: {shown:?}"));
        }
        let of_id =
            |report: &Report, id: &str| report.findings().filter(|finding| finding.id() == id).count();
        let aimed = |id: &str| findings.iter().filter(|finding| finding.id() == id).count();
        let again = after.findings().filter(|finding| {
            let id = finding.id();
            let is_wanted = findings.iter().any(|one| one.id() == id && safety(one) == safety(finding));
            is_wanted && aimed(&id) == of_id(before, &id)
        });
        let (twice, applied) = apply_fixes(&fixed, again.filter_map(Finding::fix), Safety::Display);
        if applied > 0 || twice != fixed {
            wrong(format!("a second run changes it again: {shown:?}"));
        }
    }
}

fn safety(finding: &Finding) -> Option<Safety> {
    finding.fix().map(|fix| fix.safety)
}

fn flow(flow: Flow) -> Target {
    Target::new(flow, Policy::Container, PreflightVersion::default()).unwrap()
}

fn accepts_dockerfile(text: &[u8]) -> bool {
    Dockerfile::parse(text, &Options::default()).first_error().is_none()
}

/// A value for each label that no file sets.
fn values() -> Vec<(String, String)> {
    let value = |key: &&str| ((*key).to_owned(), format!("The $ \"{key}\" \\ of rekey"));
    REQUIRED_LABELS.iter().map(value).collect()
}

/// The properties of an image that a safe fix must not change.
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

/// A label or a user that differs from what the fixes should have made of it.
fn wrong_value(fixes: &[&Finding], text: &[u8], fixed: &[u8]) -> Option<String> {
    let file = Dockerfile::parse(fixed, &Options::default());
    let values = values();
    let is_safe = fixes.iter().all(|finding| safety(finding) == Some(Safety::Safe));
    if is_safe && Image::of(fixed) != Image::of(text) {
        return Some("the image changes".to_owned());
    }
    let authors = || file.labels.settings().iter().filter(|label| label.key.value() == Some("maintainer"));
    let ours = |value: &str| values.iter().any(|(_, text)| text == value);
    if authors().any(|label| label.value.value().is_some_and(ours)) && authors().count() > 1 {
        return Some("a second maintainer".to_owned());
    }
    for finding in fixes {
        match (finding.rule().id, finding.parameter()) {
            (id, Some(key)) if id.contains("-label") && REQUIRED_LABELS.contains(&key) => {
                let value = file.labels.get(key).and_then(|label| label.value.value());
                // The author of the file is a maintainer, and of labels with one argument the first has its
                // value.
                let is_author = key == "maintainer" && authors().any(|label| label.value.value() == value);
                if !is_author && !value.is_some_and(ours) {
                    return Some(format!("label `{key}` is {value:?}"));
                }
            }
            (id, _) if id.contains("-user") && file.user.value() != Some("1001") => {
                return Some(format!("the user is {:?}", file.user.value()));
            }
            _ => {}
        }
    }
    None
}

#[test]
fn every_fix_of_every_dockerfile_works() {
    let Some(cases) = corpus::dockerfiles() else { return };
    let mut tally = Tally::default();
    let values = values();
    for target in [flow(Flow::BuildService), flow(Flow::Quay)] {
        let judge = |text: &[u8]| check_dockerfile(text, &target);
        let judge_with_values =
            |text: &[u8]| check_dockerfile(DockerfileInput::new(text).label_values(&values), &target);
        for case in &cases {
            let (name, text) = (case.verdict.file.as_str(), case.input.as_slice());
            let accepts = &accepts_dockerfile;
            let trial = Trial {
                name,
                text,
                judge: &judge,
                accepts,
                may_leave_placeholder: true,
                defect: &|_, _, _| None,
            };
            trial.run(&mut tally);
            Trial { judge: &judge_with_values, may_leave_placeholder: false, defect: &wrong_value, ..trial }
                .run(&mut tally);
        }
    }
    tally.report("corpus");
}

#[test]
fn every_fix_of_every_case_and_example_works() {
    let mut tally = Tally::default();
    let mut inputs = Vec::new();
    for (subject, case) in tables::cases() {
        let given = judge::given(&case.options);
        inputs.push(Input { subject, target: Target::default(), text: case.bytes(), given });
    }
    for (rule, example) in rules().flat_map(|rule| rule.examples.iter().map(move |example| (rule, example))) {
        let given =
            example.given.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let (subject, target) = (rule.subject, rule.scope.example());
        inputs.push(Input { subject, target, text: example.input.into(), given });
    }
    // Keys have no fixes, and those of a submission are the fixes of its parts.
    inputs.retain(|input| !matches!(input.subject, Subject::PrivateKey | Subject::Submission));
    for Input { subject, target, text, given } in &inputs {
        let given: Vec<_> = given.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let target = judge::target(target, &given);
        let judge = |text: &[u8]| judge::judge_bytes(*subject, text, &given, &target);
        let accepts = |text: &[u8]| *subject != Subject::Dockerfile || accepts_dockerfile(text);
        let name = String::from_utf8_lossy(text);
        let defect = &|_: &[&Finding], _: &[u8], _: &[u8]| None;
        let trial = Trial {
            name: &name,
            text,
            judge: &judge,
            accepts: &accepts,
            may_leave_placeholder: true,
            defect,
        };
        trial.run(&mut tally);
    }
    tally.report("cases and examples");
}

#[test]
fn labels_of_one_argument_get_one_value() {
    let rest = "name=a vendor=Acme version=1 release=1 maintainer=m";
    for (argument, values, expected) in [
        ("ARG V", ("2.3", "4"), "ARG V=2.3"),
        ("ARG V", ("2", "2"), "ARG V=2"),
        ("ARG V=", ("2.3", "4"), "ARG V=2.3"),
        ("ARG V=\"\"", ("2.3", "4"), "ARG V=2.3"),
    ] {
        let text =
            |argument: &str| format!("FROM scratch\n{argument}\nLABEL summary=$V description=$V {rest}\n");
        let values =
            [("summary".to_owned(), values.0.to_owned()), ("description".to_owned(), values.1.to_owned())];
        for target in [flow(Flow::BuildService), flow(Flow::Quay)] {
            let before = text(argument);
            let report =
                check_dockerfile(DockerfileInput::new(before.as_str()).label_values(&values), &target);
            let fixes = report.findings().filter(|finding| safety(finding) == Some(Safety::Unsafe));
            let labels = fixes.filter(|finding| finding.rule().id.contains("-label"));
            let (fixed, applied) =
                apply_fixes(before.as_bytes(), labels.filter_map(Finding::fix), Safety::Unsafe);
            assert_eq!((String::from_utf8(fixed).unwrap(), applied), (text(expected), 1), "{argument}");
        }
    }
}
