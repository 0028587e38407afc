//! The policy as keywords.

use pyo3::{exceptions::PyValueError, prelude::*};
use rekey_core::{Flow, Override, Policy, PolicyKind, PreflightVersion, Severity, preflight, rules};

use crate::input::{Day, Pairs};

/// The policy that the keywords name; the message of a wrong one is core's.
pub(crate) fn policy(
    flow: &str,
    policy: &str,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Policy> {
    let flow: Flow = flow.parse().map_err(wrong)?;
    let kind: PolicyKind = policy.parse().map_err(wrong)?;
    let version: PreflightVersion = match preflight_version {
        Some(text) => text.parse().map_err(wrong)?,
        None => PreflightVersion::default(),
    };
    let mut policy = Policy::new(flow, kind, version).map_err(wrong)?;
    if let Some(Day(day)) = today {
        policy = policy.with_today(day);
    }
    for (selector, wanted) in severity.unwrap_or_default().0 {
        policy = policy.with_override(change(selector, &wanted)?);
    }
    Ok(policy)
}

fn change(selector: String, wanted: &str) -> PyResult<Override> {
    let named = selector.split_once(':').map_or(selector.as_str(), |(rule, _)| rule);
    if !rules().any(|rule| rule.id == named) && !preflight::CHECKS.contains(&named) {
        return Err(wrong(format!("expected the id of a rule or the name of a check, found `{named}`")));
    }
    let severity = match wanted {
        "off" => None,
        "note" => Some(Severity::Note),
        "warning" => Some(Severity::Warning),
        "error" => Some(Severity::Error),
        _ => {
            let message =
                format!("expected a severity (`off`, `note`, `warning` or `error`), found `{wanted}`");
            return Err(wrong(message));
        }
    };
    Ok(Override { selector, severity })
}

fn wrong(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}
