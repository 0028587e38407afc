//! The certain parts of a text that depends on unknown values: its literal parts, in order.
//!
//! During expansion, an unknown value is represented by one character, [`ANY`] or [`SOME`]. A text that
//! itself contains one of them only loses certainty.

/// A placeholder for any text, including an empty one.
pub(super) const ANY: char = '\u{10ffff}';
/// A placeholder for any non-empty text.
pub(super) const SOME: char = '\u{10fffe}';

/// An unknown value, as written into a word.
pub(super) const ANY_TEXT: &str = "\u{10ffff}";
/// An unknown, non-empty value, as written into a word.
pub(super) const SOME_TEXT: &str = "\u{10fffe}";

/// Returns true if a part of the text is unknown.
pub(super) fn is_open(text: &str) -> bool {
    text.contains([ANY, SOME])
}

/// Returns true if the text may be empty.
pub(super) fn may_be_empty(text: &str) -> bool {
    text.chars().all(|ch| ch == ANY)
}

/// The certain parts of an unknown text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape(Box<str>);

impl Shape {
    /// The shape of any text.
    pub(super) fn any() -> Self {
        Self(ANY_TEXT.into())
    }

    /// The shape of any non-empty text.
    pub(super) fn some() -> Self {
        Self(SOME_TEXT.into())
    }

    /// The shape of an expanded word. For a long word only whether it may be empty is kept, since values
    /// refer to each other.
    pub(super) fn of(text: &str) -> Self {
        const LONGEST: usize = 256;
        match text.len() {
            ..=LONGEST => Self(text.into()),
            _ if may_be_empty(text) => Self::any(),
            _ => Self::some(),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns true if the text may be empty.
    pub fn may_be_empty(&self) -> bool {
        may_be_empty(&self.0)
    }

    /// Returns true if the text may be this one.
    pub fn may_be(&self, text: &str) -> bool {
        if text.is_empty() {
            return self.may_be_empty();
        }
        let mut parts = self.0.split([ANY, SOME]);
        let Some(rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        let Some(mut rest) = rest.strip_suffix(last) else { return false };
        parts.all(|part| match rest.split_once(part) {
            Some((_, behind)) => {
                rest = behind;
                true
            }
            None => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `*` is any text, `+` any non-empty text.
    fn shape(text: &str) -> Shape {
        Shape::of(&text.replace('*', ANY_TEXT).replace('+', SOME_TEXT))
    }

    #[test]
    fn a_shape_excludes_texts() {
        for (text, may_be, cannot_be) in [
            ("*", &["", "0", "root"][..], &[][..]),
            ("+", &["0", "root"], &[""]),
            ("app*", &["app", "app1"], &["", "0", "root"]),
            ("0*", &["0", "00"], &["", "root"]),
            ("r*t", &["root", "rt"], &["", "0", "r"]),
            ("*o*", &["root", "o"], &["", "0"]),
            ("*:*", &[":", "0:0"], &["", "0", "root"]),
            ("*0", &["0", "10"], &["", "root"]),
            ("ro*oot", &["rooot"], &["root", "rooo"]),
            ("1001", &["1001"], &["", "1", "10010"]),
        ] {
            let shape = shape(text);
            assert!(may_be.iter().all(|value| shape.may_be(value)), "{text} may be {may_be:?}");
            assert!(!cannot_be.iter().any(|value| shape.may_be(value)), "{text} cannot be {cannot_be:?}");
        }
    }

    #[test]
    fn a_long_shape_is_not_kept() {
        assert_eq!(shape(&"*".repeat(300)), Shape::any());
        assert_eq!(shape(&"*v".repeat(300)), Shape::some());
    }
}
