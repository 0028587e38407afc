//! The exceptions of `rekey._errors`, raised from here.

use rekey_core::{Report, Span, text::Locator};

use crate::{convert, input::Unit};

mod imported {
    pyo3::import_exception!(rekey._errors, GitUrlError);
    pyo3::import_exception!(rekey._errors, ImageReferenceError);
    pyo3::import_exception!(rekey._errors, TagError);
}
pub(crate) use imported::{GitUrlError, ImageReferenceError, TagError};

/// What the constructor of an exception takes: message, rule, start, end.
pub(crate) type Arguments = (String, Option<&'static str>, u32, u32);

/// What keeps `text` from being a value, and the rule that finds the same in `report`.
pub(crate) fn problem(
    problem: &dyn std::fmt::Display,
    span: Span,
    report: &Report,
    text: &[u8],
    unit: Unit,
) -> Arguments {
    let range = Locator::new(text).locate(span);
    let place = if unit == Unit::Chars { range.chars } else { range.bytes };
    (problem.to_string(), convert::rule_at(report, range.bytes), place.start, place.end)
}

/// What keeps a whole value from becoming another.
pub(crate) fn refusal(reason: &dyn std::fmt::Display, value: &str) -> Arguments {
    (reason.to_string(), None, 0, value.chars().count() as u32)
}
