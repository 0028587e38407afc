//! Image tags: `1.0-1` is build 1 of version 1.0.
#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "places were found in the same text; the fuzz target tag holds it"
)]

mod next;
pub mod order;

use std::fmt;

pub use next::{Refusal, latest};
pub(crate) use next::{highest_release, is_floating, is_timestamp, names_version, next_number, number};

use crate::text::Span;

/// The maximum length of a tag in bytes.
///
/// Source: opencontainers/distribution-spec `spec.md`, `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
pub const MAX_TAG_BYTES: usize = 128;

/// A valid image tag.
///
/// # Syntax
/// One letter, digit or underscore, then up to 127 letters, digits, underscores, dots and dashes, all ASCII.
/// Not allowed: an empty text, `-1` (a leading dash), `1.0+2` (any other character), `1.0-1 ` (a space), a
/// tag of 129 bytes.
///
/// A tag is split at its last dash if a release follows: a number, or a number, a dot and a timestamp of ten
/// digits or more, as in Red Hat's own tags. `1.0-beta-3` is version `1.0-beta`, release `3`; `ubi7-4.5.0`
/// has no release, and neither has a date, `2024-01-31`.
///
/// Sources: opencontainers/distribution-spec `spec.md`; Red Hat partner guide, "Image Tagging".
///
/// ```
/// use rekey_core::Tag;
///
/// let tag = Tag::parse("1.0-beta-3")?;
/// assert_eq!((tag.version(), tag.release()), ("1.0-beta", Some("3")));
/// assert_eq!(Tag::parse("latest")?.release(), None);
/// assert_eq!(serde_json::to_string(&tag).unwrap(), r#""1.0-beta-3""#);
/// assert_eq!(serde_json::from_str::<Tag>(r#""1.0-beta-3""#).unwrap(), tag);
/// assert_eq!(Tag::parse("1.0+2").unwrap_err().to_string(), "expected a letter, digit, `_`, `.` or `-`, found `+`");
/// # Ok::<(), rekey_core::tag::Problem>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Tag {
    text: Box<str>,
    /// The offset of the dash before the release.
    dash: Option<u8>,
}

impl Tag {
    /// Parses a tag.
    ///
    /// # Errors
    /// Returns the first violation of the grammar.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let scan = scan(text.as_bytes());
        scan.problem.map_or_else(|| Ok(Self::scanned(text, scan.release)), Err)
    }

    /// The tag `text`, in whose scan there was no problem.
    pub(crate) fn scanned(text: &str, release: Option<Span>) -> Self {
        Self { text: text.into(), dash: release.map(|release| release.start as u8 - 1) }
    }

    /// The whole tag.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The partner's version: the text before the release, or the whole tag.
    pub fn version(&self) -> &str {
        match self.dash {
            Some(dash) => &self.text[..usize::from(dash)],
            None => &self.text,
        }
    }

    /// Red Hat's build of that version: the number after the last dash.
    pub fn release(&self) -> Option<&str> {
        self.dash.map(|dash| &self.text[usize::from(dash) + 1..])
    }

    /// The labels that correspond to the tag in Red Hat's scheme: `version` and, if there is one, `release`.
    ///
    /// Source: projectatomic/ContainerApplicationGenericLabels vendor/redhat/labels.md.
    ///
    /// ```
    /// let labels = rekey_core::Tag::parse("1.0-2").unwrap().labels();
    /// assert_eq!(labels, [("version".to_owned(), "1.0".to_owned()), ("release".to_owned(), "2".to_owned())]);
    /// ```
    pub fn labels(&self) -> Vec<(String, String)> {
        let version = [("version", self.version())];
        let release = self.release().map(|release| ("release", release));
        version.into_iter().chain(release).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tag").field(&self.text).finish()
    }
}

impl AsRef<str> for Tag {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl std::str::FromStr for Tag {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

written_as_text!(Tag, Problem);

/// The reason why a text is not a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
#[non_exhaustive]
pub struct Problem {
    /// The kind of problem.
    pub kind: ProblemKind,
    /// Its place.
    pub span: Span,
}

/// The reasons why a text is not a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The text is empty.
    #[error("expected a tag, found nothing")]
    Empty,
    /// A character that is not allowed at the beginning.
    #[error("expected a letter, digit or `_` at the beginning, found `{0}`")]
    Beginning(char),
    /// A character that is not allowed in a tag.
    #[error("expected a letter, digit, `_`, `.` or `-`, found {}", shown(*.0))]
    Character(char),
    /// Bytes that are not UTF-8.
    #[error("expected a letter, digit, `_`, `.` or `-`, found bytes that are not UTF-8")]
    Encoding,
    /// Too many bytes.
    #[error("expected at most 128 characters, found {0}")]
    TooLong(usize),
}

/// A character for display in a message: a space is invisible.
pub(crate) fn shown(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a newline".to_owned(),
        c if c.is_control() || c.is_whitespace() || !c.is_ascii() => {
            format!("`{}` (U+{:04X})", c.escape_default(), c as u32)
        }
        c => format!("`{c}`"),
    }
}

/// The parts of a text that should be a tag.
///
/// ```text
/// 1.0-beta-3
/// ~~~~~~~~ ^
/// version  release
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scan<'a> {
    /// The text as given.
    pub text: &'a [u8],
    /// The text before the dash of the release, or the whole text if there is no release.
    pub version: Span,
    /// The digits after the last dash, or digits, a dot and a timestamp.
    pub release: Option<Span>,
    /// The first problem that keeps the text from being a tag.
    pub problem: Option<Problem>,
}

/// Scans a text. Never fails.
pub fn scan(text: &[u8]) -> Scan<'_> {
    let release = release(text);
    let version = Span::new(0, release.map_or(text.len(), |release| release.start as usize - 1));
    Scan { text, version, release, problem: problem(text) }
}

/// `dash digit+ ("." digit{10,})?` at the end, with something before it; the end of a date is not a release.
fn release(text: &[u8]) -> Option<Span> {
    let dash = text.iter().rposition(|b| *b == b'-').filter(|dash| *dash > 0)?;
    let digits = &text[dash + 1..];
    let (number, timestamp) = match digits.iter().position(|b| *b == b'.') {
        Some(dot) => (&digits[..dot], Some(&digits[dot + 1..])),
        None => (digits, None),
    };
    let all = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let right = !number.is_empty() && all(number) && timestamp.is_none_or(|t| t.len() >= 10 && all(t));
    (right && !ends_with_date(text, dash)).then(|| Span::new(dash + 1, text.len()))
}

/// Returns true if the text ends with `2024-01-31` or `31-01-2024`; `dash` is the place of its last dash.
fn ends_with_date(text: &[u8], dash: usize) -> bool {
    let last = &text[dash + 1..];
    let two_before = dash >= 3 && text[dash - 3] == b'-';
    if !two_before || !matches!(last.len(), 2 | 4) {
        return false;
    }
    let (before, middle) = (&text[..dash - 3], &text[dash - 2..dash]);
    let first = &before[before.len().saturating_sub(6 - last.len())..];
    let in_front = before.len() > first.len() && before[before.len() - first.len() - 1].is_ascii_digit();
    let (year, other) = if last.len() == 2 { (first, last) } else { (last, first) };
    let is_part = |part: &[u8]| {
        part.len() == 2 && (b"01"..=b"31").contains(&<&[u8; 2]>::try_from(part).unwrap_or(b"00"))
    };
    let has_month = |part: &[u8]| part <= b"12".as_slice();
    !in_front
        && year.len() == 4
        && (year.starts_with(b"19") || year.starts_with(b"20"))
        && year.iter().chain(middle).chain(other).all(u8::is_ascii_digit)
        && is_part(middle)
        && is_part(other)
        && (has_month(middle) || last.len() == 4 && has_month(other))
}

/// A tag without trailing dashes and dots, if anything remains.
pub(crate) fn without_loose_end(tag: &str) -> &str {
    match tag.trim_end_matches(['-', '.']) {
        "" => tag,
        trimmed => trimmed,
    }
}

/// The text after the last dash of `1.0-1.1695`, which rpm and renovate read as a release and rekey as a part
/// of the version; `None` if the text before the dash is not a numeric version.
pub(crate) fn unclear_release(tag: &str) -> Option<&str> {
    let numbers =
        |text: &str| text.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    let (version, after) = tag.rsplit_once('-')?;
    let version = version.strip_prefix('v').unwrap_or(version);
    (after.contains('.') && numbers(after) && numbers(version) && release(tag.as_bytes()).is_none())
        .then_some(after)
}

pub(crate) fn problem(text: &[u8]) -> Option<Problem> {
    let Some(first) = text.first() else {
        return Some(Problem { kind: ProblemKind::Empty, span: Span::at(0) });
    };
    if matches!(first, b'.' | b'-') {
        return Some(Problem { kind: ProblemKind::Beginning(*first as char), span: Span::new(0, 1) });
    }
    if let Some(at) = text.iter().position(|b| !is_tag_byte(*b)) {
        let (kind, width) = foreign(&text[at..]);
        return Some(Problem { kind, span: Span::new(at, at + width) });
    }
    let long = text.len() > MAX_TAG_BYTES;
    long.then(|| Problem {
        kind: ProblemKind::TooLong(text.len()),
        span: Span::new(MAX_TAG_BYTES, text.len()),
    })
}

const fn is_tag_byte(b: u8) -> bool {
    TAG_BYTES[b as usize]
}

/// A table, since a chain of comparisons takes three times as long.
static TAG_BYTES: [bool; 256] = {
    let mut bytes = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        let b = at as u8;
        bytes[at] = b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
        at += 1;
    }
    bytes
};

/// The problem with the character at the beginning of `text`, and its length in bytes.
fn foreign(text: &[u8]) -> (ProblemKind, usize) {
    let chunk = text.utf8_chunks().next();
    match chunk.and_then(|chunk| chunk.valid().chars().next()) {
        Some(c) => (ProblemKind::Character(c), c.len_utf8()),
        None => (ProblemKind::Encoding, chunk_len(text)),
    }
}

fn chunk_len(text: &[u8]) -> usize {
    text.utf8_chunks().next().map_or(1, |chunk| chunk.invalid().len().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn tag(text: &str) -> (String, Option<String>) {
        let tag = Tag::parse(text).expect("a tag");
        (tag.version().to_owned(), tag.release().map(str::to_owned))
    }

    #[track_caller]
    fn problem(text: &str) -> String {
        let problem = Tag::parse(text).expect_err("no tag");
        format!("{} at {}", problem, problem.span)
    }

    #[test]
    fn a_tag_is_split_at_its_last_dash() {
        for (text, version, release) in [
            ("1.0-1", "1.0", Some("1")),
            ("1.0-beta-3", "1.0-beta", Some("3")),
            ("8.7-923.1669829893", "8.7", Some("923.1669829893")),
            ("9.8-1784702951", "9.8", Some("1784702951")),
            ("1.0-99999999999999999999999999", "1.0", Some("99999999999999999999999999")),
            ("ubi7-4.5.0", "ubi7-4.5.0", None),
            ("2024-01-31", "2024-01-31", None),
            ("1.0-2024-01-31", "1.0-2024-01-31", None),
            ("31-01-2024", "31-01-2024", None),
            ("01-31-2024", "01-31-2024", None),
            ("2024-01-31-2", "2024-01-31", Some("2")),
            ("2024-12", "2024", Some("12")),
            ("2024-13-31", "2024-13", Some("31")),
            ("2024-01-32", "2024-01", Some("32")),
            ("2024-01-00", "2024-01", Some("00")),
            ("12024-01-31", "12024-01", Some("31")),
            ("1-01-31", "1-01", Some("31")),
            ("40-01-2024", "40-01", Some("2024")),
            ("1.0-01-2024", "1.0-01", Some("2024")),
            ("x-y-2024", "x-y", Some("2024")),
            ("1.0-1.5", "1.0-1.5", None),
            ("1.0-", "1.0-", None),
            ("1.0", "1.0", None),
            ("latest", "latest", None),
            ("_-1", "_", Some("1")),
        ] {
            assert_eq!(tag(text), (version.to_owned(), release.map(str::to_owned)), "{text}");
        }
    }

    #[test]
    fn an_invalid_tag_is_reported_with_its_first_wrong_character() {
        for (text, expected) in [
            ("", "expected a tag, found nothing at 0..0"),
            ("-1", "expected a letter, digit or `_` at the beginning, found `-` at 0..1"),
            ("1.0+2", "expected a letter, digit, `_`, `.` or `-`, found `+` at 3..4"),
            ("1.0-1 ", "expected a letter, digit, `_`, `.` or `-`, found a space at 5..6"),
            ("1.0\n", "expected a letter, digit, `_`, `.` or `-`, found a newline at 3..4"),
            ("vé", "expected a letter, digit, `_`, `.` or `-`, found `\\u{e9}` (U+00E9) at 1..3"),
        ] {
            assert_eq!(problem(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_tag_has_at_most_128_bytes() {
        assert!(Tag::parse(&"1".repeat(128)).is_ok());
        assert_eq!(problem(&"1".repeat(129)), "expected at most 128 characters, found 129 at 128..129");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_reported_as_such() {
        assert_eq!(scan(b"1.0\xff").problem.map(|p| p.kind), Some(ProblemKind::Encoding));
    }

    #[test]
    fn a_release_follows_something() {
        assert_eq!(scan(b"-1").release, None);
        assert_eq!(scan(b"1-1").release, Some(Span::new(2, 3)));
    }

    #[test]
    fn labels_are_version_and_release() {
        let labels = |text| Tag::parse(text).expect("a tag").labels();
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(labels("1.0-2"), [pair("version", "1.0"), pair("release", "2")]);
        assert_eq!(labels("1.0"), [pair("version", "1.0")]);
    }
}
