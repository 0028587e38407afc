//! The facts about a key that Red Hat's registries accept as a password, without the key itself.

/// The number of characters in a project's key for `quay.io`.
///
/// Source: quay/quay: a robot account's token is random text of 64 uppercase letters and digits.
pub const QUAY_KEY_CHARS: usize = 64;

/// The start of every robot account's name on `quay.io`.
const ROBOT: &[u8] = b"redhat-isv-containers+";

/// The form of a registry key. The key is measured while it is read, and not kept.
///
/// ```
/// use rekey_core::credentials::registry_key::{Fault, KeyForm};
///
/// let form = KeyForm::of(b"redhat-isv-containers+60d30f5bbd852dbf4220902b-robot\n");
/// assert_eq!(form.quay_fault(), Some(Fault::Robot));
/// assert_eq!(KeyForm::of("A1".repeat(32).as_bytes()).quay_fault(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyForm {
    fault: Option<Fault>,
    ends_with_newline: bool,
}

/// The reason why a text is not a project's key for `quay.io`.
///
/// In increasing order of relevance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The text has too few or too many characters.
    #[error("found {0}")]
    Length(usize),
    /// The text has characters that a key cannot contain.
    #[error("found other characters")]
    Foreign,
    /// The text has lowercase letters.
    #[error("found lowercase letters")]
    LowerCase,
    /// The text has spaces or newlines inside or around it.
    #[error("found spaces or newlines")]
    Blanks,
    /// The text is a credentials file.
    #[error("found JSON")]
    Json,
    /// The text is the user name instead of the key.
    #[error("found the name of a robot account")]
    Robot,
    /// The text is empty.
    #[error("found nothing")]
    Empty,
}

impl KeyForm {
    /// Measures a text. One newline at the end is ignored, as in `podman login --password-stdin`.
    pub fn of(text: &[u8]) -> Self {
        let line = text.strip_suffix(b"\n").unwrap_or(text);
        let form = Self::counted(line.strip_suffix(b"\r").unwrap_or(line).iter().copied());
        let blanks = form.ends_with_newline.then_some(Fault::Blanks);
        Self { fault: form.fault.max(blanks), ..form }
    }

    /// Returns true if newlines follow the key, as `echo` writes one. [`quay_fault`](Self::quay_fault)
    /// ignores them.
    pub fn ends_with_newline(&self) -> bool {
        self.ends_with_newline
    }

    pub(crate) fn counted(text: impl Iterator<Item = u8>) -> Self {
        let (mut bytes, mut robot) = (0, true);
        let mut gravest = None;
        let mut newlines = 0;
        for byte in text {
            if matches!(byte, b'\r' | b'\n') {
                newlines += 1;
                continue;
            }
            if newlines > 0 {
                gravest = gravest.max(Some(Fault::Blanks));
                bytes += std::mem::take(&mut newlines);
            }
            let fault = match byte {
                b'{' if bytes == 0 => Some(Fault::Json),
                b'A'..=b'Z' | b'0'..=b'9' => None,
                b'a'..=b'z' => Some(Fault::LowerCase),
                _ if byte.is_ascii_whitespace() => Some(Fault::Blanks),
                _ => Some(Fault::Foreign),
            };
            gravest = gravest.max(fault);
            robot &= ROBOT.get(bytes).is_none_or(|expected| *expected == byte);
            bytes += 1;
        }
        let fault = match bytes {
            0 => Some(Fault::Empty),
            _ if robot && bytes >= ROBOT.len() => Some(Fault::Robot),
            _ => gravest.or((bytes != QUAY_KEY_CHARS).then_some(Fault::Length(bytes))),
        };
        Self { fault, ends_with_newline: newlines > 0 }
    }

    /// Returns the reason why the text is not a project's key for `quay.io` (64 uppercase letters and
    /// digits), if any.
    pub fn quay_fault(&self) -> Option<Fault> {
        self.fault
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_on_quay_is_64_uppercase_letters_and_digits() {
        let key = "0A".repeat(32);
        for (text, fault) in [
            (key.clone(), None),
            (format!("{key}\n"), None),
            (format!("{key}\r\n"), None),
            (format!("{key}\n\n"), Some(Fault::Blanks)),
            (format!(" {key}"), Some(Fault::Blanks)),
            (key.to_lowercase(), Some(Fault::LowerCase)),
            (key[1..].to_owned(), Some(Fault::Length(63))),
            (format!("{key}0"), Some(Fault::Length(65))),
            (format!("{}+", &key[1..]), Some(Fault::Foreign)),
            (String::new(), Some(Fault::Empty)),
            ("\n".to_owned(), Some(Fault::Empty)),
            ("{\"auths\": {}}".to_owned(), Some(Fault::Json)),
            (format!("{}{{", &key[1..]), Some(Fault::Foreign)),
            ("redhat-isv-containers+0-robot".to_owned(), Some(Fault::Robot)),
            ("redhat-isv".to_owned(), Some(Fault::LowerCase)),
        ] {
            assert_eq!(KeyForm::of(text.as_bytes()).quay_fault(), fault, "{text:?}");
        }
    }
}
