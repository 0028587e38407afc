//! The severity of a finding, and the error for unknown names.

use crate::mask;

/// The severity of a finding. It depends on the rule, never on the place.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "lowercase"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Advice.
    Note,
    /// Works today and fails on a later rebuild, or violates the guide although no tool detects it.
    Warning,
    /// The service rejects it, or the clone, build or scan will fail.
    Error,
}

impl Severity {
    /// Every severity, the lowest first.
    pub const ALL: &[Self] = &[Self::Note, Self::Warning, Self::Error];

    /// The name in configuration and output.
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

/// The error for a text that is not the name of a [`Subject`](crate::Subject), [`Severity`],
/// [`Safety`](crate::Safety) or [`Outcome`](crate::Outcome).
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
