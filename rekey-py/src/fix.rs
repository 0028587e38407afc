//! `apply_fixes`.

use pyo3::{
    IntoPyObjectExt,
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::PyBytes,
};
use rekey_core::Safety;

use crate::{convert, finding::Finding, input::Input};

/// Returns the text with the fixes of the findings applied: those that are safe, and with ``safety="unsafe"``
/// also those that change the meaning to a guess of what was meant.
///
/// A fix is applied whole or not at all; one that overlaps an earlier one is skipped. The findings must be
/// about this text, and about one source.
///
/// >>> text = "1.0"
/// >>> apply_fixes(text, check_tag(text).findings, safety="unsafe")
/// '1.0-1'
#[pyfunction]
#[pyo3(signature = (text, findings, safety = "safe"))]
pub(crate) fn apply_fixes<'py>(
    py: Python<'py>,
    text: Input<'py>,
    findings: Vec<PyRef<'py, Finding>>,
    safety: &str,
) -> PyResult<Bound<'py, PyAny>> {
    if matches!(text, Input::File(_)) {
        return Err(PyTypeError::new_err("the text must be str or bytes: files are not rewritten"));
    }
    let Some(at_most) = safety.parse().ok().filter(|safety| *safety != Safety::Display) else {
        return Err(PyValueError::new_err(format!(
            "expected a safety (`safe` or `unsafe`), found `{safety}`"
        )));
    };
    let fixable =
        findings.iter().filter_map(|finding| Some((finding, convert::core_fix(finding.fix.as_ref()?))));
    let (sources, fixes): (Vec<_>, Vec<_>) =
        fixable.filter(|(_, fix)| fix.safety <= at_most).map(|(finding, fix)| (&finding.source, fix)).unzip();
    if let Some(other) = sources.iter().find(|source| **source != sources[0]) {
        let message = format!("expected findings of one source, found `{}` and `{other}`", sources[0]);
        return Err(PyValueError::new_err(message));
    }
    let (out, _) = rekey_core::apply_fixes(text.bytes(), &fixes, at_most);
    match text {
        Input::Str(_) => String::from_utf8(out)?.into_bound_py_any(py),
        _ => PyBytes::new(py, &out).into_bound_py_any(py),
    }
}
