//! Keys wrapped in something else: JSON, YAML, a variable or a web page around a key, encodings of a key, and
//! base64 values that may contain one.

use std::{fmt, ops::Range};

use memchr::memmem;
use zeroize::Zeroizing;

use crate::base64::{Decoder, is_digit};

/// The format or encoding that a private key is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrapping {
    /// Base64 of the whole file, applied this many times.
    Base64(u8),
    /// Hexadecimal digits of the whole file.
    Hex,
    /// A `data:` URI.
    DataUri,
    /// A JSON field.
    Json,
    /// A YAML field.
    Yaml,
    /// A variable, as in `.env` files and shell scripts.
    Variable,
    /// A Kubernetes Secret.
    KubernetesSecret,
    /// Quotation marks.
    Quotes,
    /// Quoted-printable, as in emails.
    QuotedPrintable,
    /// HTML or XML.
    Markup,
    /// Percent-encoding, as in URLs and forms.
    Percent,
}

impl fmt::Display for Wrapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base64(1) => "that is base64-encoded once more",
            Self::Base64(2) => "that is base64-encoded twice more",
            Self::Base64(times) => return write!(f, "that is base64-encoded {times} times more"),
            Self::Hex => "in hexadecimal digits",
            Self::DataUri => "in a `data:` URI",
            Self::Json => "in a JSON value",
            Self::Yaml => "in a YAML value",
            Self::Variable => "in the value of a variable",
            Self::KubernetesSecret => "in a Kubernetes Secret",
            Self::Quotes => "in quotation marks",
            Self::QuotedPrintable => "in quoted-printable, as mails encode it",
            Self::Markup => "in HTML or XML",
            Self::Percent => "that is percent-encoded, as in a URL",
        })
    }
}

/// The minimum number of base64 characters in the first line of a value.
const MIN_VALUE_DIGITS: usize = 20;

/// The maximum number of values that are decoded.
const MAX_VALUES: usize = 64;

/// The distance from `BEGIN` and `END` within which an encoding is searched for.
const MARGIN: usize = 256;

/// The maximum length of a tag or a character reference.
const MAX_TAG_BYTES: usize = 256;
const MAX_REFERENCE_BYTES: usize = 12;

/// A value of a text, decoded.
pub(super) struct Value {
    pub(super) place: Range<usize>,
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) encoding: Wrapping,
}

/// Every base64 or hexadecimal value, on one line or more.
pub(super) fn values(text: &[u8]) -> Vec<Value> {
    let mut values = Vec::new();
    let mut at = 0;
    while at < text.len() && values.len() < MAX_VALUES {
        if !is_value_digit(text[at]) {
            at += 1;
            continue;
        }
        let (pieces, end) = value_at(text, at);
        let digits: usize = pieces.iter().map(Range::len).sum();
        if pieces.first().is_some_and(|first| first.len() >= MIN_VALUE_DIGITS) {
            let all = || pieces.iter().flat_map(|piece| &text[piece.clone()]).copied();
            let (bytes, encoding) = match from_hex(all(), digits) {
                Some(bytes) => (bytes, Wrapping::Hex),
                None => (from_base64(all(), digits), Wrapping::Base64(1)),
            };
            values.push(Value { place: at..end, bytes, encoding });
        }
        at = end;
    }
    values
}

/// The digits of the value that begins at a place, line by line, and its end.
fn value_at(text: &[u8], start: usize) -> (Vec<Range<usize>>, usize) {
    let digits = |from: usize| from + text[from..].iter().take_while(|byte| is_value_digit(**byte)).count();
    let mut end = digits(start);
    let mut pieces = Vec::new();
    pieces.push(start..end);
    let is_margin = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'"' | b'\'' | b'\\' | b'>');
    let margin = |from: usize| from + text[from..].iter().take_while(|byte| is_margin(byte)).count();
    while end - start >= MIN_VALUE_DIGITS {
        let line_end = margin(end);
        if text.get(line_end) != Some(&b'\n') {
            break;
        }
        let next = margin(line_end + 1);
        let next_end = digits(next);
        let padding = text[next_end..].iter().take_while(|byte| **byte == b'=').count();
        let rest = margin(next_end + padding);
        // Other lines contain a name, a colon or words.
        if next == next_end || text.get(rest).is_some_and(|byte| !matches!(byte, b'\n' | b',' | b'}' | b'<'))
        {
            break;
        }
        pieces.push(next..next_end);
        end = next_end;
        if padding > 0 {
            break;
        }
    }
    (pieces, end)
}

/// A digit of base64 or of its variant for URLs.
const fn is_value_digit(byte: u8) -> bool {
    is_digit(byte) || matches!(byte, b'-' | b'_')
}

fn from_base64(digits: impl Iterator<Item = u8>, count: usize) -> Zeroizing<Vec<u8>> {
    let mut decoder = Decoder::with_capacity(count);
    for byte in digits {
        decoder.push(match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => byte,
        });
    }
    decoder.into_bytes()
}

fn from_hex(digits: impl Iterator<Item = u8> + Clone, count: usize) -> Option<Zeroizing<Vec<u8>>> {
    if !count.is_multiple_of(2) || digits.clone().any(|byte| !byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(count / 2));
    let mut high = None;
    for digit in digits.filter_map(hex_digit) {
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    Some(bytes)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// The construct that contains a value, judged by the text before it.
pub(super) fn holder(text: &[u8], start: usize) -> Option<Wrapping> {
    let before = &text[..start];
    let line = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let (lines, line) = before.split_at(line);
    let mut words = line.trim_ascii_end();
    let mut quoted = false;
    while let Some(rest) = words.strip_suffix(b"\"").or(words.strip_suffix(b"'")) {
        quoted = true;
        words = rest.trim_ascii_end();
    }
    // `b'…'`, `$'…'`
    let named = words.strip_suffix(b"$").filter(|_| quoted).unwrap_or(words);
    let in_block = || words.is_empty() && !quoted && ends_with_block_mark(lines);
    let holds = match named.last() {
        Some(b':') => true,
        Some(b'=') => return Some(Wrapping::Variable),
        Some(b',') if words.ends_with(b";base64,") => return Some(Wrapping::DataUri),
        _ => in_block(),
    };
    if (holds || quoted) && is_secret(text) {
        return Some(Wrapping::KubernetesSecret);
    }
    let in_json = quoted && matches!(text.trim_ascii_start().first(), Some(b'{' | b'['));
    match (holds, quoted) {
        (_, true) if in_json => Some(Wrapping::Json),
        (true, true)
            if named.strip_suffix(b":").is_some_and(|name| name.trim_ascii_end().ends_with(b"\"")) =>
        {
            Some(Wrapping::Json)
        }
        (true, _) => Some(Wrapping::Yaml),
        (false, true) => Some(Wrapping::Quotes),
        (false, false) => None,
    }
}

/// Returns true if the last line before a value begins a YAML block: `key: |-`.
fn ends_with_block_mark(lines: &[u8]) -> bool {
    let lines = lines.trim_ascii_end();
    let line = lines.iter().rposition(|byte| *byte == b'\n').map_or(lines, |end| &lines[end + 1..]);
    let mark = line.iter().rposition(|byte| !matches!(byte, b'-' | b'+' | b'0'..=b'9'));
    let name = mark.and_then(|mark| match line[mark] {
        b'|' | b'>' => Some(line[..mark].trim_ascii_end()),
        _ => None,
    });
    name.is_some_and(|name| name.ends_with(b":"))
}

/// Returns true if a text is a manifest with `kind: Secret`, in YAML or JSON.
fn is_secret(text: &[u8]) -> bool {
    let is_between = |byte: &u8| matches!(byte, b'"' | b'\'' | b' ' | b'\t');
    let skip = |from: usize| from + text[from..].iter().take_while(|byte| is_between(byte)).count();
    let mut at = 0;
    while let Some(found) = memmem::find(&text[at..], b"kind") {
        at += found + 4;
        let colon = skip(at);
        if text.get(colon) == Some(&b':') {
            let value = &text[skip(colon + 1)..];
            let end = value.get(6).is_none_or(|byte| !byte.is_ascii_alphanumeric());
            if value.starts_with(b"Secret") && end {
                return true;
            }
        }
    }
    false
}

/// The place of a key, including the text around it that may be in the same encoding.
pub(super) fn around_key(text: &[u8]) -> Option<(usize, usize)> {
    let is = |word: &'static [u8]| move |window: &[u8]| window.eq_ignore_ascii_case(word);
    let ends = || text.windows(3).rposition(is(b"END"));
    let begin = text.windows(5).position(is(b"BEGIN")).or_else(ends)?;
    let end = ends().map_or(text.len(), |end| end + MARGIN);
    Some((begin.saturating_sub(MARGIN), end.max(begin).min(text.len())))
}

/// A test for an encoding.
pub(super) type Test = fn(&[u8]) -> bool;

/// A decoding step: from the bytes at a place and the previous output byte, returns the replacement and the
/// number of replaced bytes; `None` if the byte stays.
pub(super) type Step = fn(&[u8], usize, Option<u8>) -> Option<(Option<u8>, usize)>;

/// Decodes backslashes followed by `n` or `r`.
pub(super) fn newline_escape(bytes: &[u8], at: usize) -> Option<(Option<u8>, usize)> {
    let escapes = bytes[at..].iter().take(4).take_while(|byte| **byte == b'\\').count();
    let newline = match bytes.get(at + escapes).filter(|_| escapes > 0)? {
        b'n' => Some(b'\n'),
        b'r' => None,
        _ => return None,
    };
    Some((newline, escapes + 1))
}

/// Decodes `\u002b` and `\/`, which JSON allows.
pub(super) fn json_escape(bytes: &[u8], at: usize) -> Option<(Option<u8>, usize)> {
    match bytes.get(at..)? {
        [b'\\', b'/', ..] => Some((Some(b'/'), 2)),
        [b'\\', b't', ..] => Some((Some(b'\t'), 2)),
        [b'\\', b'u', b'0', b'0', high, low, ..] => {
            let byte = hex_digit(*high)? << 4 | hex_digit(*low)?;
            byte.is_ascii().then_some((Some(byte), 6))
        }
        _ => None,
    }
}

/// The replacement for a byte that is written by its number.
fn ascii(byte: u8) -> Option<u8> {
    // A carriage return is dropped: the line feed is enough.
    (byte != b'\r').then_some(byte)
}

pub(super) fn is_percent_encoded(text: &[u8]) -> bool {
    (0..text.len()).any(|at| text[at] == b'%' && percent_escape(text, at, None).is_some())
}

/// Decodes `%2B`.
pub(super) fn percent_escape(bytes: &[u8], at: usize, _: Option<u8>) -> Option<(Option<u8>, usize)> {
    let [b'%', high, low, ..] = bytes.get(at..)? else { return None };
    let byte = hex_digit(*high)? << 4 | hex_digit(*low)?;
    Some((ascii(byte), 3))
}

/// Returns true for the encoding of web forms, with `+` for a space and `%2B` for `+`.
pub(super) fn is_form_encoded(text: &[u8]) -> bool {
    memmem::find(text, b"PRIVATE+KEY").is_some() && is_percent_encoded(text)
}

pub(super) fn form_escape(bytes: &[u8], at: usize, last: Option<u8>) -> Option<(Option<u8>, usize)> {
    if bytes.get(at) == Some(&b'+') { Some((Some(b' '), 1)) } else { percent_escape(bytes, at, last) }
}

pub(super) fn is_quoted_printable(text: &[u8]) -> bool {
    let encoded: [&[u8]; 5] = [b"=3D", b"=0A", b"=0D", b"=2D", b"=2B"];
    // A continued line continues with a digit: the last line of a body is followed by `END`.
    let goes_on = |window: &[u8]| match window {
        [b'=', b'\n', next, _] | [b'=', b'\r', b'\n', next] => is_digit(*next),
        _ => false,
    };
    text.windows(4).any(goes_on) || encoded.iter().any(|encoded| memmem::find(text, encoded).is_some())
}

/// Decodes `=3D`, and `=` at the end of a continued line.
pub(super) fn quoted_printable(bytes: &[u8], at: usize, _: Option<u8>) -> Option<(Option<u8>, usize)> {
    match bytes.get(at..)? {
        [b'=', b'\n', ..] => Some((None, 2)),
        [b'=', b'\r', b'\n', ..] => Some((None, 3)),
        [b'=', high, low, ..] => {
            let byte = hex_digit(*high)? << 4 | hex_digit(*low)?;
            Some((ascii(byte), 3))
        }
        _ => None,
    }
}

pub(super) fn is_markup(text: &[u8]) -> bool {
    (0..text.len()).any(|at| matches!(text[at], b'<' | b'&') && markup(text, at, None).is_some())
}

/// Decodes tags, which may end a line, and character references.
pub(super) fn markup(bytes: &[u8], at: usize, last: Option<u8>) -> Option<(Option<u8>, usize)> {
    match bytes.get(at)? {
        b'<' => {
            let (ends_line, width) = tag(&bytes[at..])?;
            if !ends_line {
                return Some((None, width));
            }
            // One newline, whether or not the text has a newline there too.
            let newline = match &bytes[at + width..] {
                [b'\n', ..] => 1,
                [b'\r', b'\n', ..] => 2,
                _ => 0,
            };
            Some(((last != Some(b'\n')).then_some(b'\n'), width + newline))
        }
        b'&' => character_reference(&bytes[at..]),
        _ => None,
    }
}

/// The length of a tag, and true if it ends the line.
fn tag(text: &[u8]) -> Option<(bool, usize)> {
    let inner = &text[1..text.len().min(MAX_TAG_BYTES)];
    let end = inner.iter().position(|byte| matches!(byte, b'<' | b'>')).filter(|end| inner[*end] == b'>')?;
    let name = inner[..end].strip_prefix(b"/").unwrap_or(&inner[..end]);
    let length =
        name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'!' | b'-')).count();
    let (name, rest) = name.split_at(length);
    let is_name = name.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'!');
    if !is_name
        || rest
            .first()
            .is_some_and(|byte| !(byte.is_ascii_whitespace() || matches!(byte, b'/' | b'.' | b':')))
    {
        return None;
    }
    let ends: [&[u8]; 8] = [b"br", b"p", b"div", b"li", b"tr", b"td", b"pre", b"hr"];
    Some((ends.iter().any(|tag| name.eq_ignore_ascii_case(tag)), end + 2))
}

/// Decodes `&#43;`, `&#x2B;` or `&plus;`, encoded once or twice.
fn character_reference(text: &[u8]) -> Option<(Option<u8>, usize)> {
    const NAMES: &[(&[u8], u8)] = &[
        (b"plus", b'+'),
        (b"sol", b'/'),
        (b"equals", b'='),
        (b"hyphen", b'-'),
        (b"dash", b'-'),
        (b"lowbar", b'_'),
        (b"nbsp", b' '),
        (b"ensp", b' '),
        (b"emsp", b' '),
        (b"Tab", b'\t'),
        (b"NewLine", b'\n'),
        (b"quot", b'"'),
        (b"apos", b'\''),
        (b"lt", b'<'),
        (b"gt", b'>'),
    ];
    let again = text[1..].chunks(4).take(2).take_while(|chunk| *chunk == b"amp;").count();
    let from = 1 + 4 * again;
    let inner = &text[from..text.len().min(from + MAX_REFERENCE_BYTES)];
    let end = inner.iter().position(|byte| *byte == b';')?;
    let digits = |digits: &[u8], radix| u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok();
    let code = match &inner[..end] {
        [b'#', b'x' | b'X', hex @ ..] => digits(hex, 16)?,
        [b'#', decimal @ ..] => digits(decimal, 10)?,
        name => u32::from(NAMES.iter().find(|(known, _)| *known == name)?.1),
    };
    let byte = match code {
        0xa0 => b' ',
        code => u8::try_from(code).ok().filter(u8::is_ascii)?,
    };
    Some((ascii(byte), from + end + 1))
}
