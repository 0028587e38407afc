//! Texts from JavaScript.

use napi::{Either, bindgen_prelude::Uint8ArraySlice};
use rekey_core::Text;
use zeroize::Zeroize;

/// A string, in which places are counted in UTF-16 units, or bytes, in which they are counted in bytes.
pub(crate) type Content<'a> = Either<String, Uint8ArraySlice<'a>>;

/// The bytes of a text; a string is encoded as UTF-8.
pub(crate) fn bytes<'a>(content: &'a Content<'_>) -> &'a [u8] {
    match content {
        Either::A(text) => text.as_bytes(),
        Either::B(bytes) => bytes,
    }
}

/// The unit that places in a text are counted in.
pub(crate) const fn unit(content: &Content<'_>) -> Unit {
    match content {
        Either::A(_) => Unit::Utf16,
        Either::B(_) => Unit::Bytes,
    }
}

/// The unit of an offset.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// UTF-16 units, as `String.prototype.slice` does.
    Utf16,
    /// Bytes, as `Uint8Array.prototype.subarray` does.
    Bytes,
}

/// A text that may contain a private key or a password: the copy of a string is wiped on drop.
pub(crate) struct Secret<'a>(pub(crate) Content<'a>);

impl Secret<'_> {
    /// The text, for a check.
    pub(crate) fn text(&self) -> Text<'_> {
        bytes(&self.0).into()
    }
}

impl Drop for Secret<'_> {
    fn drop(&mut self) {
        if let Either::A(text) = &mut self.0 {
            text.zeroize();
        }
    }
}
