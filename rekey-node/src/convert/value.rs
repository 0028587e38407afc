//! Values, and the reasons why a text is not one.

use std::fmt::{Debug, Display};

use napi::{Either, bindgen_prelude::Uint8Array};
use napi_derive::napi;
use rekey_core::{
    Facts, Finding, Report, Severity, Span, Tag, Target, check_git_url, check_image, check_tag,
    git_url::{self, GitUrl},
    reference::{self, ImageReference},
    tag,
    text::Locator,
};
use serde::Serialize;

use crate::content::{Content, Unit, bytes, unit};

/// The result of parsing a text: the value as JSON or as text, or the reason why there is none.
pub(crate) type Parsed = Either<String, Refusal>;

/// The reason why a text is not a value.
#[napi(object, object_from_js = false)]
pub struct Refusal {
    /// The kind of the problem, in kebab-case.
    pub code: String,
    /// One line that says what is wrong.
    pub message: String,
    /// The start of its place, in the unit of the input.
    pub start: u32,
    /// The end of its place.
    pub end: u32,
    /// The rule that reports the same.
    pub rule: Option<String>,
}

impl Refusal {
    /// The reason why an argument that is not a text is invalid.
    pub(crate) fn of<E: Debug + Display>(error: &E) -> Self {
        Self { code: code(error), message: error.to_string(), start: 0, end: 0, rule: None }
    }
}

/// Returns true if the text is a tag.
pub(crate) fn is_tag(text: &Content<'_>) -> bool {
    tag::scan(bytes(text)).problem.is_none()
}

/// Returns true if the text is a git URL.
pub(crate) fn is_git_url(text: &Content<'_>) -> bool {
    git_url::scan(bytes(text)).problems.is_empty()
}

/// Returns true if the text is an image reference.
pub(crate) fn is_image_reference(text: &Content<'_>) -> bool {
    reference::scan(bytes(text)).problems.is_empty()
}

/// Parses a tag, and returns the end of its version. JavaScript slices its own string faster than it parses
/// JSON.
pub(crate) fn parse_tag(text: &Content<'_>) -> Either<u32, Refusal> {
    let scan = tag::scan(bytes(text));
    match scan.problem {
        None => Either::A(scan.version.end),
        Some(problem) => Either::B(refusal(text, tag_problem(bytes(text), problem))),
    }
}

/// The end of each tag's version, one tag per line; [`NO_TAG`] for an invalid one.
pub(crate) fn parse_tags(lines: &Content<'_>) -> Uint8Array {
    let ends = bytes(lines).split(|byte| *byte == b'\n').map(|line| {
        let scan = tag::scan(line);
        if scan.problem.is_some() { NO_TAG } else { u8::try_from(scan.version.end).unwrap_or(NO_TAG) }
    });
    ends.collect::<Vec<_>>().into()
}

/// More than the maximum length of a tag.
const NO_TAG: u8 = u8::MAX;

/// Reads a git URL.
pub(crate) fn parse_git_url(text: &Content<'_>) -> Parsed {
    given(text, git_url_of(text), |url| json(&Facts::GitUrl(url)))
}

/// Reads an image reference.
pub(crate) fn parse_image_reference(text: &Content<'_>) -> Parsed {
    given(text, reference_of(text), |reference| json(&Facts::Reference(reference)))
}

/// The URL for another transport.
pub(crate) fn convert_git_url(text: &Content<'_>, to: Transport) -> Parsed {
    let converted = git_url_of(text).and_then(|url| {
        let other = match to {
            Transport::Ssh => url.to_ssh(),
            Transport::Https => url.to_https(),
        };
        other.map_err(|error| ParseFailure::whole(text, &error))
    });
    given(text, converted, |url| url.to_string())
}

/// Returns true if two git URLs name the same repository.
pub(crate) fn same_repository(text: &Content<'_>, other: &Content<'_>) -> Result<bool, Refusal> {
    let read = |text| git_url_of(text).map_err(|failure| refusal(text, failure));
    Ok(read(text)?.same_repository(&read(other)?))
}

/// The target of a conversion.
#[derive(Clone, Copy)]
pub(crate) enum Transport {
    /// `ssh://` or `user@host:path`.
    Ssh,
    /// `https://`.
    Https,
}

/// The tag of the next build.
pub(crate) fn next_release(text: &Content<'_>, published: &[String]) -> Parsed {
    let next = tag_of(text).and_then(|tag| {
        let next = tag.next_release_after(published.iter().map(String::as_str));
        next.map_err(|refusal| ParseFailure::whole(text, &refusal))
    });
    given(text, next, |tag| tag.to_string())
}

/// The latest of the lines that are tags with a version.
pub(crate) fn latest_tag(lines: &str) -> Option<String> {
    let tags: Vec<_> = lines.split('\n').filter_map(|text| Tag::parse(text).ok()).collect();
    tag::latest(&tags).map(Tag::to_string)
}

fn tag_of(text: &Content<'_>) -> Result<Tag, ParseFailure> {
    let bytes = bytes(text);
    match std::str::from_utf8(bytes) {
        Ok(text) => Tag::parse(text),
        Err(_) => Err(tag::scan(bytes).problem.expect("what is not UTF-8 has a problem")),
    }
    .map_err(|problem| tag_problem(bytes, problem))
}

fn tag_problem(bytes: &[u8], problem: tag::Problem) -> ParseFailure {
    ParseFailure::new(&problem.kind, &problem, problem.span).by(&check_tag(bytes, &Target::default()))
}

fn git_url_of(text: &Content<'_>) -> Result<GitUrl, ParseFailure> {
    let bytes = bytes(text);
    GitUrl::parse(bytes).map_err(|problem| {
        ParseFailure::new(&problem.kind, &problem, problem.span).by(&check_git_url(bytes, &Target::default()))
    })
}

fn reference_of(text: &Content<'_>) -> Result<ImageReference, ParseFailure> {
    let bytes = bytes(text);
    match std::str::from_utf8(bytes) {
        Ok(text) => ImageReference::parse(text),
        Err(_) => Err(*reference::scan(bytes).problems.first().expect("what is not UTF-8 has a problem")),
    }
    .map_err(|problem| {
        ParseFailure::new(&problem.kind, &problem, problem.span).by(&check_image(bytes, &Target::default()))
    })
}

/// The reason why there is no value, with its place in bytes.
pub(crate) struct ParseFailure {
    code: String,
    message: String,
    span: Span,
    rule: Option<&'static str>,
}

impl ParseFailure {
    pub(crate) fn new(kind: &dyn Debug, message: &dyn Display, span: Span) -> Self {
        Self { code: code(kind), message: message.to_string(), span, rule: None }
    }

    /// The failure of the whole text.
    pub(crate) fn whole<E: Debug + Display>(text: &Content<'_>, error: &E) -> Self {
        Self::new(error, error, Span::new(0, bytes(text).len()))
    }

    /// Sets the rule that reports it.
    pub(crate) fn under(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Sets the rule that reports an error at its place.
    pub(crate) fn by(mut self, report: &Report) -> Self {
        let marks = |finding: &&Finding| {
            finding.severity() == Severity::Error
                && finding.range().is_some_and(|range| {
                    range.bytes.start <= self.span.start && self.span.start <= range.bytes.end
                })
        };
        self.rule = report.findings().find(marks).map(|finding| finding.rule().id);
        self
    }
}

/// The value as text, or the failure in the unit of the input.
pub(crate) fn given<T>(
    content: &Content<'_>,
    outcome: Result<T, ParseFailure>,
    shown: impl Fn(T) -> String,
) -> Parsed {
    match outcome {
        Ok(value) => Either::A(shown(value)),
        Err(failure) => Either::B(refusal(content, failure)),
    }
}

pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("a value holds nothing that JSON cannot")
}

pub(crate) fn refusal(content: &Content<'_>, failure: ParseFailure) -> Refusal {
    let place = Locator::new(bytes(content)).locate(failure.span);
    let span = match unit(content) {
        Unit::Utf16 => place.utf16,
        Unit::Bytes => place.bytes,
    };
    let rule = failure.rule.map(str::to_owned);
    Refusal { code: failure.code, message: failure.message, start: span.start, end: span.end, rule }
}

/// The name of a kind as an identifier in other languages: `TooLong(129)` is `too-long`.
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
