//! The problems of a key's text, by kind and place, without the text itself.

use super::{
    der,
    kind::{Kind, Label},
    wrapped::Wrapping,
};
use crate::text::Span;

/// A problem of a key's text, with its place.
///
/// It contains no part of the text, except for one character that cannot belong to a key. A place within a
/// key's body is a position without length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
#[non_exhaustive]
pub struct Problem {
    /// The kind of problem.
    pub kind: ProblemKind,
    /// Its place.
    pub span: Span,
}

/// The reasons why a text is not the private key that it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The text is empty.
    #[error("expected a private key, found nothing")]
    Empty,
    /// The text is longer than any key.
    #[error("the text has {0} bytes; at most {limit} are allowed", limit = super::limits::MAX_BYTES)]
    TooLong(usize),
    /// Something other than an RSA private key.
    #[error("expected an RSA private key, found {0}")]
    NotRsaKey(Kind),
    /// A key with a passphrase.
    #[error("the key has a passphrase: it is {0}")]
    Encrypted(Kind),
    /// DER that is not base64-encoded.
    #[error("expected PEM, found the bytes of {0}")]
    Binary(Kind),

    /// A key inside another format, or in another encoding.
    #[error("this is a private key {0}")]
    Wrapped(Wrapping),
    /// UTF-16.
    #[error("expected ASCII, found UTF-16")]
    Utf16,
    /// UTF-32.
    #[error("expected ASCII, found UTF-32")]
    Utf32,
    /// A byte order mark.
    #[error("expected `-----BEGIN` first, found a byte order mark (U+FEFF)")]
    ByteOrderMark,
    /// CR LF newlines.
    #[error("lines end with CR LF instead of LF")]
    CrLf,
    /// CR newlines.
    #[error("lines end with CR instead of LF")]
    Cr,
    /// No newline after the footer.
    #[error("the last line has no newline")]
    NoFinalLineEnd,
    /// A backslash and an `n` in place of newlines.
    #[error("newlines are written as the two characters `\\n`")]
    EscapedLineEnds,
    /// Spaces before the lines.
    #[error("the lines are indented")]
    Indented,
    /// `>` before the lines, as mail programs insert it.
    #[error("the line begins with a quotation mark `>`")]
    Quoted,
    /// Spaces after the lines.
    #[error("lines end with whitespace")]
    TrailingBlanks,
    /// Spaces among the digits.
    #[error("a line of base64 contains whitespace")]
    BlankInside,
    /// Spaces in place of `+`, from a decoder of web forms that was applied to unencoded text.
    #[error("spaces replace `+`, as after a form decoder")]
    LostPlus,
    /// An empty line.
    #[error("the key contains an empty line")]
    BlankLine,
    /// Header, body and footer on the same line.
    #[error("`BEGIN` or `END` shares its line with the body")]
    OneLine,
    /// Lines of another width.
    #[error("expected lines of {expected} characters, found {found}")]
    LineWidth {
        /// The width that `ssh-keygen` would write.
        expected: usize,
        /// The width of the first line.
        found: usize,
    },
    /// A line whose width differs from the one before.
    #[error("expected a line of {expected} characters like the one before, found {found}")]
    UnevenLine {
        /// The width of the first line.
        expected: usize,
        /// The width of this line.
        found: usize,
    },
    /// An invisible character before the key.
    #[error("expected `-----BEGIN` first, found {}", shown(*.0))]
    InvisibleBefore(char),
    /// Text before the key.
    #[error("there is text before the key")]
    TextBefore,
    /// Text after the key.
    #[error("there is text after the key")]
    TextAfter,
    /// A second copy of the key.
    #[error("the text contains the same key twice")]
    SameBlock,
    /// Another block beside the key.
    #[error("the text contains a second block, `{0}`")]
    OtherBlock(Label),
    /// A header line that does not belong to a key.
    #[error("expected base64, found a header line")]
    Header,

    /// No `BEGIN` line.
    #[error("`-----BEGIN RSA PRIVATE KEY-----` is missing before the key")]
    NoBegin,
    /// No `END` line.
    #[error("`-----END RSA PRIVATE KEY-----` is missing after the key")]
    NoEnd,
    /// Too few or too many dashes.
    #[error("expected five dashes on each side of the label, found {0} and {1}")]
    Dashes(u8, u8),
    /// A non-ASCII dash.
    #[error("expected `-`, found {}", shown_dash(*.0))]
    ForeignDash(char),
    /// Different labels after `BEGIN` and `END`.
    #[error("`BEGIN` and `END` have different labels: `{0}` and `{1}`")]
    LabelsDiffer(Label, Label),
    /// A label in lowercase.
    #[error("the label is not in uppercase")]
    LabelCase,
    /// A label with too few or too many spaces.
    #[error("expected the label `{0}`, found different whitespace in it")]
    LabelBlanks(Label),
    /// A non-ASCII space, or an invisible character.
    #[error("expected a space (U+0020) in the label, found {}", shown(*.0))]
    ForeignSpace(char),

    /// A character that cannot belong to a key.
    #[error("expected base64, found {}", shown(*.0))]
    Foreign(char),
    /// A byte that is not UTF-8.
    #[error("expected base64, found bytes that are not UTF-8")]
    ForeignByte,
    /// `-` or `_` in place of `+` and `/`.
    #[error("expected base64, found the URL-safe variant with `{0}`")]
    UrlDigit(char),
    /// Missing or surplus `=`.
    #[error("expected {expected} `=` after the last digit, found {found}")]
    Padding {
        /// The number that the digits require.
        expected: u8,
        /// The number that is there.
        found: u8,
    },
    /// Digits after `=`.
    #[error("the base64 goes on after `=`")]
    AfterPadding,
    /// A number of digits that no whole number of bytes encodes to.
    #[error("the number of base64 characters, {0}, is not a multiple of four")]
    DigitCount(usize),
    /// Bits after the last byte that should be zero.
    #[error("the last base64 character has unused bits set")]
    LeftOverBits,
    /// Nothing between header and footer.
    #[error("there is no key between `BEGIN` and `END`")]
    NoBody,

    /// Fewer bytes than the key declares.
    #[error("the key is incomplete: it should have {declared} bytes and has {found}; {} characters of base64 are missing", missing(*.declared, *.found))]
    Truncated {
        /// The number of bytes that the key declares.
        declared: usize,
        /// The number that is there.
        found: usize,
    },
    /// More bytes than the key declares.
    #[error("the key should have {declared} bytes and has {found}")]
    TrailingBytes {
        /// The number of bytes that the key declares.
        declared: usize,
        /// The number that is there.
        found: usize,
    },
    /// An encoding that is not valid DER.
    #[error("byte {offset} of the key: {reason}")]
    Der {
        /// The defect.
        reason: der::Reason,
        /// The offset in the decoded key, from 0.
        offset: usize,
    },
    /// A version of PKCS#1 or PKCS#8 that does not exist.
    #[error("expected version 0, found {0}")]
    Version(u64),
    /// A key with more than two primes.
    #[error("the key has more than two primes")]
    MultiPrime,
    /// A label that does not match the content.
    #[error("the label says `{label}`, but the block contains {content}")]
    WrongLabel {
        /// The label.
        label: Label,
        /// The kind of the content.
        content: Kind,
    },
    /// An inconsistent key in OpenSSH's format.
    #[error("invalid OpenSSH key: {0}")]
    Container(ContainerFault),
    /// A modulus with more bits than any program supports.
    #[error("the key has {0} bits; at most {limit} are allowed", limit = super::limits::MAX_BITS)]
    TooManyBits(u32),
    /// More bytes than any key has.
    #[error("the key has more than {} bytes", super::limits::MAX_DECODED_BYTES)]
    DecodedTooLong,
    /// A text that OpenSSH would not load.
    #[error("OpenSSH does not load this key")]
    Unreadable,
}

impl ProblemKind {
    /// Returns true if characters of the text are missing, surplus or wrong in a way that no more specific
    /// problem names.
    pub(crate) const fn is_damage(self) -> bool {
        matches!(
            self,
            Self::ByteOrderMark
                | Self::CrLf
                | Self::NoFinalLineEnd
                | Self::TrailingBlanks
                | Self::BlankInside
                | Self::LostPlus
                | Self::BlankLine
                | Self::LineWidth { .. }
                | Self::UnevenLine { .. }
                | Self::InvisibleBefore(_)
                | Self::TextBefore
                | Self::TextAfter
                | Self::Header
                | Self::Foreign(_)
                | Self::ForeignByte
                | Self::UrlDigit(_)
                | Self::Padding { .. }
                | Self::AfterPadding
                | Self::DigitCount(_)
                | Self::LeftOverBits
                | Self::NoBody
                | Self::Unreadable
        )
    }

    /// The rank in the order of problems. Causes come before their consequences: encodings of the whole text,
    /// single characters, missing parts, counts, and the decoded bytes.
    pub(super) const fn rank(self) -> u8 {
        match self {
            Self::Wrapped(_) | Self::Utf16 | Self::Utf32 | Self::Cr | Self::EscapedLineEnds => 0,
            Self::Truncated { .. } | Self::UnevenLine { .. } => 2,
            Self::LineWidth { .. } | Self::Padding { .. } | Self::DigitCount(_) | Self::LeftOverBits => 3,
            problem if problem.is_of_bytes() => 4,
            _ => 1,
        }
    }

    /// Returns true for a problem of the decoded bytes, which is meaningless if their text is damaged.
    pub(super) const fn is_of_bytes(self) -> bool {
        matches!(
            self,
            Self::Der { .. }
                | Self::TrailingBytes { .. }
                | Self::Version(_)
                | Self::MultiPrime
                | Self::Container(_)
                | Self::NotRsaKey(_)
                | Self::Unreadable
        )
    }

    /// Returns true if it changes the bytes that the key's base64 encodes.
    pub(super) const fn changes_bytes(self) -> bool {
        self.replaces_digits()
            || matches!(
                self,
                Self::Padding { .. }
                    | Self::DigitCount(_)
                    | Self::NoBody
                    | Self::BlankInside
                    | Self::UnevenLine { .. }
                    | Self::LeftOverBits
            )
    }

    /// Returns true if something is in the place of digits, so that they are missing.
    pub(super) const fn replaces_digits(self) -> bool {
        matches!(
            self,
            Self::Foreign(_) | Self::ForeignByte | Self::UrlDigit(_) | Self::AfterPadding | Self::Header
        )
    }

    /// Returns true if it can keep OpenSSH from reading a PEM text.
    pub(super) const fn is_fatal(self) -> bool {
        !matches!(
            self,
            Self::ByteOrderMark
                | Self::CrLf
                | Self::NoFinalLineEnd
                | Self::TrailingBlanks
                | Self::BlankInside
                | Self::LineWidth { .. }
                | Self::UnevenLine { .. }
                | Self::InvisibleBefore(_)
                | Self::TextBefore
                | Self::TextAfter
                | Self::SameBlock
                | Self::OtherBlock(_)
                | Self::LeftOverBits
        )
    }
}

/// A defect of a key in OpenSSH's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContainerFault {
    /// Wrong bytes at the beginning.
    #[error("it begins with other bytes")]
    Magic,
    /// The bytes end too early.
    #[error("it ends too early")]
    End,
    /// Bytes after its end.
    #[error("bytes follow its end")]
    Trailing,
    /// A number of keys other than one.
    #[error("it does not contain exactly one key")]
    KeyCount,
    /// Two check numbers that differ.
    #[error("its two check numbers differ")]
    Check,
    /// Wrong bytes at the end.
    #[error("its padding is wrong")]
    Padding,
    /// Two public keys that differ.
    #[error("its public and private keys differ")]
    Halves,
    /// A negative number.
    #[error("it contains a negative number")]
    Negative,
}

/// The number of base64 characters that encode the missing bytes.
fn missing(declared: usize, found: usize) -> usize {
    declared.saturating_sub(found).div_ceil(3) * 4
}

/// A character for display in a message: many are invisible or ambiguous.
fn shown(c: char) -> String {
    match c {
        c if c.is_ascii_graphic() => format!("`{c}`"),
        '\0' => "a null character (U+0000)".to_owned(),
        '\u{1b}' => "an escape character (U+001B), as terminals send it".to_owned(),
        '\u{a0}' => "a no-break space (U+00A0)".to_owned(),
        '\u{ad}' => "a soft hyphen (U+00AD)".to_owned(),
        '\u{200b}' => "a zero width space (U+200B)".to_owned(),
        '\u{200c}' => "a zero width non-joiner (U+200C)".to_owned(),
        '\u{200d}' => "a zero width joiner (U+200D)".to_owned(),
        '\u{200e}' => "a left-to-right mark (U+200E)".to_owned(),
        '\u{200f}' => "a right-to-left mark (U+200F)".to_owned(),
        '\u{202f}' => "a narrow no-break space (U+202F)".to_owned(),
        '\u{2060}' => "a word joiner (U+2060)".to_owned(),
        '\u{3000}' => "an ideographic space (U+3000)".to_owned(),
        '\u{feff}' => "a byte order mark (U+FEFF)".to_owned(),
        c => format!("the character U+{:04X}", c as u32),
    }
}

/// A dash for display in a message: one is invisible.
fn shown_dash(c: char) -> String {
    if c == '\u{ad}' { shown(c) } else { format!("the dash `{c}` (U+{:04X})", c as u32) }
}

/// Returns true if a character is invisible.
///
/// Source: Unicode 16, `DerivedCoreProperties.txt`, `Default_Ignorable_Code_Point`, and the controls.
pub(super) const fn is_invisible(c: char) -> bool {
    c.is_ascii_control()
        || is_foreign_space(c)
        || matches!(
            c,
            '\u{80}'..='\u{9f}'
                | '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2061}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fff8}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Returns true if a character is a non-ASCII space, or has no width.
pub(super) const fn is_foreign_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'
            ..='\u{200f}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{202f}'
                | '\u{205f}'
                | '\u{2060}'
                | '\u{3000}'
                | '\u{feff}'
    )
}
