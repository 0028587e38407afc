//! `check_rehearsal`.

use super::{DockerfileInput, check_dockerfile, run, secrets::Secrets, section};
use crate::{
    dockerfile::{Dockerfile, Options},
    finding::Source,
    forecast::Outcome,
    input::Text,
    mask,
    rehearsal::{Attempt, Ended, Rehearsal, StepName, StepResult, StepState, copied_sources},
    report::{Facts, Report, Section},
    rule::{Rule, Subject},
    rules::{
        self,
        rehearsal::{Context, DockerfileFacts, RULES},
    },
    severity::Severity,
    target::Target,
    text::Span,
};

/// Judges what a rehearsal recorded, and the Dockerfile of the commit with the commit as its build context.
///
/// ```
/// use rekey_core::{RehearsalInput, Target, check_rehearsal, rehearsal::Rehearsal};
///
/// let facts = Rehearsal::from_json(br#"{
///     "steps": [{"step": "reach"}],
///     "source": {"failure": {"kind": "unknown-host", "host": "git.acme.example"}}
/// }"#).unwrap();
/// let report = check_rehearsal(RehearsalInput::new(&facts), &Target::default());
/// assert_eq!(report.findings().next().unwrap().rule().id, "rehearsal-unknown-host");
/// assert_eq!(report.steps()[0].state.as_str(), "blocked");
/// ```
pub fn check_rehearsal<'a>(input: impl Into<RehearsalInput<'a>>, target: &Target) -> Report {
    let input = input.into();
    let facts = input.facts;
    let mut judged = Judged { target, steps: Vec::new(), sections: Vec::new() };
    if let Some(source) = &facts.source {
        let url = input.url.clone().unwrap_or(Text::from(""));
        judged.add(&Context::Source(source), &url, "git_url");
        // A key's text is never in a report, and its findings have no place in it.
        let key = Text::from("").called(input.key.clone().unwrap_or(Source::field("private_key")));
        judged.add(&Context::Key(source), &key, "private_key");
    }
    let built = facts.tree.is_some() || facts.build.is_some() || facts.image.is_some();
    if built || !facts.bases.is_empty() {
        judged.dockerfile(&input);
    }
    if let Some(image) = &input.image {
        let failed = image.findings().any(|finding| finding.severity() > Severity::Note);
        judged.note(StepName::Image, if failed { StepState::Findings } else { StepState::Ok });
        // The image itself decides what preflight will say.
        judged.sections.iter_mut().for_each(|section| section.image = None);
        judged.sections.extend(image.sections().iter().cloned());
    }
    if judged.sections.is_empty() {
        let nothing = Text::from("");
        let empty = section(
            Subject::Rehearsal,
            &nothing,
            "rehearsal",
            Vec::new(),
            target,
            Facts::None,
            Secrets::default(),
        );
        judged.sections.push(empty);
    }
    let steps = facts.steps.iter().map(|attempt| judged.step(attempt)).collect();
    Report::joined(target, judged.sections).with_steps(steps)
}

/// The sections of the report so far, and the state of each step that has findings.
struct Judged<'t> {
    target: &'t Target,
    steps: Vec<(StepName, StepState)>,
    sections: Vec<Section>,
}

impl Judged<'_> {
    fn note(&mut self, step: StepName, state: StepState) {
        self.steps.push((step, state));
    }

    /// Runs the rules on the facts about one field, and adds a section if they find something.
    fn add(&mut self, context: &Context<'_>, text: &Text<'_>, field: &'static str) {
        let mut drafts = run(RULES, self.target, |entry, findings| (entry.check.check)(context, findings));
        // Every finding about the source is about the whole URL.
        if matches!(context, Context::Source(_)) && !text.bytes().is_empty() {
            let whole = Span::new(0, text.bytes().len());
            for draft in &mut drafts {
                draft.at(whole);
            }
        }
        let section =
            section(Subject::Rehearsal, text, field, drafts, self.target, Facts::None, Secrets::default());
        for finding in section.findings.iter().filter(|finding| finding.severity() > Severity::Note) {
            let entry = RULES.iter().find(|entry| entry.rule == *finding.rule());
            let Some(judge) = entry.map(|entry| &entry.check) else { continue };
            let state = if judge.blocks { StepState::Blocked } else { StepState::Findings };
            self.steps.push((judge.step, state));
        }
        if !section.findings.is_empty() {
            self.sections.push(section);
        }
    }

    /// Judges the Dockerfile of the commit, and what was recorded about it.
    fn dockerfile(&mut self, input: &RehearsalInput<'_>) {
        let facts = input.facts;
        let given = input.dockerfile.clone();
        let text = given.as_ref().map_or(Text::from(""), |given| given.text.clone());
        let report = given.filter(|given| !given.text.bytes().is_empty()).map(|given| {
            let context = facts.tree.as_ref().map(|tree| tree as &dyn crate::dockerfile::BuildContext);
            check_dockerfile(given.context(context), self.target)
        });
        let (build_args, stage) =
            input.dockerfile.as_ref().map_or((&[][..], None), |given| (given.build_args, given.stage));
        let copied = copied_sources(text.bytes(), build_args, stage);
        let options = Options {
            build_args: build_args.to_vec(),
            stage: stage.map(str::to_owned),
            ..Options::default()
        };
        let file = Dockerfile::parse(text.bytes(), &options);
        let forecast = report.as_ref().map(Report::forecast).unwrap_or_default();
        let expected: Vec<_> = forecast
            .iter()
            .filter(|row| matches!(row.outcome, Outcome::Pass | Outcome::Fail))
            .map(|row| (row.check.as_str(), row.outcome.as_str()))
            .collect();
        let context = Context::Dockerfile(DockerfileFacts {
            rehearsal: facts,
            file: &file,
            copied: &copied,
            expected: &expected,
        });
        self.add(&context, &text, "dockerfile");
        let own = self.sections.last().filter(|section| section.subject == Subject::Rehearsal);
        let explained: Vec<_> = own.map_or(Vec::new(), |section| {
            let ranges = section.findings.iter().filter_map(|finding| finding.range());
            ranges.map(|range| range.bytes).collect()
        });
        for mut section in report.iter().flat_map(Report::sections).cloned() {
            // The rehearsal knows why the commit lacks a file.
            let is_explained = |rule: &Rule, bytes| {
                *rule == *rules::dockerfile::missing_source() && explained.contains(&bytes)
            };
            section.findings.retain(|finding| {
                !finding.range().is_some_and(|range| is_explained(finding.rule(), range.bytes))
            });
            section.singles.retain(|single| {
                !single.finding.range().is_some_and(|range| is_explained(single.finding.rule(), range.bytes))
            });
            if section.findings.iter().any(|finding| finding.severity() > Severity::Note) {
                self.steps.push((StepName::Tree, StepState::Findings));
            }
            self.sections.push(section);
        }
    }

    /// The result of a step: the worst of its findings.
    fn step(&self, attempt: &Attempt) -> StepResult {
        let found = self.steps.iter().filter(|(step, _)| *step == attempt.step).map(|(_, state)| *state);
        let worst = found.max_by_key(|state| match state {
            StepState::Blocked => 2,
            StepState::Findings => 1,
            _ => 0,
        });
        let (state, reason) = match &attempt.ended {
            Ended::Done => (worst.unwrap_or(StepState::Ok), None),
            Ended::NotRun(reason) => {
                (worst.filter(|state| *state != StepState::Ok).unwrap_or(StepState::NotRun), Some(reason))
            }
            Ended::Cancelled => (StepState::Cancelled, None),
        };
        StepResult {
            name: attempt.step,
            state,
            reason: reason.map(|reason| mask::masked(reason)),
            milliseconds: attempt.milliseconds,
            evidence: attempt.evidence.as_deref().map(|text| mask::message(text).into_owned()),
        }
    }
}

/// The input of [`check_rehearsal`].
#[derive(Clone, Debug)]
pub struct RehearsalInput<'a> {
    facts: &'a Rehearsal,
    url: Option<Text<'a>>,
    key: Option<Source>,
    dockerfile: Option<DockerfileInput<'a>>,
    image: Option<Report>,
}

impl<'a> RehearsalInput<'a> {
    /// The recorded facts alone.
    pub fn new(facts: &'a Rehearsal) -> Self {
        Self { facts, url: None, key: None, dockerfile: None, image: None }
    }

    /// The git source URL, so that findings have its place.
    #[must_use]
    pub fn url(mut self, url: Option<Text<'a>>) -> Self {
        self.url = url;
        self
    }

    /// The name of the private key in reports.
    #[must_use]
    pub fn key(mut self, key: Option<Source>) -> Self {
        self.key = key;
        self
    }

    /// The Dockerfile of the commit. It is judged with the commit as its build context.
    #[must_use]
    pub fn dockerfile(mut self, dockerfile: Option<DockerfileInput<'a>>) -> Self {
        self.dockerfile = dockerfile;
        self
    }

    /// The report on the built image, which becomes part of the result.
    #[must_use]
    pub fn image(mut self, image: Option<Report>) -> Self {
        self.image = image;
        self
    }
}

impl<'a> From<&'a Rehearsal> for RehearsalInput<'a> {
    fn from(facts: &'a Rehearsal) -> Self {
        Self::new(facts)
    }
}
