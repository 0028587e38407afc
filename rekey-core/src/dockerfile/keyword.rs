//! The eighteen instructions.

use super::bytes;
use crate::suggest;

/// An instruction's keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "a keyword names itself")]
#[non_exhaustive]
pub enum Keyword {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
    /// Not an instruction; the line has a problem.
    Unknown,
}

const ALL: [(&str, Keyword); 18] = [
    ("ADD", Keyword::Add),
    ("ARG", Keyword::Arg),
    ("CMD", Keyword::Cmd),
    ("COPY", Keyword::Copy),
    ("ENTRYPOINT", Keyword::Entrypoint),
    ("ENV", Keyword::Env),
    ("EXPOSE", Keyword::Expose),
    ("FROM", Keyword::From),
    ("HEALTHCHECK", Keyword::Healthcheck),
    ("LABEL", Keyword::Label),
    ("MAINTAINER", Keyword::Maintainer),
    ("ONBUILD", Keyword::Onbuild),
    ("RUN", Keyword::Run),
    ("SHELL", Keyword::Shell),
    ("STOPSIGNAL", Keyword::Stopsignal),
    ("USER", Keyword::User),
    ("VOLUME", Keyword::Volume),
    ("WORKDIR", Keyword::Workdir),
];

impl Keyword {
    /// The keyword in uppercase; `?` for an unknown one.
    pub fn as_str(self) -> &'static str {
        ALL.iter().find(|(_, keyword)| *keyword == self).map_or("?", |(name, _)| name)
    }

    /// The keyword that `text` is, in any case.
    pub(super) fn of(text: &[u8]) -> Self {
        if text.is_ascii() {
            return Self::of_ascii(text);
        }
        let lower: String = bytes::text(text).chars().map(bytes::lower).collect();
        Self::of_ascii(lower.as_bytes())
    }

    fn of_ascii(text: &[u8]) -> Self {
        // The table is ordered by first letter.
        let candidates = match text.first().map(u8::to_ascii_uppercase) {
            Some(b'A') => 0..2,
            Some(b'C') => 2..4,
            Some(b'E') => 4..7,
            Some(b'F'..=b'M') => 7..11,
            Some(b'O'..=b'R') => 11..13,
            Some(b'S'..=b'W') => 13..18,
            _ => return Self::Unknown,
        };
        let mut candidates = ALL.get(candidates).unwrap_or_default().iter();
        candidates
            .find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(text))
            .map_or(Self::Unknown, |(_, keyword)| *keyword)
    }

    /// The keyword that the user may have meant: it differs in at most two letters.
    pub(super) fn suggestion(text: &str) -> Option<Self> {
        let names = ALL.iter().map(|(name, _)| *name);
        let name = suggest::closest(&text.to_ascii_uppercase(), names)?;
        ALL.iter().find(|(found, _)| *found == name).map(|(_, keyword)| *keyword)
    }

    /// Returns true if heredocs may follow the instruction.
    pub(super) fn takes_heredocs(self) -> bool {
        matches!(self, Self::Add | Self::Copy | Self::Run)
    }

    /// Returns true if the instruction writes files, so that the image gets a layer; `WORKDIR` may.
    pub fn is_layer(self) -> bool {
        matches!(self, Self::Add | Self::Copy | Self::Run)
    }
}

impl std::fmt::Display for Keyword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_keyword_is_found() {
        for (name, keyword) in ALL {
            assert_eq!(Keyword::of(name.as_bytes()), keyword);
        }
    }

    #[test]
    fn any_case_and_kelvin() {
        for (text, expected) in [
            ("from", Keyword::From),
            ("HealthCheck", Keyword::Healthcheck),
            ("wor\u{212a}dir", Keyword::Workdir),
            ("FROMM", Keyword::Unknown),
            ("", Keyword::Unknown),
        ] {
            assert_eq!(Keyword::of(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn suggestions_are_near() {
        for (text, expected) in [
            ("LABLE", Some(Keyword::Label)),
            ("CPY", Some(Keyword::Copy)),
            ("RUNN", Some(Keyword::Run)),
            ("echo", None),
            ("", None),
        ] {
            assert_eq!(Keyword::suggestion(text), expected, "{text:?}");
        }
    }
}
