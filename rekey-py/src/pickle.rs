//! Pickling: an object is stored as the name of its class and a text, and one function restores it.

use pyo3::{Bound, IntoPyObjectExt, exceptions::PyValueError, prelude::*, types::PyTuple};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    finding::{Basis, Edit, Finding, Fix, Related},
    git_url::GitUrl,
    reference::ImageReference,
    report::{Counts, Forecast, Report, Section},
    rule::Rule,
    submission::Submission,
    tag::Tag,
    target::Target,
};

/// The result of `__reduce__`: the function that restores the object, and its arguments.
pub(crate) type Reduced<'py> = (Bound<'py, PyAny>, Bound<'py, PyTuple>);

/// `__reduce__` of a value that is made from a text.
pub(crate) fn reduce_text<'py>(py: Python<'py>, class: &str, text: &str) -> PyResult<Reduced<'py>> {
    let restore = py.import("rekey._rekey")?.getattr("_restore")?;
    Ok((restore, (class, text).into_pyobject(py)?))
}

/// `__reduce__` of plain data.
pub(crate) fn reduce<'py>(py: Python<'py>, class: &str, data: &impl Serialize) -> PyResult<Reduced<'py>> {
    let text = serde_json::to_string(data).map_err(|error| PyValueError::new_err(error.to_string()))?;
    reduce_text(py, class, &text)
}

/// Restores an object from a pickle.
#[pyfunction]
pub(crate) fn _restore<'py>(py: Python<'py>, class: &str, state: &str) -> PyResult<Bound<'py, PyAny>> {
    match class {
        "Tag" => Tag::parse(state)?.into_bound_py_any(py),
        "GitUrl" => GitUrl::parse(state)?.into_bound_py_any(py),
        "ImageReference" => ImageReference::parse(state)?.into_bound_py_any(py),
        "Rule" => Rule::named(state)?.into_bound_py_any(py),
        "Submission" => Submission::from_path(py, state.into())?.into_bound_py_any(py),
        "Report" => Report::restored(read(state)?).into_bound_py_any(py),
        "Finding" => read::<Finding>(state)?.into_bound_py_any(py),
        "Basis" => read::<Basis>(state)?.into_bound_py_any(py),
        "Related" => read::<Related>(state)?.into_bound_py_any(py),
        "Fix" => read::<Fix>(state)?.into_bound_py_any(py),
        "Edit" => read::<Edit>(state)?.into_bound_py_any(py),
        "Forecast" => read::<Forecast>(state)?.into_bound_py_any(py),
        "Section" => read::<Section>(state)?.into_bound_py_any(py),
        "Target" => read::<Target>(state)?.into_bound_py_any(py),
        "Counts" => read::<Counts>(state)?.into_bound_py_any(py),
        _ => Err(PyValueError::new_err(format!("expected a class of rekey, found `{class}`"))),
    }
}

fn read<T: DeserializeOwned>(state: &str) -> PyResult<T> {
    serde_json::from_str(state).map_err(|error| PyValueError::new_err(error.to_string()))
}
