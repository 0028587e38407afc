//! The JSON form of a report: an interface, versioned by `schema_version`.

use serde::{Serialize, Serializer};

use super::{Counts, Facts, Report, Section};
use crate::{
    finding::{Finding, Place, Safety},
    text::Range,
};

/// The version of the JSON form. It grows when a field changes its meaning or goes.
const SCHEMA_VERSION: u32 = 1;

impl Report {
    /// The whole report as JSON: byte offsets, and lines and columns from 1.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a report holds nothing that JSON cannot")
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let policy = self.policy();
        let form = ReportForm {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "rekey", version: env!("CARGO_PKG_VERSION") },
            target: Target {
                flow: policy.flow().as_str(),
                policy: policy.kind().as_str(),
                preflight_version: policy.preflight_version().to_string(),
                today: policy.today().map(|today| today.to_string()),
            },
            passed: self.passed(),
            summary: self.counts(),
            reports: self.sections().iter().map(|section| SectionForm::new(section, self)).collect(),
        };
        form.serialize(serializer)
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        FindingForm::from(self).serialize(serializer)
    }
}

#[derive(Serialize)]
struct ReportForm<'a> {
    schema_version: u32,
    tool: Tool,
    target: Target,
    passed: bool,
    summary: Counts,
    reports: Vec<SectionForm<'a>>,
}

#[derive(Serialize)]
struct SectionForm<'a> {
    subject: &'static str,
    source: &'a str,
    policy: &'static str,
    passed: bool,
    findings: &'a [Finding],
    forecast: Vec<ForecastForm>,
    facts: &'a Facts,
}

#[derive(Serialize)]
struct ForecastForm {
    check: &'static str,
    outcome: &'static str,
    reason: String,
    evidence: Option<&'static str>,
    settle: Option<&'static str>,
    rules: Vec<&'static str>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Target {
    flow: &'static str,
    policy: &'static str,
    preflight_version: String,
    today: Option<String>,
}

#[derive(Serialize)]
struct FindingForm<'a> {
    rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    severity: &'static str,
    message: &'a str,
    help: &'a str,
    basis: BasisForm,
    checks: &'static [&'static str],
    docs: String,
    subject: &'static str,
    source: &'a str,
    #[serde(flatten)]
    range: Option<RangeForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    related: Vec<RelatedForm<'a>>,
    fix: Option<FixForm<'a>>,
    incomplete: bool,
}

#[derive(Serialize)]
struct BasisForm {
    kind: &'static str,
    source: String,
    quote: Option<&'static str>,
    date: Option<&'static str>,
}

#[derive(Serialize)]
struct RangeForm {
    start: u32,
    end: u32,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct RelatedForm<'a> {
    message: &'a str,
    source: &'a str,
    #[serde(flatten)]
    range: Option<RangeForm>,
}

#[derive(Serialize)]
struct FixForm<'a> {
    safety: Safety,
    description: &'a str,
    edits: Vec<EditForm<'a>>,
}

#[derive(Serialize)]
struct EditForm<'a> {
    #[serde(flatten)]
    range: RangeForm,
    text: &'a str,
}

impl<'a> SectionForm<'a> {
    fn new(section: &'a Section, report: &Report) -> Self {
        Self {
            subject: section.subject().as_str(),
            source: section.source().name(),
            policy: section.policy().as_str(),
            passed: section.passed(),
            findings: section.findings(),
            forecast: forecast(section, report),
            facts: section.facts(),
        }
    }
}

#[cfg(feature = "image")]
fn forecast(section: &Section, report: &Report) -> Vec<ForecastForm> {
    section.forecast(report).into_iter().map(ForecastForm::from).collect()
}

#[cfg(not(feature = "image"))]
fn forecast(_: &Section, _: &Report) -> Vec<ForecastForm> {
    Vec::new()
}

impl Report {
    /// The forecast of every image, as JSON has it.
    pub(super) fn forecast_rows(&self) -> Vec<impl Serialize> {
        self.sections().iter().flat_map(|section| forecast(section, self)).collect()
    }
}

#[cfg(feature = "image")]
impl From<crate::Forecast> for ForecastForm {
    fn from(row: crate::Forecast) -> Self {
        Self {
            check: row.check,
            outcome: row.outcome.as_str(),
            reason: row.reason.into_owned(),
            settle: row.settle.map(crate::image::facts::Settle::as_str),
            evidence: row.evidence.map(crate::image::facts::Evidence::as_str),
            rules: row.rules,
        }
    }
}

impl<'a> From<&'a Finding> for FindingForm<'a> {
    fn from(finding: &'a Finding) -> Self {
        let rule = finding.rule();
        let (pointer, layer, path) = match finding.place() {
            Some(Place::Pointer(pointer)) => (Some(pointer.as_str()), None, None),
            Some(Place::Layer { layer, path }) => (None, Some(*layer), Some(path.as_str())),
            _ => (None, None, None),
        };
        let source = finding.source().name();
        Self {
            rule: rule.id,
            parameter: finding.parameter(),
            severity: finding.severity().as_str(),
            message: finding.message(),
            help: finding.help(),
            basis: BasisForm {
                kind: finding.basis().kind(),
                source: finding.basis().source().into_owned(),
                quote: finding.basis().quote(),
                date: finding.basis().date(),
            },
            checks: rule.checks,
            docs: rule.docs(),
            subject: rule.subject().as_str(),
            source,
            range: finding.range().map(RangeForm::from),
            pointer,
            layer,
            path,
            related: finding
                .related()
                .iter()
                .map(|related| RelatedForm {
                    message: &related.message,
                    source: related.source.as_ref().map_or(source, |other| other.name()),
                    range: related.range.as_ref().map(RangeForm::from),
                })
                .collect(),
            fix: finding.fix().map(|fix| FixForm {
                safety: fix.safety,
                description: &fix.description,
                edits: fix
                    .edits
                    .iter()
                    .map(|e| EditForm { range: (&e.range).into(), text: &e.text })
                    .collect(),
            }),
            incomplete: finding.is_incomplete(),
        }
    }
}

impl From<&Range> for RangeForm {
    fn from(range: &Range) -> Self {
        Self {
            start: range.bytes.start,
            end: range.bytes.end,
            line: range.line,
            column: range.column,
            end_line: range.end_line,
            end_column: range.end_column,
        }
    }
}
