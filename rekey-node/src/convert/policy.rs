//! The part of the options that every check has.

use napi::{Error, Result, Status};
use napi_derive::napi;
use rekey_core::{Date, Override, Policy, PolicyError, Severity, preflight::CHECKS, rule, rules};

/// What an input is judged against; what is absent is core's default.
#[napi(object, object_to_js = false)]
pub struct PolicyOptions {
    /// The way in which the image is handed in.
    pub flow: Option<String>,
    /// The certification policy.
    pub policy: Option<String>,
    /// The version of preflight.
    pub preflight_version: Option<String>,
    /// The day on which ends of life are judged.
    pub today: Option<String>,
    /// Selectors and their severities, in the order in which they hold.
    pub severity: Option<Vec<(String, String)>>,
}

/// The policy that the options ask for.
pub(crate) fn policy(options: Option<PolicyOptions>) -> Result<Policy> {
    let Some(options) = options else { return Ok(Policy::default()) };
    let mut policy = target(&options).map_err(|error| wrong(&error))?;
    for (selector, severity) in options.severity.unwrap_or_default() {
        policy = policy.with_override(change(selector, &severity)?);
    }
    Ok(policy)
}

fn target(options: &PolicyOptions) -> std::result::Result<Policy, PolicyError> {
    let flow = options.flow.as_deref().map(str::parse).transpose()?;
    let kind = options.policy.as_deref().map(str::parse).transpose()?;
    let version = options.preflight_version.as_deref().map(str::parse).transpose()?;
    let today: Option<Date> = options.today.as_deref().map(str::parse).transpose()?;
    let policy =
        Policy::new(flow.unwrap_or_default(), kind.unwrap_or_default(), version.unwrap_or_default())?;
    Ok(match today {
        Some(today) => policy.with_today(today),
        None => policy,
    })
}

fn change(selector: String, severity: &str) -> Result<Override> {
    let id = selector.split_once(':').map_or(selector.as_str(), |(id, _)| id);
    let known = rule(id).is_some() || CHECKS.contains(&id) || rules().any(|rule| rule.checks.contains(&id));
    if !known {
        return Err(wrong(&format!("expected the id of a rule or the name of a check, found `{selector}`")));
    }
    let severity = match severity {
        "off" => None,
        "note" => Some(Severity::Note),
        "warning" => Some(Severity::Warning),
        "error" => Some(Severity::Error),
        other => {
            let expected = "expected a severity (`off`, `note`, `warning` or `error`)";
            return Err(wrong(&format!("{expected} for `{selector}`, found `{other}`")));
        }
    };
    Ok(Override { selector, severity })
}

/// A value that an option cannot have: the facade makes a `RangeError` of it.
pub(crate) fn wrong(why: &dyn std::fmt::Display) -> Error {
    Error::new(Status::InvalidArg, why.to_string())
}
