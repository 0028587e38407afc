//! A word of an instruction: its text in the file, and its value before variables are expanded.

use std::borrow::Cow;

use memchr::memchr;

use super::lexer::{self, Mode};
use super::{bytes, json};
use crate::text::Span;

/// An argument or a part of one, as written in the file.
///
/// ```text
/// LABEL name="My image" \
/// ^^^^^ ^^^^ ^^^^^^^^^^
/// ```
/// A keyword and two words; the second is quoted, and its value is `My image`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Word<'a> {
    /// The place of the word. If it is spread over lines, the continuations between them are inside.
    pub span: Span,
    /// The word as written, including quotes, without continuations and the comments between them.
    pub raw: Cow<'a, [u8]>,
    /// The start of `raw` in the instruction's logical line.
    pub(super) at: u32,
    pub(super) form: Form,
    pub(super) escape: u8,
}

/// The notation of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A plain word; quotes are removed when variables are replaced.
    Plain,
    /// A JSON string with its quotes.
    Json,
    /// The value of a flag, whose quotes are removed at once.
    Flag,
}

/// The quotes around a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quote {
    /// No quotes.
    None,
    /// One pair of `'` around all of it.
    Single,
    /// One pair of `"` around all of it.
    Double,
    /// Quotes around parts of it, or multiple pairs.
    Mixed,
    /// A string in a JSON array.
    Json,
}

impl Word<'_> {
    /// The word before variables are replaced: JSON strings are decoded, flags have lost their quotes, other
    /// words still have them.
    pub fn text(&self) -> Cow<'_, str> {
        match self.form {
            Form::Plain => bytes::text(&self.raw),
            Form::Json => json::decode(&self.raw),
            Form::Flag => match unquoted(&self.raw, self.escape) {
                Some(text) => Cow::Owned(text),
                None => bytes::text(&self.raw),
            },
        }
    }

    /// The value with its quotes removed, if it does not depend on variables and its quotes are closed.
    ///
    /// Right for the words in which BuildKit replaces variables; in the others (`RUN`, `CMD`, `ENTRYPOINT`, `SHELL`,
    /// `HEALTHCHECK`, `MAINTAINER`) quotes belong to the value, which is [`Word::text`].
    pub fn cooked(&self) -> Option<Cow<'_, str>> {
        let text = self.text();
        if !lexer::is_special(&text, self.escape) {
            return Some(text);
        }
        lexer::constant(&text, Mode::word(self.escape)).map(Cow::Owned)
    }

    /// The quotes around the word.
    pub fn quote(&self) -> Quote {
        if self.form == Form::Json {
            return Quote::Json;
        }
        let is_quote = |byte: &u8| matches!(byte, b'\'' | b'"');
        let Some(first) = self.raw.first().filter(|byte| is_quote(byte)) else {
            return if self.raw.iter().any(is_quote) { Quote::Mixed } else { Quote::None };
        };
        let mut escaped = false;
        let mut closed = None;
        for (at, byte) in self.raw.iter().enumerate().skip(1) {
            if escaped {
                escaped = false;
            } else if *first == b'"' && *byte == self.escape {
                escaped = true;
            } else if byte == first {
                closed = Some(at);
                break;
            }
        }
        match (closed, first) {
            (Some(at), b'\'') if at + 1 == self.raw.len() => Quote::Single,
            (Some(at), b'"') if at + 1 == self.raw.len() => Quote::Double,
            _ => Quote::Mixed,
        }
    }

    /// Returns true if the word contains a `$` that may start a variable.
    pub fn has_variable(&self) -> bool {
        memchr(b'$', &self.raw).is_some()
    }
}

/// Returns a flag without quotes and escapes; `None` if it has neither and is ASCII. Its bytes are read as
/// Latin-1, as in BuildKit.
pub(super) fn unquoted(word: &[u8], escape: u8) -> Option<String> {
    if word.iter().all(|&byte| byte.is_ascii() && !matches!(byte, b'"' | b'\'') && byte != escape) {
        return None;
    }
    let mut text = String::with_capacity(word.len());
    let mut quote = None;
    let mut rest = word.iter().copied();
    while let Some(byte) = rest.next() {
        match quote {
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            Some(open) if open == byte => quote = None,
            _ if byte == escape => text.extend(rest.next().map(char::from)),
            _ => text.push(char::from(byte)),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(raw: &str) -> Word<'_> {
        let raw = Cow::Borrowed(raw.as_bytes());
        Word { span: Span::new(0, raw.len()), raw, at: 0, form: Form::Plain, escape: b'\\' }
    }

    #[test]
    fn quotes_are_recognized() {
        for (raw, expected) in [
            ("", Quote::None),
            ("a", Quote::None),
            ("'a'", Quote::Single),
            ("\"a\"", Quote::Double),
            (r#""a\"b""#, Quote::Double),
            (r"'a\'", Quote::Single),
            ("\"a\"b", Quote::Mixed),
            ("a'b'", Quote::Mixed),
            ("\"a", Quote::Mixed),
            ("'", Quote::Mixed),
        ] {
            assert_eq!(word(raw).quote(), expected, "{raw}");
        }
    }

    #[test]
    fn cooked_is_known_without_variables() {
        for (raw, expected) in [
            ("a b", Some("a b")),
            ("\"a\"'$b'c", Some("a$bc")),
            (r#""a\n\"""#, Some(r#"a\n""#)),
            (r"\$a", Some("$a")),
            ("$", Some("$")),
            ("$a", None),
            ("\"open", None),
        ] {
            assert_eq!(word(raw).cooked().as_deref(), expected, "{raw}");
        }
    }
}
