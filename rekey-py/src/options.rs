//! The policy as keywords.

use pyo3::{exceptions::PyValueError, prelude::*};
use rekey_core::{Override, Target, mask};
use rekey_files::settings::Settings;

use crate::input::{Day, Pairs};

/// The policy that the keywords name; the message of a wrong one is core's.
pub(crate) fn policy(
    flow: &str,
    policy: &str,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Target> {
    settings(Some(flow), Some(policy), preflight_version, today, severity)?.to_target().map_err(wrong)
}

/// What the keywords say, the rest left open.
pub(crate) fn settings(
    flow: Option<&str>,
    policy: Option<&str>,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Settings> {
    Ok(Settings {
        flow: flow.map(str::parse).transpose().map_err(wrong)?,
        policy: policy.map(str::parse).transpose().map_err(wrong)?,
        preflight_version: preflight_version.map(str::parse).transpose().map_err(wrong)?,
        today: today.map(|Day(day)| day),
        overrides: severity.unwrap_or_default().0.into_iter().map(change).collect::<PyResult<_>>()?,
    })
}

fn change((selector, severity): (String, String)) -> PyResult<Override> {
    Override::parse(&selector, &severity).map_err(wrong)
}

/// A `ValueError` in the words of what refused.
pub(crate) fn wrong(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(mask::message(&error.to_string()).into_owned())
}
