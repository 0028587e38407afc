//! `Rule`, `RULES` and `rule(id)`.

use std::hash::{Hash, Hasher};

use pyo3::{exceptions::PyKeyError, prelude::*, types::PyTuple};
use rekey_core::mask::masked;

use crate::{
    convert,
    finding::Basis,
    pickle::{Reduced, reduce_text},
};

/// A rule: the defect, why it matters, how to resolve it, and who requires it.
///
/// >>> one = rule("tag-missing-release")
/// >>> one.subject, one.severity, one.basis.kind
/// ('tag', 'error', 'documented')
/// >>> one.flows
/// ['build-service']
#[pyclass(frozen, eq, hash, module = "rekey")]
#[derive(PartialEq, Eq)]
pub(crate) struct Rule(&'static rekey_core::Rule);

impl Rule {
    pub(crate) fn named(id: &str) -> PyResult<Self> {
        rekey_core::rule(id).map(Self).ok_or_else(|| PyKeyError::new_err(masked(id)))
    }
}

impl Hash for Rule {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

#[pymethods]
impl Rule {
    /// The id, ``subject-defect``.
    #[getter]
    fn id(&self) -> &'static str {
        self.0.id
    }

    /// The kind of input.
    #[getter]
    fn subject(&self) -> &'static str {
        self.0.subject.as_str()
    }

    /// The severity of its findings, before overrides.
    #[getter]
    fn severity(&self) -> &'static str {
        self.0.severity.as_str()
    }

    /// One line that says what is wrong, without values of an input.
    #[getter]
    fn summary(&self) -> &'static str {
        self.0.summary
    }

    /// The reason why it matters.
    #[getter]
    fn why(&self) -> &'static str {
        self.0.why
    }

    /// The advice on how to resolve a finding.
    #[getter]
    fn help(&self) -> &'static str {
        self.0.help
    }

    /// The basis of the requirement.
    #[getter]
    fn basis(&self) -> Basis {
        convert::basis(&self.0.basis)
    }

    /// The checks of openshift-preflight that fail for the same reason.
    #[getter]
    fn checks(&self) -> Vec<&'static str> {
        self.0.check_names()
    }

    /// The URL of its page.
    #[getter]
    fn docs(&self) -> String {
        self.0.docs()
    }

    /// The version of rekey that introduced it.
    #[getter]
    fn since(&self) -> &'static str {
        self.0.since()
    }

    /// The flows in which it applies.
    #[getter]
    fn flows(&self) -> Vec<&'static str> {
        self.0.scope.flows().map(rekey_core::Flow::as_str).collect()
    }

    /// The policies under which it applies.
    #[getter]
    fn policies(&self) -> Vec<&'static str> {
        self.0.scope.policies().map(rekey_core::Policy::as_str).collect()
    }

    /// The first version of openshift-preflight for which it applies; ``None`` if it applies to all.
    #[getter]
    fn since_preflight(&self) -> Option<String> {
        self.0.scope.since().map(version)
    }

    /// The first version of openshift-preflight for which it no longer applies.
    #[getter]
    fn before_preflight(&self) -> Option<String> {
        self.0.scope.before().map(version)
    }

    fn __repr__(&self) -> String {
        format!("<Rule {}: {}>", self.0.id, self.0.summary)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce_text(py, "Rule", self.0.id)
    }
}

fn version((major, minor, patch): (u16, u16, u16)) -> String {
    format!("{major}.{minor}.{patch}")
}

/// Returns the rule with that id. Raises ``KeyError`` if there is none.
///
/// >>> rule("tag-invalid").summary
/// 'text is not an image tag'
#[pyfunction]
pub(crate) fn rule(id: &str) -> PyResult<Rule> {
    Rule::named(id)
}

/// All rules, for `RULES`.
pub(crate) fn all(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, rekey_core::rules().map(Rule).collect::<Vec<_>>())
}
