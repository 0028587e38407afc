//! Selectors of findings, and the severities that users set for them, as written in options and `rekey.toml`.

use crate::{mask::Quoted, preflight::Check, rules::rules, suggest::nearest, target::Override};

impl Override {
    /// Parses a selector and `off`, `note`, `warning` or `error` to an override.
    ///
    /// ```
    /// use rekey_core::{Override, Severity};
    ///
    /// assert_eq!(Override::parse("tag-floating", "error")?.severity, Some(Severity::Error));
    /// assert_eq!(
    ///     Override::parse("tag-floatin", "off").unwrap_err().to_string(),
    ///     "unknown rule or check `tag-floatin`; did you mean `tag-floating`?",
    /// );
    /// # Ok::<(), rekey_core::OverrideError>(())
    /// ```
    ///
    /// # Errors
    /// Returns an error if no rule or check has that name, or if there is no such severity.
    pub fn parse(selector: &str, severity: &str) -> Result<Self, OverrideError> {
        check_selector(selector)?;
        let severity = match severity {
            "off" => None,
            name => Some(name.parse().map_err(|_| OverrideError::Severity(name.into()))?),
        };
        Ok(Self { selector: selector.to_owned(), severity })
    }
}

/// Checks that a selector names a rule or a preflight check: a rule id, `rule-id:parameter`, or the name of a
/// check.
///
/// # Errors
/// Returns an error if it names neither.
pub fn check_selector(selector: &str) -> Result<(), UnknownSelector> {
    let id = selector.split_once(':').map_or(selector, |(id, _)| id);
    let names = || rules().map(|rule| rule.id).chain(Check::ALL.iter().map(|check| check.as_str()));
    if names().any(|name| name == id) {
        return Ok(());
    }
    Err(UnknownSelector { selector: selector.into(), nearest: nearest(id, names()) })
}

/// A selector that selects nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown rule or check `{selector}`{}", did_you_mean(*.nearest))]
pub struct UnknownSelector {
    /// The selector.
    pub selector: Quoted,
    /// The name that may have been meant.
    pub nearest: Option<&'static str>,
}

fn did_you_mean(name: Option<&str>) -> String {
    name.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// The reason why a selector and a severity are not an [`Override`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OverrideError {
    /// No rule or check has that name.
    #[error(transparent)]
    Selector(#[from] UnknownSelector),
    /// There is no such severity.
    #[error("expected a severity (`off`, `note`, `warning` or `error`), found `{0}`")]
    Severity(Quoted),
}
