//! Places in a text: byte spans, and what a person or another language calls the same place.

use serde::{Deserialize, Serialize};

/// A half-open range of bytes in a text exactly as it was given: a BOM, a CRLF and trailing blanks count.
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
    /// The bytes from `start` up to, not including, `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The empty span before the byte at `offset`: where something is missing.
    pub const fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// How many bytes the span holds.
    pub const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span marks a position rather than bytes.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The bytes of `text` that the span marks; none of those that lie outside of it.
    pub fn of(self, text: &[u8]) -> &[u8] {
        let end = (self.end as usize).min(text.len());
        &text[(self.start as usize).min(end)..end]
    }

    /// The part of `text` that the span marks, if it is UTF-8.
    pub fn str(self, text: &[u8]) -> Option<&str> {
        std::str::from_utf8(self.of(text)).ok()
    }

    /// The shortest span that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same bytes in a text that has `by` more bytes in front.
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
