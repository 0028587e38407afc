//! The text of an input as it was meant: ASCII with line feeds, and where each byte of it came from.

use std::borrow::Cow;

use zeroize::Zeroize;

use super::problem::ProblemKind;
use crate::text::Span;

/// A text after undoing what a wrong encoding did to it.
pub(super) struct Plain<'a> {
    bytes: Cow<'a, [u8]>,
    /// Where each byte stood in the input, and where the input ended; none if each stands where it stood.
    origins: Option<Vec<u32>>,
    /// What was undone.
    pub(super) undone: Vec<(ProblemKind, Span)>,
}

impl<'a> Plain<'a> {
    /// Undoes UTF-16, a byte order mark, lone carriage returns and escaped line ends.
    pub(super) fn of(input: &'a [u8]) -> Self {
        let mut plain = Self { bytes: Cow::Borrowed(input), origins: None, undone: Vec::new() };
        plain.undo_utf16();
        plain.skip_mark();
        plain.undo_lone_returns();
        plain.undo_escapes();
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
                Span { start: at(start), end: at(end).max(at(start)) }
            }
        }
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
        let mut out = Vec::with_capacity(units.len());
        let mut origins = Vec::with_capacity(units.len() + 1);
        for (at, unit) in units.enumerate() {
            let (high, low) = match unit {
                [a, b] if big => (*a, *b),
                [a, b] => (*b, *a),
                _ => (0xff, 0xff),
            };
            out.push(if high == 0 { low } else { 0xff });
            origins.push((skip + 2 * at) as u32);
        }
        origins.push(bytes.len() as u32);
        self.undone.push((ProblemKind::Utf16, Span::new(0, skip)));
        self.replace(out, origins);
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
        let bytes = &*self.bytes;
        let is_escape = |at: usize| {
            bytes[at] == b'\\' && bytes.get(at + 1).is_some_and(|next| matches!(next, b'n' | b'r'))
        };
        let Some(first) = (0..bytes.len()).find(|at| is_escape(*at)) else { return };
        let mut out = Vec::with_capacity(bytes.len());
        let mut origins = Vec::with_capacity(bytes.len() + 1);
        let mut at = 0;
        while at < bytes.len() {
            let escape = is_escape(at);
            if !escape {
                out.push(bytes[at]);
                origins.push(self.origin(at));
            } else if bytes[at + 1] == b'n' {
                out.push(b'\n');
                origins.push(self.origin(at));
            }
            at += if escape { 2 } else { 1 };
        }
        origins.push(self.origin(bytes.len()));
        self.undone.push((ProblemKind::EscapedLineEnds, self.span(first, first + 2)));
        self.replace(out, origins);
    }
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
