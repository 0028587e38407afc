//! The result of a check: findings by input, facts, and the forecast.

use std::fmt;

use serde::Serialize;

use self::groups::Single;
use crate::{
    facts::{ImageFacts, Settle},
    finding::{Finding, Source},
    forecast::{Forecast, forecast, unknown_count},
    mask,
    rehearsal::StepResult,
    rule::Subject,
    severity::Severity,
    target::{Policy, Target},
    text::Span,
};

mod facts;
pub(crate) mod groups;
mod json;
mod sarif;

#[cfg(feature = "schema")]
pub use self::json::schema;

/// The findings of one or more inputs, checked against one target.
///
/// A report never contains the text of an input or a secret from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    target: Target,
    sections: Vec<Section>,
    steps: Vec<StepResult>,
}

/// One input's part of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    pub(crate) subject: Subject,
    pub(crate) source: Source,
    pub(crate) findings: Vec<Finding>,
    /// The findings before they are grouped; empty if none is in a group.
    pub(crate) singles: Vec<Single>,
    pub(crate) secrets: Vec<Span>,
    pub(crate) facts: Facts,
    pub(crate) policy: Policy,
    pub(crate) image: Option<Box<ImageFacts>>,
}

/// The facts that were read from an input.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Facts {
    /// The input could not be parsed.
    None,
    /// A tag; in JSON its parts.
    Tag(#[serde(serialize_with = "facts::tag")] crate::tag::Tag),
    /// A git URL; in JSON its parts.
    GitUrl(#[serde(serialize_with = "facts::git_url")] crate::git_url::GitUrl),
    /// A private key.
    PrivateKey(crate::private_key::Summary),
    /// A Dockerfile.
    Dockerfile(Box<crate::dockerfile::Summary>),
    /// An image reference in its full form; in JSON its parts.
    Reference(#[serde(serialize_with = "facts::image_reference")] crate::reference::ImageReference),
    /// An image from an archive.
    Image(Box<crate::image::contents::Summary>),
    /// A preflight run.
    PreflightRun(Box<crate::preflight_run::artifacts::Summary>),
}

/// The number of findings of each severity, and of unknown outcomes in the forecast.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// The number of errors.
    pub errors: usize,
    /// The number of warnings.
    pub warnings: usize,
    /// The number of notes.
    pub notes: usize,
    /// The number of checks whose outcome is unknown.
    pub unknown: usize,
}

impl fmt::Display for Counts {
    /// `2 errors, 1 note`, or `no findings`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        let mut some = all.into_iter().filter(|(n, _)| *n > 0).peekable();
        if some.peek().is_none() {
            return f.write_str("no findings");
        }
        while let Some((n, name)) = some.next() {
            let (plural, comma) =
                (if n == 1 { "" } else { "s" }, if some.peek().is_some() { ", " } else { "" });
            write!(f, "{n} {name}{plural}{comma}")?;
        }
        Ok(())
    }
}

impl Report {
    pub(crate) fn of(target: &Target, section: Section) -> Self {
        Self::joined(target, vec![section])
    }

    pub(crate) fn joined(target: &Target, sections: Vec<Section>) -> Self {
        Self { target: target.clone(), sections, steps: Vec::new() }
    }

    /// Joins reports on the same target into one, in order.
    pub fn join(target: &Target, reports: impl IntoIterator<Item = Self>) -> Self {
        let mut joined = Self::joined(target, Vec::new());
        for report in reports {
            joined.sections.extend(report.sections);
            joined.steps.extend(report.steps);
        }
        joined
    }

    /// Adds the steps of a rehearsal.
    pub(crate) fn with_steps(self, steps: Vec<StepResult>) -> Self {
        Self { steps, ..self }
    }

    /// The steps of a rehearsal; empty for other checks.
    pub fn steps(&self) -> &[StepResult] {
        &self.steps
    }

    /// Joins the facts about one image in the sections of a report, so that it has one forecast; `tag` is the
    /// tag that it will be pushed with, unless a reference has one.
    pub(crate) fn gather_image(&mut self, tag: Option<&str>) {
        use crate::facts::{Evidence, Fact};

        let nearest_first = self.sections.iter_mut().rev().filter_map(|section| section.image.take());
        let Some(mut image) = nearest_first.reduce(|near, far| Box::new(near.completed_by(*far))) else {
            return;
        };
        if let Some(tag) = tag {
            image.tag = image.tag.or(Fact::Known(Some(tag.to_owned()), Evidence::Reference));
        }
        if let Some(first) = self.sections.first_mut() {
            first.image = Some(image);
        }
    }

    /// Removes the forecast, for a run whose results are known.
    pub(crate) fn without_forecast(mut self) -> Self {
        self.sections.iter_mut().for_each(|section| section.image = None);
        self
    }

    /// The target that it was checked against.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The parts, one for each input.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Every finding, sorted by source, place and rule.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.sections.iter().flat_map(|section| &section.findings)
    }

    /// The forecast for every image: the expected result of each openshift-preflight check that the policy
    /// runs. Computed on each call.
    pub fn forecast(&self) -> Vec<Forecast> {
        self.sections.iter().flat_map(|section| section.forecast(self)).collect()
    }

    /// Every finding on its own: consequences beside their cause, and those that [`Self::findings`] joins one by one.
    pub fn each_finding(&self) -> impl Iterator<Item = &Finding> {
        self.sections.iter().flat_map(|section| {
            let alone = section.findings.iter().filter(|_| section.singles.is_empty());
            alone.chain(section.singles.iter().map(|single| &single.finding))
        })
    }

    /// Gives [each finding](Self::each_finding) the severity that `severity` returns, and drops those for which it returns none.
    /// What followed from a dropped finding stands on its own.
    ///
    /// For overrides outside the target: those for some files only, and findings that were accepted before.
    pub fn override_severities(&mut self, mut severity: impl FnMut(&Finding) -> Option<Severity>) {
        for section in &mut self.sections {
            if section.singles.is_empty() {
                section.findings.retain_mut(|finding| groups::override_severity(finding, &mut severity));
            } else {
                section.singles.retain_mut(|one| groups::override_severity(&mut one.finding, &mut severity));
                section.findings = groups::grouped(&section.singles);
            }
        }
    }

    /// Returns true if there is no finding of severity error.
    pub fn passed(&self) -> bool {
        self.sections.iter().all(Section::passed)
    }

    /// The places in a source's text that must not be shown: the secrets that its parsers know, and those
    /// that [`mask::secrets`] finds in the rest.
    ///
    /// Code that shows a part of an input with a finding must mask them.
    ///
    /// ```
    /// use rekey_core::{Target, check_git_url, mask::MASK};
    ///
    /// let url = "https://jane:it's@github.com/acme/app";
    /// let report = check_git_url(url, &Target::default());
    /// let source = report.sections()[0].source();
    /// let places = report.secrets(source, url.as_bytes());
    /// assert_eq!(places[0].of(url.as_bytes()), b"jane:it's");
    /// ```
    pub fn secrets(&self, source: &Source, text: &[u8]) -> Vec<Span> {
        let mut places = mask::secrets(text);
        for section in self.sections.iter().filter(|section| section.source == *source) {
            places.extend(&section.secrets);
        }
        mask::merged(places)
    }

    /// The names of the checks that need Red Hat's service; empty if no image was checked.
    pub fn online_checks(&self) -> Vec<&'static str> {
        let rows = self.forecast();
        let service = rows.iter().filter(|row| row.settle == Some(Settle::Service));
        let mut open: Vec<_> = service.map(|row| row.check.as_str()).collect();
        open.sort_unstable();
        open.dedup();
        if !rows.is_empty() {
            open.push("the vulnerability grade");
        }
        open
    }

    /// The number of findings of each severity.
    pub fn counts(&self) -> Counts {
        let unknown = self.sections.iter().map(|section| section.unknown_count(self)).sum();
        let mut counts = Counts { unknown, ..Counts::default() };
        for finding in self.findings() {
            match finding.severity() {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Note => counts.notes += 1,
            }
        }
        counts
    }
}

impl fmt::Display for Report {
    /// Writes one line for each finding, then their number. The command prints more, including lines of the
    /// inputs.
    ///
    /// ```
    /// use rekey_core::{Target, check_tag};
    ///
    /// let report = check_tag("1.0", &Target::default());
    /// assert_eq!(report.to_string().lines().last(), Some("1 error"));
    /// assert_eq!(check_tag("1.0-1", &Target::default()).to_string(), "no findings");
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.findings().try_for_each(|finding| writeln!(f, "{finding}"))?;
        write!(f, "{}", self.counts())
    }
}

impl Section {
    /// The kind of input.
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// The name of the input.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The findings, sorted by place and rule.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The facts about the image, if the input is about one.
    pub fn image(&self) -> Option<&ImageFacts> {
        self.image.as_deref()
    }

    /// The certification policy that this input was checked under; it depends on the image.
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// The expected results of openshift-preflight's checks for the image, in the report's version.
    pub fn forecast(&self, report: &Report) -> Vec<Forecast> {
        let target = report.target.judging(self.policy);
        self.image().map_or_else(Vec::new, |image| forecast(image, &target, &self.source))
    }

    fn unknown_count(&self, report: &Report) -> usize {
        let target = report.target.judging(self.policy);
        self.image().map_or(0, |image| unknown_count(image, &target))
    }

    /// The places in the source that its parser knows to be secret, in order. They are not shown with a
    /// finding.
    pub fn secrets(&self) -> &[Span] {
        &self.secrets
    }

    /// The facts that were read.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Returns true if there is no finding of severity error.
    pub fn passed(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity() < Severity::Error)
    }
}
