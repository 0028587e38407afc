//! Fixes applied to a text.

use napi::{Either, bindgen_prelude::Buffer};
use napi_derive::napi;
use rekey_core::{Edit, Fix, Safety, Span, text::Range};

use crate::content::{Content, Unit, bytes, unit};

/// The replacement of one range by a text, in the unit of the edited text.
#[napi(object, object_to_js = false)]
pub struct EditOf {
    /// The start of the replaced text.
    pub start: u32,
    /// The end of the replaced text.
    pub end: u32,
    /// The replacement.
    pub text: String,
}

/// A text with fixes applied.
#[napi(object, object_from_js = false)]
pub struct Fixed {
    /// The text, a string if the input was one.
    pub text: Either<String, Buffer>,
    /// The number of applied fixes.
    pub applied: u32,
}

/// Applies every fix that does not overlap an earlier one.
pub(crate) fn apply_fixes(content: &Content<'_>, fixes: Vec<Vec<EditOf>>) -> Fixed {
    let text = bytes(content);
    let ends = fixes.iter().flatten().flat_map(|edit| [edit.start, edit.end]);
    let offsets = Offsets::new(text, unit(content), ends.collect());
    let fixes: Vec<_> = fixes.into_iter().map(|edits| offsets.fix(edits)).collect();
    let (fixed, applied) = rekey_core::apply_fixes(text, &fixes, Safety::Safe);
    let text = match content {
        Either::A(_) => Either::A(String::from_utf8_lossy(&fixed).into_owned()),
        Either::B(_) => Either::B(fixed.into()),
    };
    Fixed { text, applied: applied as u32 }
}

/// Offsets in JavaScript's unit, in order, with the corresponding byte offsets.
struct Offsets {
    known: Vec<(u32, u32)>,
}

impl Offsets {
    fn new(text: &[u8], unit: Unit, mut wanted: Vec<u32>) -> Self {
        wanted.sort_unstable();
        wanted.dedup();
        let text = std::str::from_utf8(text).unwrap_or_default();
        if unit == Unit::Bytes || text.is_ascii() {
            return Self { known: wanted.into_iter().map(|offset| (offset, offset)).collect() };
        }
        let mut characters = text.char_indices();
        let (mut byte, mut utf16) = (0, 0);
        let known = wanted.into_iter().map(|offset| {
            while utf16 < offset {
                let Some((at, c)) = characters.next() else { return (offset, u32::MAX) };
                byte = (at + c.len_utf8()) as u32;
                utf16 += c.len_utf16() as u32;
            }
            (offset, if utf16 == offset { byte } else { u32::MAX })
        });
        Self { known: known.collect() }
    }

    /// The byte at an offset; beyond the end of the text if the offset is invalid.
    fn byte(&self, offset: u32) -> u32 {
        let at = self.known.binary_search_by_key(&offset, |(offset, _)| *offset);
        at.ok().and_then(|at| self.known.get(at)).map_or(u32::MAX, |(_, byte)| *byte)
    }

    fn fix(&self, edits: Vec<EditOf>) -> Fix {
        let edits = edits.into_iter().map(|edit| {
            let bytes = Span { start: self.byte(edit.start), end: self.byte(edit.end) };
            Edit { range: Range { bytes, ..Range::default() }, text: edit.text }
        });
        Fix { safety: Safety::Safe, description: String::new(), edits: edits.collect() }
    }
}
