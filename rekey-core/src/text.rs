//! Places in a text: byte spans, and their equivalents in the units of people and other languages.

use std::{borrow::Cow, fmt::Write as _};

use serde::{Deserialize, Serialize};

/// Makes a text safe for a terminal, a log or a page: control characters, characters that change the
/// direction of others, and invisible ones are shown as escapes.
///
/// ```
/// assert_eq!(rekey_core::text::printable("1.0\u{1b}[31m"), "1.0\\u{1b}[31m");
/// assert_eq!(rekey_core::text::printable("a\u{200b}b"), "a\\u{200b}b");
/// ```
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unprintable) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_unprintable(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown.into()
}

/// Returns true if a character controls a terminal, changes the direction of the text around it, or is
/// invisible.
///
/// Sources: Unicode 16 `DerivedCoreProperties.txt` (`Default_Ignorable_Code_Point`, except for the two
/// variation selectors of emoji) and `PropList.txt` (`Bidi_Control`), with the separators of lines and
/// paragraphs and interlinear annotation.
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Escapes such characters in JSON, which keeps its meaning.
///
/// ```
/// assert_eq!(rekey_core::text::printable_json("{\"a\":\"\u{9b}\"}".into()), "{\"a\":\"\\u009b\"}");
/// ```
pub fn printable_json(json: String) -> String {
    let harmful = |c: char| is_unprintable(c) && c != '\n';
    if !json.contains(harmful) {
        return json;
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if harmful(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Quotes a word for a POSIX shell, in single quotes if it needs them.
///
/// ```
/// use rekey_core::text::shell_quoted;
///
/// assert_eq!(shell_quoted("keys/id_rsa"), "keys/id_rsa");
/// assert_eq!(shell_quoted("Bob's key"), r"'Bob'\''s key'");
/// ```
pub fn shell_quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && !word.starts_with('-') && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    let prefix = if word.starts_with('-') { "./" } else { "" };
    Cow::Owned(format!("'{prefix}{}'", word.replace('\'', r"'\''")))
}

/// A half-open range of bytes in a text exactly as given: a BOM, a CRLF and trailing spaces count.
///
/// Inputs are at most 4 GiB, so offsets are `u32`.
///
/// ```
/// use rekey_core::Span;
///
/// let release = Span::new(4, 5);
/// assert_eq!(release.of(b"1.0-1"), b"1");
/// assert_eq!(release.to_string(), "4..5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` to `end`, without the byte at `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The empty span before the byte at `offset`, for something that is missing.
    pub const fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The number of bytes.
    pub const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Returns true if the span is a position rather than bytes.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The bytes of `text` in the span, as far as they are in the text.
    pub fn of(self, text: &[u8]) -> &[u8] {
        let end = (self.end as usize).min(text.len());
        text.get((self.start as usize).min(end)..end).unwrap_or_default()
    }

    /// The part of `text` in the span, if it is UTF-8.
    pub fn str(self, text: &[u8]) -> Option<&str> {
        std::str::from_utf8(self.of(text)).ok()
    }

    /// The shortest span that contains both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same bytes in a text with `by` more bytes in front.
    #[must_use]
    pub const fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by as u32, end: self.end + by as u32 }
    }

    /// The span as indices into a slice.
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A [`Span`] in all units of counting.
///
/// Rust and the JSON form count bytes, Python counts code points, JavaScript counts UTF-16 units, and people
/// count lines and columns from 1; a column is a Unicode scalar value. A byte sequence that is not UTF-8
/// counts as the one U+FFFD that a lenient decoder shows in its place.
///
/// ```
/// use rekey_core::text::{Locator, Span};
///
/// let place = Locator::new("é\n😀x".as_bytes()).locate(Span::new(7, 8));
/// assert_eq!((place.line, place.column), (2, 2));
/// assert_eq!((place.chars.start, place.utf16.start), (3, 4));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Range {
    /// Bytes.
    pub bytes: Span,
    /// Code points, as Python counts.
    pub chars: Span,
    /// UTF-16 units, as JavaScript counts.
    pub utf16: Span,
    /// Line of the first byte, from 1.
    pub line: u32,
    /// Column of the first byte, from 1.
    pub column: u32,
    /// Line of the place after the last byte, from 1.
    pub end_line: u32,
    /// Column of the place after the last byte, from 1.
    pub end_column: u32,
}

/// A converter from [`Span`] to [`Range`] for one text, after one pass over it.
pub struct Locator<'a> {
    text: &'a [u8],
    /// The offset of the first byte of each line.
    lines: Vec<u32>,
    /// The counts at about every [`STRIDE`] bytes; empty if the text is ASCII.
    marks: Vec<Mark>,
}

/// The counts before the byte at `byte`.
#[derive(Clone, Copy, Default)]
struct Mark {
    byte: u32,
    chars: u32,
    utf16: u32,
}

const STRIDE: u32 = 512;

impl<'a> Locator<'a> {
    /// Reads `text` once; newlines are LF and CRLF.
    pub fn new(text: &'a [u8]) -> Self {
        let mut lines = vec![0];
        lines.extend(text.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at as u32 + 1));
        let marks = if text.is_ascii() { Vec::new() } else { marks(text) };
        Self { text, lines, marks }
    }

    /// The span in all units. A span that ends after the text is cut, and one that begins or ends within a
    /// character is widened to the whole character.
    pub fn locate(&self, span: Span) -> Range {
        let bytes = Span::new(span.start as usize, (span.end as usize).min(self.text.len()));
        let bytes = Span { start: bytes.start.min(bytes.end), ..bytes };
        let start = self.count(bytes.start, false);
        let end = if bytes.is_empty() { start } else { self.count(bytes.end, true) };
        let bytes = Span { start: start.byte, end: end.byte };
        let (line, column) = self.line_column(start);
        let (end_line, end_column) = self.line_column(end);
        Range {
            bytes,
            chars: Span { start: start.chars, end: end.chars },
            utf16: Span { start: start.utf16, end: end.utf16 },
            line,
            column,
            end_line,
            end_column,
        }
    }

    fn line_column(&self, at: Mark) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= at.byte);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        (line as u32, at.chars - self.count(start, false).chars + 1)
    }

    /// The counts before a byte; for a byte within a character, before or after that character.
    fn count(&self, byte: u32, after_character: bool) -> Mark {
        let later = self.marks.partition_point(|mark| mark.byte <= byte);
        let Some(mark) = later.checked_sub(1).and_then(|at| self.marks.get(at)) else {
            return Mark { byte, chars: byte, utf16: byte };
        };
        let mut counted = *mark;
        // Decode no further than to the next mark, or the text after it would be decoded again for each
        // place.
        let end = self.marks.get(later).map_or(self.text.len(), |next| next.byte as usize);
        for (width, utf16) in characters(self.text.get(mark.byte as usize..end).unwrap_or_default()) {
            if counted.byte >= byte || !after_character && counted.byte + width > byte {
                break;
            }
            counted.byte += width;
            counted.chars += 1;
            counted.utf16 += utf16;
        }
        counted
    }
}

fn marks(text: &[u8]) -> Vec<Mark> {
    let mut marks = vec![Mark::default()];
    let mut now = Mark::default();
    let mut next = STRIDE;
    for (width, utf16) in characters(text) {
        now = Mark { byte: now.byte + width, chars: now.chars + 1, utf16: now.utf16 + utf16 };
        if now.byte >= next {
            marks.push(now);
            next = now.byte + STRIDE;
        }
    }
    marks
}

/// The lengths in bytes and in UTF-16 units of each character.
fn characters(text: &[u8]) -> impl Iterator<Item = (u32, u32)> {
    text.utf8_chunks().flat_map(|chunk| {
        let broken = chunk.invalid().len() as u32;
        let valid = chunk.valid().chars().map(|c| (c.len_utf8() as u32, c.len_utf16() as u32));
        valid.chain((broken > 0).then_some((broken, 1)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn place(text: &[u8], start: usize, end: usize) -> (Span, Span, (u32, u32), (u32, u32)) {
        let range = Locator::new(text).locate(Span::new(start, end));
        (range.chars, range.utf16, (range.line, range.column), (range.end_line, range.end_column))
    }

    #[test]
    fn ascii_has_the_same_offsets_in_every_unit() {
        assert_eq!(place(b"ab\ncd", 3, 5), (Span::new(3, 5), Span::new(3, 5), (2, 1), (2, 3)));
    }

    #[test]
    fn a_newline_belongs_to_the_line_it_ends() {
        assert_eq!(place(b"a\r\nb", 2, 3), (Span::new(2, 3), Span::new(2, 3), (1, 3), (2, 1)));
    }

    #[test]
    fn broken_utf8_counts_as_one_replacement_character() {
        assert_eq!(place(b"\xe2\x82x", 2, 3), (Span::new(1, 2), Span::new(1, 2), (1, 2), (1, 3)));
    }

    #[test]
    fn a_span_has_whole_characters() {
        // BuildKit reads the second byte of U+00A0 as a space.
        for (start, end, chars) in
            [(1, 2, (1, 2)), (2, 3, (1, 2)), (2, 4, (1, 3)), (2, 2, (1, 1)), (0, 2, (0, 2))]
        {
            let range = Locator::new("a\u{a0}b".as_bytes()).locate(Span::new(start, end));
            assert_eq!((range.chars.start, range.chars.end), chars, "{start}..{end}");
            assert!("a\u{a0}b".get(range.bytes.range()).is_some());
        }
    }

    #[test]
    fn a_span_past_the_end_is_cut() {
        assert_eq!(place(b"ab", 1, 9), (Span::new(1, 2), Span::new(1, 2), (1, 2), (1, 3)));
    }

    #[test]
    fn every_span_of_a_long_mixed_text_agrees_with_the_language() {
        let text = "aé😀\n".repeat(700);
        let locator = Locator::new(text.as_bytes());
        for (byte, _) in text.char_indices().step_by(97) {
            let range = locator.locate(Span::at(byte));
            assert_eq!(range.chars.start as usize, text[..byte].chars().count());
            assert_eq!(range.utf16.start as usize, text[..byte].encode_utf16().count());
            assert_eq!(range.line as usize, text[..byte].matches('\n').count() + 1);
        }
    }
}
