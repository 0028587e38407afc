//! How grave a finding is, and the error for names that no value has.

use crate::mask;

/// How grave a finding is. The rule decides, never the place that reports.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "lowercase"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Advice.
    Note,
    /// Works today and fails on a later rebuild, or is against the guide though no tool catches it.
    Warning,
    /// The service refuses it, or clone, build or scan will fail.
    Error,
}

impl Severity {
    /// Every severity, the least grave first.
    pub const ALL: &[Self] = &[Self::Note, Self::Warning, Self::Error];

    /// The name as it is written in configuration and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

named!(Severity, UnknownName, |found| UnknownName {
    expected: "a severity (`error`, `warning` or `note`)",
    found
});

/// A text that is not the name of a [`Subject`](crate::Subject), [`Severity`], [`Safety`](crate::Safety) or [`Outcome`](crate::Outcome).
///
/// ```
/// use rekey_core::Severity;
///
/// assert_eq!("error".parse(), Ok(Severity::Error));
/// let error = "fatal".parse::<Severity>().unwrap_err();
/// assert_eq!(error.to_string(), "expected a severity (`error`, `warning` or `note`), found `fatal`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found `{found}`")]
pub struct UnknownName {
    pub(crate) expected: &'static str,
    pub(crate) found: mask::Quoted,
}
