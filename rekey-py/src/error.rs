//! The exceptions of `rekey._errors`, raised from here.

use rekey_core::{Span, text::Locator};

use crate::input::Unit;

mod imported {
    pyo3::import_exception!(rekey._errors, TagError);
}
pub(crate) use imported::TagError;

/// What the constructor of an exception takes: message, rule, start, end.
pub(crate) type Arguments = (String, Option<&'static str>, u32, u32);

/// The arguments for a problem in `text`.
pub(crate) fn arguments(
    problem: &dyn std::fmt::Display,
    rule: Option<&'static str>,
    span: Span,
    text: &[u8],
    unit: Unit,
) -> Arguments {
    let range = Locator::new(text).locate(span);
    let span = if unit == Unit::Chars { range.chars } else { range.bytes };
    (problem.to_string(), rule, span.start, span.end)
}
