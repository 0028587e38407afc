//! Values, and what keeps a text from being one.

use std::fmt::{Debug, Display};

use napi::Either;
use napi_derive::napi;
use rekey_core::{
    Span, Tag,
    tag::{self},
    text::Locator,
};
use serde::Serialize;

use crate::content::{Content, Unit, bytes, unit};

/// What a `parse` function gives: the value as JSON, or why there is none.
pub(crate) type Parsed = Either<String, Refusal>;

/// Why a text is not a value.
#[napi(object, object_from_js = false)]
pub struct Refusal {
    /// The kind of the problem, in kebab-case.
    pub code: String,
    /// What is wrong, in one line.
    pub message: String,
    /// Where it begins, in the unit of the input.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

/// Whether the text is a tag.
pub(crate) fn is_tag(text: &Content<'_>) -> bool {
    tag::scan(bytes(text)).problem.is_none()
}

/// Reads a tag.
pub(crate) fn parse_tag(text: &Content<'_>) -> Parsed {
    parsed(text, Tag::parse, |bytes| tag::scan(bytes).problem)
}

/// A problem of any subject.
trait Problem: Display {
    fn kind(&self) -> &dyn Debug;
    fn span(&self) -> Span;
}

impl Problem for tag::Problem {
    fn kind(&self) -> &dyn Debug {
        &self.kind
    }

    fn span(&self) -> Span {
        self.span
    }
}

/// The value as JSON; `problem` tells why bytes that are not UTF-8 are none.
fn parsed<T: Serialize, P: Problem>(
    content: &Content<'_>,
    parse: impl Fn(&str) -> Result<T, P>,
    problem: impl Fn(&[u8]) -> Option<P>,
) -> Parsed {
    let bytes = bytes(content);
    let outcome = match std::str::from_utf8(bytes) {
        Ok(text) => parse(text),
        Err(_) => Err(problem(bytes).expect("what is not UTF-8 has a problem")),
    };
    match outcome {
        Ok(value) => Either::A(json(&value)),
        Err(problem) => Either::B(refusal(content, &problem)),
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("a value holds nothing that JSON cannot")
}

fn refusal(content: &Content<'_>, problem: &impl Problem) -> Refusal {
    let place = Locator::new(bytes(content)).locate(problem.span());
    let span = match unit(content) {
        Unit::Utf16 => place.utf16,
        Unit::Bytes => place.bytes,
    };
    Refusal { code: code(problem.kind()), message: problem.to_string(), start: span.start, end: span.end }
}

/// The name of a kind as an identifier of other languages: `TooLong(129)` is `too-long`.
fn code(kind: &dyn Debug) -> String {
    let shown = format!("{kind:?}");
    let mut code = String::new();
    for c in shown.chars().take_while(char::is_ascii_alphanumeric) {
        if c.is_ascii_uppercase() && !code.is_empty() {
            code.push('-');
        }
        code.push(c.to_ascii_lowercase());
    }
    code
}
