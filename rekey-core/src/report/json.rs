//! The JSON form of a report: an interface, versioned by `schema_version`.

use serde::{Serialize, Serializer};

use super::{Counts, Facts, Report, Section};
use crate::{
    finding::{Finding, Place, Safety},
    forecast::Forecast,
    preflight::Check,
    rehearsal::StepResult,
    text::Range,
};

/// The version of the JSON form. It is incremented when a field is removed or changes its meaning.
const SCHEMA_VERSION: u32 = 1;

impl Report {
    /// The whole report as JSON: byte offsets, and lines and columns from 1.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a report holds nothing that JSON cannot")
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let target = self.target();
        let form = ReportForm {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "rekey", version: env!("CARGO_PKG_VERSION") },
            target: Target {
                flow: target.flow().as_str(),
                policy: target.policy().as_str(),
                preflight_version: target.preflight_version().to_string(),
                unknown_preflight_version: target
                    .unknown_preflight_version()
                    .map(|version| version.to_string()),
                today: target.today().map(|today| today.to_string()),
            },
            passed: self.passed(),
            summary: self.counts(),
            steps: self.steps(),
            reports: Each(|| self.sections().iter().map(|section| SectionForm::new(section, self))),
        };
        form.serialize(serializer)
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        FindingForm::from(self).serialize(serializer)
    }
}

/// The JSON Schema of the form: draft 2020-12.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema =
        settings.into_generator().into_root_schema_for::<ReportForm<'static, Vec<SectionForm<'static>>>>();
    let comment = "Generated out of the code; refresh with `cargo xtask generate`.";
    schema.insert("$comment".into(), comment.into());
    schema.insert("title".into(), "A report of rekey".into());
    schema.to_value()
}

/// A list whose items are computed while it is written.
pub(super) struct Each<F>(pub(super) F);

impl<I: Iterator<Item: Serialize>, F: Fn() -> I> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct ReportForm<'a, R> {
    /// The version of this form. It is incremented when a field is removed or changes its meaning; fields may
    /// be added.
    schema_version: u32,
    /// The tool that made the report.
    tool: Tool,
    /// The target that it was checked against.
    target: Target,
    /// True if there is no finding of severity `error`.
    passed: bool,
    /// The number of findings.
    summary: Counts,
    /// The steps of a rehearsal.
    #[serde(skip_serializing_if = "<[StepResult]>::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<StepResult>"))]
    steps: &'a [StepResult],
    /// One part for each input.
    reports: R,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct SectionForm<'a> {
    /// The kind of input.
    #[cfg_attr(feature = "schema", schemars(with = "crate::Subject"))]
    subject: &'static str,
    /// The path of a file, or the name of a field.
    source: &'a str,
    /// The certification policy that it was checked under.
    #[cfg_attr(feature = "schema", schemars(with = "crate::Policy"))]
    policy: &'static str,
    /// True if there is no finding of severity `error`.
    passed: bool,
    /// The findings, by place and rule.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<FindingForm<'static>>"))]
    findings: &'a [Finding],
    /// The expected results of openshift-preflight's checks for the image.
    forecast: Vec<Forecast>,
    /// The facts that were read from the input; null if it could not be parsed. The fields are those of the
    /// subject's type.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    facts: &'a Facts,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Target {
    #[cfg_attr(feature = "schema", schemars(with = "crate::Flow"))]
    flow: &'static str,
    #[cfg_attr(feature = "schema", schemars(with = "crate::Policy"))]
    policy: &'static str,
    preflight_version: String,
    /// The version that was requested, if it is later than all known versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown_preflight_version: Option<String>,
    /// The date for judging ends of life, `2026-11-23`.
    today: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct FindingForm<'a> {
    /// The rule that was broken.
    rule: &'static str,
    /// The rule's case, for `rule:parameter`.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    /// The rule's cases, if there is more than one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<&'a str>,
    #[cfg_attr(feature = "schema", schemars(with = "crate::Severity"))]
    severity: &'static str,
    /// The message: one line that says what is wrong.
    message: &'a str,
    /// The advice on how to resolve the finding.
    help: &'a str,
    /// The basis of the requirement.
    basis: BasisForm,
    /// The checks of openshift-preflight that fail for the same reason.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    checks: &'static [Check],
    /// The URL of the rule's page.
    docs: String,
    #[cfg_attr(feature = "schema", schemars(with = "crate::Subject"))]
    subject: &'static str,
    /// The path of a file, or the name of a field.
    source: &'a str,
    #[serde(flatten)]
    range: Option<RangeForm>,
    /// The pointer to a value of a JSON document, by RFC 6901.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    /// The number of an image's layer, from 0 at the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<u32>,
    /// A path in that layer, without a leading slash.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    /// Other places that help to explain the finding.
    related: Vec<RelatedForm<'a>>,
    /// The fix, if there is one.
    fix: Option<FixForm<'a>>,
    /// True if the input may be the beginning of a valid value that is still being typed.
    incomplete: bool,
    /// The findings that disappear when the fix of this one is applied; they are counted here only.
    #[serde(skip_serializing_if = "<[Finding]>::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<FindingForm<'static>>"))]
    consequences: &'a [Finding],
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct BasisForm {
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["documented", "enforced", "upstream", "inferred", "practice"])))]
    kind: &'static str,
    /// The place where the requirement can be read, or the reason for it.
    source: String,
    /// A quotation from Red Hat.
    quote: Option<&'static str>,
    /// The date of the quoted page.
    date: Option<&'static str>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct RangeForm {
    /// Offset of the first byte.
    start: u32,
    /// Offset after the last byte.
    end: u32,
    /// The line, from 1.
    line: u32,
    /// The column, from 1, in Unicode scalar values.
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct RelatedForm<'a> {
    message: &'a str,
    source: &'a str,
    #[serde(flatten)]
    range: Option<RangeForm>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct FixForm<'a> {
    safety: Safety,
    description: &'a str,
    /// The edits, ordered by place. They never overlap and are applied all together or not at all.
    edits: Vec<EditForm<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct EditForm<'a> {
    #[serde(flatten)]
    range: RangeForm,
    /// The replacement.
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
            forecast: section.forecast(report),
            facts: section.facts(),
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
            parameters: if finding.parameter().is_some() {
                Vec::new()
            } else {
                finding.parameters().collect()
            },
            severity: finding.severity().as_str(),
            message: finding.message(),
            help: finding.help(),
            basis: BasisForm {
                kind: finding.basis().kind(),
                source: finding.basis().source().into_owned(),
                quote: finding.basis().quote(),
                date: finding.basis().date(),
            },
            checks: rule.checks(),
            docs: rule.docs(),
            subject: rule.subject.as_str(),
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
            consequences: finding.consequences(),
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
