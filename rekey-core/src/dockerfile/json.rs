//! JSON arrays of strings as Go's `encoding/json` accepts them: the exec form of an instruction.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use super::{bytes, limits};

/// The kinds of a text that may be an array.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Array {
    /// An array of strings; each range holds one with its quotes.
    Strings(Vec<Range<usize>>),
    /// An array with something other than strings.
    Mixed,
    /// Not an array, or not JSON.
    None,
}

/// Reads a text that may be an array.
pub(super) fn array(text: &[u8]) -> Array {
    if text.first() != Some(&b'[') {
        return Array::None;
    }
    let mut scanner = Scanner { text, at: 0 };
    scanner.array().unwrap_or(Array::None)
}

/// The text of a JSON string with its quotes; invalid escapes and surrogates become replacement characters.
pub(super) fn decode(literal: &[u8]) -> Cow<'_, str> {
    let inner = literal.get(1..literal.len().saturating_sub(1)).unwrap_or_default();
    if memchr(b'\\', inner).is_none() {
        return bytes::text(inner);
    }
    let mut text = String::with_capacity(inner.len());
    let mut at = 0;
    while let Some((ch, len)) = bytes::decode(inner, at) {
        at += len;
        if ch != '\\' {
            text.push(ch);
            continue;
        }
        let escaped = inner.get(at).copied().unwrap_or(b'\\');
        at += 1;
        text.push(match escaped {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let (ch, len) = unicode(inner, at);
                at += len;
                ch
            }
            other => char::from(other),
        });
    }
    Cow::Owned(text)
}

/// The character after `\u`, from one unit or a pair, and its length in bytes.
fn unicode(text: &[u8], at: usize) -> (char, usize) {
    let unit = |at: usize| {
        let digits = std::str::from_utf8(text.get(at..at + 4)?).ok()?;
        u32::from_str_radix(digits, 16).ok()
    };
    let Some(first) = unit(at) else { return (char::REPLACEMENT_CHARACTER, 0) };
    if let Some(ch) = char::from_u32(first) {
        return (ch, 4);
    }
    let second = if text.get(at + 4..at + 6) == Some(b"\\u") { unit(at + 6) } else { None };
    if let (0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) = (first, second) {
        let code = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
        return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 10);
    }
    (char::REPLACEMENT_CHARACTER, 4)
}

struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn is_next(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn array(&mut self) -> Option<Array> {
        let mut strings = Vec::new();
        let mut mixed = false;
        self.at += 1;
        self.blanks();
        if !self.is_next(b']') {
            loop {
                self.blanks();
                let start = self.at;
                if self.peek() == Some(b'"') {
                    self.string()?;
                    strings.push(start..self.at);
                } else {
                    mixed = true;
                    self.value()?;
                }
                self.blanks();
                if self.is_next(b']') {
                    break;
                }
                if !self.is_next(b',') {
                    return None;
                }
            }
        }
        self.blanks();
        if self.at < self.text.len() {
            return None;
        }
        Some(if mixed { Array::Mixed } else { Array::Strings(strings) })
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'"' => return Some(()),
                0..0x20 => return None,
                b'\\' => {
                    let escaped = self.peek()?;
                    self.at += 1;
                    match escaped {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                        b'u' => {
                            let digits = self.text.get(self.at..self.at + 4)?;
                            if !digits.iter().all(u8::is_ascii_hexdigit) {
                                return None;
                            }
                            self.at += 4;
                        }
                        _ => return None,
                    }
                }
                _ => {}
            }
        }
    }

    /// Skips a value that is not a string, with its contents.
    fn value(&mut self) -> Option<()> {
        // The open brackets, without that of the outermost array.
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.blanks();
            match self.peek()? {
                b'"' => self.string()?,
                bracket @ (b'[' | b'{') => {
                    self.at += 1;
                    if open.len() + 2 > limits::MAX_JSON_DEPTH {
                        return None;
                    }
                    self.blanks();
                    let close = if bracket == b'[' { b']' } else { b'}' };
                    if !self.is_next(close) {
                        open.push(close);
                        if bracket == b'{' {
                            self.key()?;
                        }
                        continue;
                    }
                }
                b't' => self.literal(b"true")?,
                b'f' => self.literal(b"false")?,
                b'n' => self.literal(b"null")?,
                _ => self.number()?,
            }
            loop {
                let Some(&close) = open.last() else { return Some(()) };
                self.blanks();
                if self.is_next(close) {
                    open.pop();
                    continue;
                }
                if !self.is_next(b',') {
                    return None;
                }
                if close == b'}' {
                    self.key()?;
                }
                break;
            }
        }
    }

    fn key(&mut self) -> Option<()> {
        self.blanks();
        if self.peek() != Some(b'"') {
            return None;
        }
        self.string()?;
        self.blanks();
        self.is_next(b':').then_some(())
    }

    fn literal(&mut self, word: &[u8]) -> Option<()> {
        let found = self.text.get(self.at..)?.starts_with(word);
        self.at += word.len();
        found.then_some(())
    }

    /// Skips a number. One beyond 64-bit floating point is an error in Go, so it is not JSON.
    fn number(&mut self) -> Option<()> {
        let start = self.at;
        self.is_next(b'-');
        if !self.is_next(b'0') {
            self.digits()?;
        }
        if self.is_next(b'.') {
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let number = std::str::from_utf8(self.text.get(start..self.at)?).ok()?;
        number.parse::<f64>().ok().filter(|number| number.is_finite()).map(|_| ())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "one string is one range")]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_strict() {
        for (text, expected) in [
            ("[]", Array::Strings(vec![])),
            ("[ ]\t", Array::Strings(vec![])),
            (r#"["a"]"#, Array::Strings(vec![1..4])),
            (r#"[ "a" , "b\"" ]"#, Array::Strings(vec![2..5, 8..13])),
            (r#"["a",1]"#, Array::Mixed),
            (r#"[["a"],{"k":[null,true]}]"#, Array::Mixed),
            ("[-0.5e+3]", Array::Mixed),
            ("[1e999]", Array::None),
            ("[01]", Array::None),
            ("['a']", Array::None),
            (r#"["a",]"#, Array::None),
            (r#"["a"] # c"#, Array::None),
            ("[\"\t\"]", Array::None),
            (r#"["\x"]"#, Array::None),
            (r#"["a""#, Array::None),
            ("", Array::None),
            (r#""a""#, Array::None),
            (r#"[{"a"}]"#, Array::None),
        ] {
            assert_eq!(array(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(array(nested(limits::MAX_JSON_DEPTH).as_bytes()), Array::Mixed);
        assert_eq!(array(nested(limits::MAX_JSON_DEPTH + 1).as_bytes()), Array::None);
    }

    #[test]
    fn strings_decode() {
        for (literal, expected) in [
            (r#""a\n\u0041\"""#, "a\nA\""),
            (r#""\ud83d\ude00""#, "😀"),
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""\ud83dx""#, "\u{fffd}x"),
        ] {
            assert_eq!(decode(literal.as_bytes()), expected, "{literal}");
        }
    }
}
