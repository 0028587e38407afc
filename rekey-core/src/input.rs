//! The input of a check: a text, its name, and the document that contains it.

use std::borrow::Cow;

use zeroize::Zeroizing;

use crate::{finding::Source, text::Span};

/// A text to check, borrowed or owned. An owned one is wiped when it is dropped: it may be a key.
///
/// ```
/// use rekey_core::{Target, Source, Text, check_tag};
///
/// let text = Text::from("FROM scratch\n").called(Source::file("app/Dockerfile"));
/// assert_eq!(text.bytes().len(), 13);
/// assert!(check_tag(format!("{}-{}", "1.0", 1), &Target::default()).passed());
/// ```
#[derive(Clone)]
pub struct Text<'a> {
    bytes: Bytes<'a>,
    source: Option<Source>,
    origin: Option<Origin<'a>>,
}

#[derive(Clone)]
enum Bytes<'a> {
    Borrowed(&'a [u8]),
    Owned(Zeroizing<Vec<u8>>),
}

/// The document that contains a text, so that findings can point into it.
#[derive(Clone)]
pub struct Origin<'a> {
    /// The name of the document.
    pub source: Source,
    /// The whole document.
    pub document: &'a [u8],
    /// The span of the text in the document, without quotes.
    pub span: Span,
}

impl<'a> Text<'a> {
    /// The bytes as given.
    pub fn bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Borrowed(bytes) => bytes,
            Bytes::Owned(bytes) => bytes,
        }
    }

    /// Sets the name of the text in reports.
    #[must_use]
    pub fn called(mut self, source: Source) -> Self {
        self.source = Some(source);
        self
    }

    /// Sets the document that contains the text. Findings then have places in the document.
    ///
    /// If the document contains the text byte for byte, a finding marks the exact place; if the text is
    /// written with escapes, the whole value.
    #[must_use]
    pub fn read_from(mut self, origin: Origin<'a>) -> Self {
        self.origin = Some(origin);
        self
    }

    /// The name in reports: that of the document, the name that was set, or the field.
    pub(crate) fn source(&self, field: &'static str) -> Source {
        let named = self.origin.as_ref().map(|origin| &origin.source).or(self.source.as_ref());
        named.cloned().unwrap_or(Source::field(field))
    }

    /// The text in which places are counted.
    pub(crate) fn document(&self) -> &[u8] {
        self.origin.as_ref().map_or_else(|| self.bytes(), |origin| origin.document)
    }

    /// The place of a span of the text in the document.
    pub(crate) fn place(&self, span: Span) -> Span {
        match &self.origin {
            None => span,
            Some(origin) if self.is_verbatim() => span.shifted(origin.span.start as usize),
            Some(origin) => origin.span,
        }
    }

    /// The place of the text in `document`, if that contains it.
    pub(crate) fn span_in(&self, document: &Text<'_>) -> Option<Span> {
        let origin = self.origin.as_ref()?;
        (origin.source == document.source("")).then_some(origin.span)
    }

    /// Returns true if the document contains the text unchanged, so that an edit of one is an edit of the
    /// other.
    pub(crate) fn is_verbatim(&self) -> bool {
        self.origin.as_ref().is_none_or(|origin| origin.span.of(origin.document) == self.bytes())
    }
}

impl std::fmt::Debug for Text<'_> {
    /// Omits the bytes, which may be a key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text")
            .field("len", &self.bytes().len())
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl<'a> From<&'a [u8]> for Text<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self { bytes: Bytes::Borrowed(bytes), source: None, origin: None }
    }
}

impl From<Vec<u8>> for Text<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes: Bytes::Owned(bytes.into()), source: None, origin: None }
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl<'a> From<Cow<'a, str>> for Text<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        match text {
            Cow::Borrowed(text) => text.into(),
            Cow::Owned(text) => text.into(),
        }
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        text.as_bytes().into()
    }
}

impl<'a> From<&'a String> for Text<'a> {
    fn from(text: &'a String) -> Self {
        text.as_bytes().into()
    }
}

impl<'a> From<&'a Vec<u8>> for Text<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        bytes.as_slice().into()
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Text<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        bytes.as_slice().into()
    }
}
