//! `rehearse` on systems without the programs that it runs.

use pyo3::{exceptions::PyNotImplementedError, prelude::*, types::PyDict};

/// The steps of a rehearsal as they end.
#[pyclass(frozen, module = "rekey")]
pub(crate) struct Rehearsal;

/// Rehearses the submission in a folder; needs Linux or macOS.
#[pyfunction]
#[pyo3(signature = (path, **keywords))]
pub(crate) fn rehearse(path: &str, keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Rehearsal> {
    let _ = (path, keywords);
    Err(PyNotImplementedError::new_err("a rehearsal needs Linux or macOS"))
}
