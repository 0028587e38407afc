//! `Target`, and the target of a check from its arguments.

use pyo3::{
    conversion::FromPyObjectOwned,
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    pybacked::PyBackedStr,
    types::{PyDict, PyString},
};
use rekey_core::{Date, Flow, Override, Policy, PreflightVersion, Severity, mask};
use rekey_files::settings::Settings;
use serde::{Deserialize, Serialize};

use crate::{
    input::{Day, Pairs},
    pickle::{Reduced, reduce},
};

/// The target that an input is checked against.
///
/// ``flow`` is ``"build-service"``, ``"quay"`` or ``"external"``; ``policy`` is preflight's (``"container"``,
/// ``"root"``, ``"scratch-nonroot"``, ``"scratch-root"``, ``"konflux"``); ``preflight_version`` is the latest
/// by default; ``today``, a ``date`` or ``"2026-11-23"``, is the date for judging ends of life; ``severity``
/// overrides severities: ``{"rule-id": "off"}``, ``{"rule-id:parameter": "warning"}``. An invalid value
/// raises ``ValueError``.
///
/// Every check takes a target, or these parts of one as keywords. A keyword overrides that part of the
/// target; severities are added after those of the target.
///
/// >>> target = Target(flow="quay", severity={"tag-missing-release": "warning"})
/// >>> report = check_tag("1.0", target=target)
/// >>> report.passed, report.target == target
/// (True, True)
/// >>> check_tag("1.0", target=target, today="2026-11-23").target
/// <Target flow quay, policy container, preflight 1.21.0, 2026-11-23, tag-missing-release warning>
#[pyclass(frozen, eq, hash, module = "rekey")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Parts", try_from = "Parts")]
pub(crate) struct Target(pub(crate) rekey_core::Target);

/// A target in a pickle.
type Parts =
    (Option<Flow>, Option<Policy>, Option<PreflightVersion>, Option<Date>, Vec<(String, Option<Severity>)>);

#[pymethods]
impl Target {
    #[new]
    #[pyo3(
        signature = (flow = None, policy = None, preflight_version = None, today = None, severity = None),
        text_signature = "(flow='build-service', policy='container', preflight_version=None, today=None, severity=None)"
    )]
    fn new(
        flow: Option<&str>,
        policy: Option<&str>,
        preflight_version: Option<&str>,
        today: Option<Day>,
        severity: Option<Pairs>,
    ) -> PyResult<Self> {
        parsed(flow, policy, preflight_version, today, severity)?.to_target().map(Self).map_err(wrong)
    }

    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str, &'static str, &'static str, &'static str) {
        ("flow", "policy", "preflight_version", "today", "severity")
    }

    /// The way in which the image is submitted.
    #[getter]
    fn flow(&self) -> &'static str {
        self.0.flow().as_str()
    }

    /// The policy of openshift-preflight.
    #[getter]
    fn policy(&self) -> &'static str {
        self.0.policy().as_str()
    }

    /// The version of openshift-preflight.
    #[getter]
    fn preflight_version(&self) -> String {
        self.0.preflight_version().to_string()
    }

    /// The date for judging ends of life, if given.
    #[getter]
    fn today(&self) -> Option<String> {
        self.0.today().map(|today| today.to_string())
    }

    /// Severities by rule id, ``rule-id:parameter`` or the name of a check; the last one wins.
    #[getter]
    fn severity<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (selector, severity) in self.0.overrides().iter().map(shown) {
            if dict.contains(&selector)? {
                dict.del_item(&selector)?;
            }
            dict.set_item(selector, severity_name(severity))?;
        }
        Ok(dict)
    }

    fn __repr__(&self) -> String {
        let mut parts = vec![
            format!("flow {}", self.flow()),
            format!("policy {}", self.policy()),
            format!("preflight {}", self.preflight_version()),
            self.today().unwrap_or_else(|| "no date".to_owned()),
        ];
        let overrides = self.0.overrides().iter().map(shown);
        parts.extend(overrides.map(|(selector, severity)| format!("{selector} {}", severity_name(severity))));
        format!("<Target {}>", parts.join(", "))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce(py, "Target", self)
    }
}

impl Target {
    /// The settings with no unset part.
    fn settings(&self) -> Settings {
        let target = &self.0;
        Settings {
            flow: Some(target.flow()),
            policy: Some(target.policy()),
            preflight_version: target.unknown_preflight_version().or(Some(target.preflight_version())),
            today: target.today(),
            overrides: target.overrides().to_vec(),
        }
    }
}

impl From<Target> for Parts {
    fn from(target: Target) -> Self {
        let Settings { flow, policy, preflight_version, today, overrides } = target.settings();
        (flow, policy, preflight_version, today, overrides.iter().map(shown).collect())
    }
}

impl TryFrom<Parts> for Target {
    type Error = rekey_core::TargetError;

    fn try_from((flow, policy, preflight_version, today, overrides): Parts) -> Result<Self, Self::Error> {
        let overrides = overrides.into_iter().map(|(selector, severity)| Override { selector, severity });
        let overrides = overrides.collect();
        Settings { flow, policy, preflight_version, today, overrides }.to_target().map(Self)
    }
}

/// The selector, with secrets masked, and the severity.
fn shown(change: &Override) -> (String, Option<Severity>) {
    (mask::masked(&change.selector), change.severity)
}

/// The name of a severity of an override.
fn severity_name(severity: Option<Severity>) -> &'static str {
    severity.map_or("off", Severity::as_str)
}

/// Returns the target of a check from its arguments `target` and `**keywords`.
pub(crate) fn target_of(
    check: &str,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<rekey_core::Target> {
    settings(check, target, keywords)?.to_target().map_err(wrong)
}

/// Returns the settings of a check from these arguments; without arguments all are unset.
pub(crate) fn settings(
    check: &str,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Settings> {
    let base = target.map(Target::settings).unwrap_or_default();
    let Some(keywords) = keywords else { return Ok(base) };
    let (mut flow, mut policy, mut version) = (None::<PyBackedStr>, None::<PyBackedStr>, None::<PyBackedStr>);
    let (mut today, mut severity) = (None, None);
    for (name, value) in keywords {
        match &*name.cast::<PyString>()?.to_string_lossy() {
            "flow" => flow = extracted("flow", &value)?,
            "policy" => policy = extracted("policy", &value)?,
            "preflight_version" => version = extracted("preflight_version", &value)?,
            "today" => today = extracted("today", &value)?,
            "severity" => severity = extracted("severity", &value)?,
            other => {
                let other = mask::masked(other);
                let message = format!("{check}() got an unexpected keyword argument '{other}'");
                return Err(PyTypeError::new_err(message));
            }
        }
    }
    Ok(parsed(flow.as_deref(), policy.as_deref(), version.as_deref(), today, severity)?.over(&base))
}

/// The value of a keyword. An error names the keyword, like an error about a parameter.
fn extracted<'py, T: FromPyObjectOwned<'py>>(name: &str, value: &Bound<'py, PyAny>) -> PyResult<T> {
    value.extract().map_err(Into::into).map_err(|error: PyErr| {
        if error.is_instance_of::<PyTypeError>(value.py()) {
            PyTypeError::new_err(format!("argument '{name}': {}", error.value(value.py())))
        } else {
            error
        }
    })
}

/// The settings with these values, which are parsed by core.
fn parsed(
    flow: Option<&str>,
    policy: Option<&str>,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Settings> {
    let change = |(selector, severity): (String, String)| Override::parse(&selector, &severity);
    let changes = severity.unwrap_or_default().0.into_iter().map(change);
    Ok(Settings {
        flow: flow.map(str::parse).transpose().map_err(wrong)?,
        policy: policy.map(str::parse).transpose().map_err(wrong)?,
        preflight_version: preflight_version.map(str::parse).transpose().map_err(wrong)?,
        today: today.map(|Day(day)| day),
        overrides: changes.collect::<Result<_, _>>().map_err(wrong)?,
    })
}

/// A `ValueError` with the message of `error`.
pub(crate) fn wrong(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(mask::message(&error.to_string()).into_owned())
}
