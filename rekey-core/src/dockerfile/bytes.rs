//! Bytes decoded as Go does: as UTF-8, with one replacement character for each invalid byte.

use std::borrow::Cow;

use memchr::memchr;

/// Returns true if `<<` occurs.
pub(super) fn has_double_less(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = memchr(b'<', rest) {
        rest = rest.get(at + 1..).unwrap_or_default();
        if rest.first() == Some(&b'<') {
            return true;
        }
    }
    false
}

/// The character at `at` and its length; an invalid byte is a replacement character of length one.
pub(super) fn decode(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let first = *bytes.get(at)?;
    let len = match first {
        0..0x80 => return Some((char::from(first), 1)),
        0xc2..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf5 => 4,
        _ => return Some((char::REPLACEMENT_CHARACTER, 1)),
    };
    let found = bytes.get(at..at + len).and_then(|encoded| std::str::from_utf8(encoded).ok());
    Some(match found.and_then(|text| text.chars().next()) {
        Some(ch) => (ch, len),
        None => (char::REPLACEMENT_CHARACTER, 1),
    })
}

/// The text of `bytes`, with one replacement character for each byte that is not UTF-8.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        Cow::Borrowed(text)
    } else {
        let mut text = String::with_capacity(bytes.len() + 8);
        let mut at = 0;
        while let Some((ch, len)) = decode(bytes, at) {
            text.push(ch);
            at += len;
        }
        Cow::Owned(text)
    }
}

/// Like [`text`], for bytes that are borrowed or owned.
pub(super) fn into_text(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => text(bytes),
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Cow::Owned(text),
            Err(error) => Cow::Owned(text(error.as_bytes()).into_owned()),
        },
    }
}

/// The spaces that separate a keyword from its arguments, and most arguments from each other.
pub(super) const fn is_separator(byte: u8) -> bool {
    matches!(byte, b'\t' | 0x0b | 0x0c | b'\r' | b' ')
}

/// Returns true if a single byte, read as Latin-1, is whitespace. Flags and the type of a `HEALTHCHECK` are
/// split at such bytes.
pub(super) const fn is_latin1_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ' | 0x85 | 0xa0)
}

/// The number of bytes of Unicode whitespace that `bytes` begins with.
pub(super) fn leading_space(bytes: &[u8]) -> usize {
    let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
    let mut at = bytes.iter().take_while(is_blank).count();
    if bytes.get(at).is_some_and(u8::is_ascii_graphic) {
        return at;
    }
    while let Some((ch, len)) = decode(bytes, at) {
        if !ch.is_whitespace() {
            break;
        }
        at += len;
    }
    at
}

/// The length of `bytes` without trailing Unicode whitespace.
pub(super) fn trimmed_len(bytes: &[u8]) -> usize {
    let mut end = bytes.len();
    while let Some(&last) = end.checked_sub(1).and_then(|at| bytes.get(at)) {
        if last.is_ascii_graphic() {
            break;
        }
        let start = if last < 0x80 {
            end - 1
        } else {
            // Whitespace outside ASCII takes two or three bytes.
            let starts = [end.saturating_sub(2), end.saturating_sub(3)];
            let whole = |&start: &usize| decode(bytes, start).is_some_and(|(_, len)| start + len == end);
            match starts.into_iter().find(whole) {
                Some(start) => start,
                None => break,
            }
        };
        if !decode(bytes, start).is_some_and(|(ch, _)| ch.is_whitespace()) {
            break;
        }
        end = start;
    }
    end
}

/// The range of `bytes` without Unicode whitespace at both ends.
pub(super) fn trimmed(bytes: &[u8]) -> std::ops::Range<usize> {
    let end = trimmed_len(bytes);
    let start = leading_space(bytes.get(..end).unwrap_or_default());
    start..end
}

/// Lowercases like Go's `strings.ToLower`, if the result is ASCII.
pub(super) fn lower(ch: char) -> char {
    match ch {
        '\u{130}' => 'i',
        '\u{212a}' => 'k',
        ch => ch.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whitespace_is_unicode_at_both_ends() {
        for (text, expected) in [
            ("", 0..0),
            ("  ", 0..0),
            ("a", 0..1),
            ("\u{3000}\u{a0}a b\u{2003}\t", 5..8),
            ("é", 0..2),
            ("\u{85}x\u{85}", 2..3),
        ] {
            let found = trimmed(text.as_bytes());
            assert_eq!(&text[found], &text[expected], "{text:?}");
        }
    }

    #[test]
    fn each_bad_byte_is_one_replacement() {
        assert_eq!(text(b"a\xe2\x82b\xff"), "a\u{fffd}\u{fffd}b\u{fffd}");
    }
}
