//! Logical lines: physical lines joined at continuations, with a mapping back to the file.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use super::bytes;
use super::instruction::{self, Segment};
use super::word::{Form, Word};
use crate::text::Span;

/// A logical line.
pub(super) struct Line<'a, 'l> {
    /// The file.
    pub(super) input: &'a [u8],
    /// The line without continuations and the comments between.
    pub(super) joined: &'l [u8],
    /// The places of its bytes; at least one segment.
    pub(super) segments: &'l [Segment],
    /// The escape character.
    pub(super) escape: u8,
    /// Its first physical line, from 1.
    pub(super) number: u32,
}

impl<'a, 'l> Line<'a, 'l> {
    pub(super) fn text(&self, range: Range<usize>) -> &'l [u8] {
        self.joined.get(range).unwrap_or_default()
    }

    /// The bytes of a range, borrowed from the file unless they are spread over multiple lines.
    pub(super) fn bytes(&self, range: Range<usize>) -> Cow<'a, [u8]> {
        self.spread(range).1
    }

    pub(super) fn span(&self, range: Range<usize>) -> Span {
        instruction::span(self.segments, range).0
    }

    pub(super) fn word(&self, range: Range<usize>) -> Word<'a> {
        self.word_as(range, Form::Plain)
    }

    pub(super) fn word_as(&self, range: Range<usize>, form: Form) -> Word<'a> {
        let at = range.start as u32;
        let (span, raw) = if let [only] = self.segments {
            let span = Span::new(range.start, range.end).shifted(only.physical as usize);
            (span, Cow::Borrowed(self.input.get(span.range()).unwrap_or_default()))
        } else {
            self.spread(range)
        };
        Word { span, raw, at, form, escape: self.escape }
    }

    /// A range of a line that is joined from multiple physical ones.
    fn spread(&self, range: Range<usize>) -> (Span, Cow<'a, [u8]>) {
        let (span, whole) = instruction::span(self.segments, range.clone());
        let raw =
            if whole { Cow::Borrowed(span.of(self.input)) } else { Cow::Owned(self.text(range).to_vec()) };
        (span, raw)
    }

    /// The range without trailing spaces.
    pub(super) fn trim(&self, range: Range<usize>) -> Range<usize> {
        let trimmed = bytes::trimmed(self.text(range.clone()));
        range.start + trimmed.start..range.start + trimmed.end
    }
}

/// A physical line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Physical {
    /// Its start.
    pub(super) start: usize,
    /// The end of its text, before the newline and any carriage returns.
    pub(super) end: usize,
    /// The start of the next line.
    pub(super) next: usize,
}

/// The end of a physical line.
pub(super) enum Ending {
    /// An escape character at this place: the next line continues it.
    Continued(usize),
    /// Two escape characters, which end the instruction only for BuildKit.
    Escaped,
    Plain,
}

/// The line that begins at `start`, unless the text ends there.
pub(super) fn physical(input: &[u8], start: usize) -> Option<Physical> {
    let rest = input.get(start..).filter(|rest| !rest.is_empty())?;
    let (mut len, next) = match memchr(b'\n', rest) {
        Some(len) => (len, start + len + 1),
        None => (rest.len(), input.len()),
    };
    while let Some(b'\r') = len.checked_sub(1).and_then(|last| rest.get(last)) {
        len -= 1;
    }
    Some(Physical { start, end: start + len, next })
}

/// Determines the end of a line; `text` has no newline.
pub(super) fn ending(text: &[u8], escape: u8) -> Ending {
    let mut last = text.len();
    while let Some(b' ' | b'\t') = last.checked_sub(1).and_then(|at| text.get(at)) {
        last -= 1;
    }
    let Some(at) = last.checked_sub(1).filter(|&at| text.get(at) == Some(&escape)) else {
        return Ending::Plain;
    };
    match at.checked_sub(1).and_then(|before| text.get(before)) {
        Some(before) if *before == escape => Ending::Escaped,
        _ => Ending::Continued(at),
    }
}
