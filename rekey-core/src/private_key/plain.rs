//! The intended text of an input: ASCII with line feeds, with the origin of each byte.

use std::borrow::Cow;

use zeroize::{Zeroize, Zeroizing};

use super::{
    problem::ProblemKind,
    wrapped::{self, Wrapping},
};
use crate::text::Span;

/// A text after wrong encodings were undone.
pub(super) struct Plain<'a> {
    bytes: Cow<'a, [u8]>,
    /// The place of each byte in the input, and the end of the input; `None` if no place has changed.
    origins: Option<Vec<u32>>,
    /// The encodings that were undone.
    pub(super) undone: Vec<(ProblemKind, Span)>,
}

impl<'a> Plain<'a> {
    /// Undoes UTF-32, UTF-16, a byte order mark, lone carriage returns, escapes, and the encodings of URLs,
    /// emails and web pages.
    pub(super) fn of(input: &'a [u8]) -> Self {
        let mut plain = Self { bytes: Cow::Borrowed(input), origins: None, undone: Vec::new() };
        if !plain.undo_utf32() {
            plain.undo_utf16();
        }
        plain.skip_mark();
        plain.undo_lone_returns();
        plain.undo_escapes();
        plain.undo_encodings();
        plain
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The place in the input of a span of this text.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        match &self.origins {
            None => Span::new(start, end),
            Some(origins) => {
                let at = |at: usize| origins.get(at).or(origins.last()).copied().unwrap_or(0);
                // Between two places of a web page there may be tags, which are not a mistake.
                let end = if self.is_wrapped() { start } else { end };
                Span { start: at(start), end: at(end).max(at(start)) }
            }
        }
    }

    fn is_wrapped(&self) -> bool {
        self.undone.iter().any(|(kind, _)| matches!(kind, ProblemKind::Wrapped(_)))
    }

    fn replace(&mut self, bytes: Vec<u8>, origins: Vec<u32>) {
        if let Cow::Owned(mut old) = std::mem::replace(&mut self.bytes, Cow::Owned(bytes)) {
            old.zeroize();
        }
        self.origins = Some(origins);
    }

    fn origin(&self, at: usize) -> u32 {
        self.span(at, at).start
    }

    fn undo_utf16(&mut self) {
        let bytes = &*self.bytes;
        let (skip, big) = match bytes {
            [0xff, 0xfe, ..] => (2, false),
            [0xfe, 0xff, ..] => (2, true),
            [first, 0, second, 0, ..] if *first != 0 && *second != 0 => (0, false),
            [0, first, 0, second, ..] if *first != 0 && *second != 0 => (0, true),
            _ => return,
        };
        let units = bytes[skip..].chunks(2);
        // A character from one unit has at most three bytes.
        let mut out = Vec::with_capacity(3 * units.len());
        let mut origins = Vec::with_capacity(3 * units.len() + 1);
        for (at, unit) in units.enumerate() {
            let code = match unit {
                [a, b] => Some(u16::from_le_bytes(if big { [*b, *a] } else { [*a, *b] })),
                _ => None,
            };
            let c = code.and_then(|code| char::from_u32(code.into()));
            push_char(c, (skip + 2 * at) as u32, &mut out, &mut origins);
        }
        origins.push(bytes.len() as u32);
        self.undone.push((ProblemKind::Utf16, Span::new(0, skip)));
        self.replace(out, origins);
    }

    fn undo_utf32(&mut self) -> bool {
        let bytes = &*self.bytes;
        let is_ascii = |unit: &[u8], big: bool| match unit {
            [a, b, c, d] => (if big { *d } else { *a }) != 0 && [*b, *c, if big { *a } else { *d }] == [0; 3],
            _ => false,
        };
        let begins = |from: usize, big| bytes.get(from..from + 4).is_some_and(|unit| is_ascii(unit, big));
        let (skip, big) = match bytes {
            [0xff, 0xfe, 0, 0, ..] if begins(4, false) => (4, false),
            [0, 0, 0xfe, 0xff, ..] if begins(4, true) => (4, true),
            _ if begins(0, false) && begins(4, false) => (0, false),
            _ if begins(0, true) && begins(4, true) => (0, true),
            _ => return false,
        };
        let units = bytes[skip..].chunks(4);
        let mut out = Vec::with_capacity(bytes.len());
        let mut origins = Vec::with_capacity(bytes.len() + 1);
        for (at, unit) in units.enumerate() {
            let code = match unit {
                [a, b, c, d] => {
                    Some(u32::from_le_bytes(if big { [*d, *c, *b, *a] } else { [*a, *b, *c, *d] }))
                }
                _ => None,
            };
            push_char(code.and_then(char::from_u32), (skip + 4 * at) as u32, &mut out, &mut origins);
        }
        origins.push(bytes.len() as u32);
        self.undone.push((ProblemKind::Utf32, Span::new(0, skip)));
        self.replace(out, origins);
        true
    }

    fn skip_mark(&mut self) {
        if let Some(rest) = self.bytes.strip_prefix(b"\xef\xbb\xbf") {
            let out = rest.to_vec();
            let origins = (3..=self.bytes.len() as u32).collect();
            self.undone.push((ProblemKind::ByteOrderMark, Span::new(0, 3)));
            self.replace(out, origins);
        }
    }

    fn undo_lone_returns(&mut self) {
        let bytes = &*self.bytes;
        if bytes.contains(&b'\n') {
            return;
        }
        let Some(first) = bytes.iter().position(|byte| *byte == b'\r') else { return };
        let out = bytes.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect();
        let origins = (0..=bytes.len()).map(|at| self.origin(at)).collect();
        self.undone.push((ProblemKind::Cr, self.span(first, first + 1)));
        self.replace(out, origins);
    }

    fn undo_escapes(&mut self) {
        let whole = (0, self.bytes.len());
        if self.bytes.contains(&b'\\') {
            self.rewrite(ProblemKind::EscapedLineEnds, whole, |bytes, at, _| {
                wrapped::newline_escape(bytes, at)
            });
        }
        if let Some(range) = wrapped::around_key(&self.bytes).filter(|_| self.bytes.contains(&b'\\')) {
            let json = ProblemKind::Wrapped(Wrapping::Json);
            self.rewrite(json, range, |bytes, at, _| wrapped::json_escape(bytes, at));
        }
    }

    /// Only encodings around a key are undone: elsewhere the same characters are text.
    fn undo_encodings(&mut self) {
        let encodings: [(Wrapping, wrapped::Test, wrapped::Step); 4] = [
            (Wrapping::Percent, wrapped::is_form_encoded, wrapped::form_escape),
            (Wrapping::Percent, wrapped::is_percent_encoded, wrapped::percent_escape),
            (Wrapping::QuotedPrintable, wrapped::is_quoted_printable, wrapped::quoted_printable),
            (Wrapping::Markup, wrapped::is_markup, wrapped::markup),
        ];
        for (wrapping, is_encoded, step) in encodings {
            let Some((start, end)) = wrapped::around_key(&self.bytes) else { return };
            if is_encoded(&self.bytes[start..end]) {
                self.rewrite(ProblemKind::Wrapped(wrapping), (start, end), step);
            }
        }
    }

    /// Replaces bytes: for each place, `step` returns the number of bytes to replace and the replacement.
    fn rewrite(
        &mut self,
        kind: ProblemKind,
        (start, end): (usize, usize),
        step: impl Fn(&[u8], usize, Option<u8>) -> Option<(Option<u8>, usize)>,
    ) {
        let bytes = &*self.bytes;
        let mut out = Vec::with_capacity(bytes.len());
        let mut origins = Vec::with_capacity(bytes.len() + 1);
        let (mut at, mut first) = (0, None);
        while at < bytes.len() {
            let inside = (start..end).contains(&at);
            let (byte, width) = match step(bytes, at, out.last().copied()).filter(|_| inside) {
                Some(change) => {
                    first.get_or_insert((at, at + change.1));
                    change
                }
                None => (Some(bytes[at]), 1),
            };
            if let Some(byte) = byte {
                out.push(byte);
                origins.push(self.origin(at));
            }
            at += width;
        }
        let Some((from, to)) = first else {
            out.zeroize();
            return;
        };
        origins.push(self.origin(bytes.len()));
        // Wrapped text is marked only by its start: tags and references have any length.
        let to = if matches!(kind, ProblemKind::Wrapped(_)) { from } else { to };
        self.undone.push((kind, self.span(from, to)));
        self.replace(out, origins);
    }
}

/// Appends a character as UTF-8, all bytes of which come from the same place; `None` appends a byte that is
/// not UTF-8.
fn push_char(c: Option<char>, origin: u32, out: &mut Vec<u8>, origins: &mut Vec<u32>) {
    let mut buffer = Zeroizing::new([0; 4]);
    let bytes: &[u8] = match c {
        Some(c) => c.encode_utf8(&mut *buffer).as_bytes(),
        None => b"\xff",
    };
    out.extend_from_slice(bytes);
    origins.extend(bytes.iter().map(|_| origin));
}

impl Drop for Plain<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(bytes) = &mut self.bytes {
            bytes.zeroize();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn plain(input: &[u8]) -> (String, Vec<ProblemKind>) {
        let plain = Plain::of(input);
        let kinds = plain.undone.iter().map(|(kind, _)| *kind).collect();
        (String::from_utf8_lossy(plain.bytes()).into_owned(), kinds)
    }

    #[test]
    fn encodings_are_undone() {
        for (input, text, kinds) in [
            (&b"a\nb\n"[..], "a\nb\n", vec![]),
            (b"a\r\nb\r\n", "a\r\nb\r\n", vec![]),
            (b"\xef\xbb\xbfa\n", "a\n", vec![ProblemKind::ByteOrderMark]),
            (b"a\rb\r", "a\nb\n", vec![ProblemKind::Cr]),
            (b"a\\nb\\r\\nc", "a\nb\nc", vec![ProblemKind::EscapedLineEnds]),
            (b"\xff\xfea\0b\0", "ab", vec![ProblemKind::Utf16]),
            (b"\xfe\xff\0a\0b", "ab", vec![ProblemKind::Utf16]),
            (b"a\0b\0", "ab", vec![ProblemKind::Utf16]),
            (b"\0a\0b", "ab", vec![ProblemKind::Utf16]),
            (b"\0\0\0\0", "\0\0\0\0", vec![]),
            (b"a\0b\0\r\0", "ab\n", vec![ProblemKind::Utf16, ProblemKind::Cr]),
        ] {
            assert_eq!(plain(input), (text.to_owned(), kinds), "{input:?}");
        }
    }

    #[test]
    fn places_are_those_of_the_input() {
        let escaped = Plain::of(b"a\\nb");
        assert_eq!(escaped.span(1, 2), Span::new(1, 3));
        assert_eq!(escaped.span(2, 3), Span::new(3, 4));
        assert_eq!(escaped.span(3, 3), Span::at(4));
        let wide = Plain::of(b"\xff\xfea\0b\0");
        assert_eq!(wide.span(1, 2), Span::new(4, 6));
        let marked = Plain::of(b"\xef\xbb\xbfab");
        assert_eq!(marked.span(1, 2), Span::new(4, 5));
    }
}
