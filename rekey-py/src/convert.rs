//! Conversion of core's findings, forecasts and reports to Python's classes, all in one place.

use rekey_core::{Facts, Place, Report, Safety, Severity, Source, Span, Subject, text::Range};
use rekey_render::{self as render, SourceText};

use crate::{
    finding::{Basis, Edit, Finding, Fix, Related},
    input::Unit,
    report::{Counts, Forecast, Section},
};

/// The unit of the offsets in each text of a report.
#[derive(Clone, Debug)]
pub(crate) enum Units {
    /// One unit for all texts.
    All(Unit),
    /// Code points for these sources, bytes for all others.
    Chars(Vec<String>),
}

impl Units {
    fn of(&self, source: &Source) -> Unit {
        match self {
            Self::All(unit) => *unit,
            Self::Chars(names) if names.iter().any(|name| name == source.name()) => Unit::Chars,
            Self::Chars(_) => Unit::Bytes,
        }
    }
}

pub(crate) fn findings(report: &Report, units: &Units) -> Vec<Finding> {
    report.findings().map(|one| finding(one, units)).collect()
}

fn finding(from: &rekey_core::Finding, units: &Units) -> Finding {
    let rule = from.rule();
    let unit = units.of(from.source());
    let range = from.range();
    let span = range.map(|range| span(range, unit));
    let (pointer, layer, path) = match from.place() {
        Some(Place::Pointer(pointer)) => (Some(pointer.clone()), None, None),
        Some(Place::Layer { layer, path }) => (None, Some(*layer), Some(path.clone())),
        _ => (None, None, None),
    };
    Finding {
        rule: rule.id.into(),
        parameter: from.parameter().map(str::to_owned),
        parameters: from.parameters().map(str::to_owned).collect(),
        severity: from.severity().as_str().into(),
        message: from.message().to_owned(),
        help: if from.help() == rule.help { rule.help.into() } else { from.help().to_owned().into() },
        basis: basis(from.basis()),
        checks: rule.check_names().into_iter().map(Into::into).collect(),
        docs: rule.docs(),
        subject: rule.subject.as_str().into(),
        source: from.source().name().to_owned(),
        start: span.map(|span| span.start),
        end: span.map(|span| span.end),
        line: range.map(|range| range.line),
        column: range.map(|range| range.column),
        end_line: range.map(|range| range.end_line),
        end_column: range.map(|range| range.end_column),
        pointer,
        layer,
        path,
        related: from.related().iter().map(|one| related(one, from.source(), units)).collect(),
        fix: from.fix().map(|one| fix(one, unit)),
        incomplete: from.is_incomplete(),
        consequences: from.consequences().iter().map(|one| finding(one, units)).collect(),
    }
}

fn span(range: &Range, unit: Unit) -> Span {
    if unit == Unit::Chars { range.chars } else { range.bytes }
}

pub(crate) fn basis(from: &rekey_core::Basis) -> Basis {
    Basis {
        kind: from.kind().into(),
        source: from.source(),
        quote: from.quote().map(Into::into),
        date: from.date().map(Into::into),
    }
}

fn related(from: &rekey_core::finding::Related, of: &Source, units: &Units) -> Related {
    let source = from.source.as_ref().unwrap_or(of);
    let range = from.range.as_ref();
    let span = range.map(|range| span(range, units.of(source)));
    Related {
        message: from.message.clone(),
        source: source.name().to_owned(),
        start: span.map(|span| span.start),
        end: span.map(|span| span.end),
        line: range.map(|range| range.line),
        column: range.map(|range| range.column),
        end_line: range.map(|range| range.end_line),
        end_column: range.map(|range| range.end_column),
    }
}

fn fix(from: &rekey_core::Fix, unit: Unit) -> Fix {
    let edit = |edit: &rekey_core::Edit| {
        let span = span(&edit.range, unit);
        Edit { start: span.start, end: span.end, text: edit.text.clone(), bytes: edit.range.bytes }
    };
    Fix {
        safety: from.safety.as_str().into(),
        description: from.description.clone(),
        edits: from.edits.iter().map(edit).collect(),
    }
}

/// Converts a fix to core's type.
pub(crate) fn core_fix(from: &Fix) -> rekey_core::Fix {
    let edit = |edit: &Edit| rekey_core::Edit {
        range: Range { bytes: edit.bytes, ..Range::default() },
        text: edit.text.clone(),
    };
    rekey_core::Fix {
        safety: from.safety.parse().unwrap_or(Safety::Display),
        description: String::new(),
        edits: from.edits.iter().map(edit).collect(),
    }
}

pub(crate) fn forecast(report: &Report) -> Vec<Forecast> {
    let rows = report.forecast().into_iter();
    rows.map(|row| Forecast {
        check: row.check.as_str().into(),
        outcome: row.outcome.as_str().into(),
        reason: row.reason,
        evidence: row.evidence.map(|evidence| evidence.as_str().into()),
        settle: row.settle.map(|settle| settle.as_str().into()),
        rules: row.rules.into_iter().map(Into::into).collect(),
        source: row.source.name().to_owned(),
    })
    .collect()
}

pub(crate) fn counts(report: &Report) -> Counts {
    let counts = report.counts();
    Counts { errors: counts.errors, warnings: counts.warnings, notes: counts.notes, unknown: counts.unknown }
}

pub(crate) fn sections(report: &Report) -> Vec<Section> {
    let sections = report.sections().iter().map(|section| Section {
        subject: section.subject().as_str().into(),
        source: section.source().name().to_owned(),
        passed: section.passed(),
        facts: serde_json::to_string(section.facts()).unwrap_or_else(|_| "null".to_owned()),
    });
    sections.collect()
}

/// The facts as JSON: those of a single input, or those of multiple inputs by source.
pub(crate) fn facts(report: &Report) -> String {
    let json = |facts: &Facts| serde_json::to_value(facts).unwrap_or_default();
    let value = match report.sections() {
        [section] => json(section.facts()),
        sections => sections
            .iter()
            .map(|section| (section.source().name().to_owned(), json(section.facts())))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    };
    value.to_string()
}

/// The steps as JSON.
pub(crate) fn steps(report: &Report) -> String {
    serde_json::to_value(report.steps()).unwrap_or_default().to_string()
}

/// The rule of the error at that place, or else of the first error.
pub(crate) fn rule_at(report: &Report, span: Span) -> Option<&'static str> {
    let errors = || report.findings().filter(|finding| finding.severity() == Severity::Error);
    let here = errors().find(|finding| finding.range().is_some_and(|range| range.bytes == span));
    here.or_else(|| errors().next()).map(|finding| finding.rule().id)
}

/// The report as text for people. The text of a key is not requested.
pub(crate) fn shown<'t>(report: &Report, texts: &'t SourceText<'t>) -> String {
    let is_key = |source: &Source| {
        report.sections().iter().any(|part| part.subject() == Subject::PrivateKey && part.source() == source)
    };
    let text = |source: &Source| if is_key(source) { None } else { texts(source) };
    render::text(report, &text, &render::Options { notes: true, ..render::Options::default() })
}
