//! `Tag`, `is_tag`.

use pyo3::prelude::*;

use crate::{
    error::{TagError, arguments},
    input::{Input, Unit},
    pickle::{Reduced, reduce_text},
};

/// An image tag: ``version``, and the ``release`` after the last dash where there is one.
///
/// >>> tag = Tag.parse("1.0-beta-3")
/// >>> tag.version, tag.release
/// ('1.0-beta', '3')
/// >>> match Tag.parse("latest"):
/// ...     case Tag(version, None):
/// ...         print(version, "has no release")
/// latest has no release
#[pyclass(frozen, eq, hash, module = "rekey")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Tag(rekey_core::Tag);

#[pymethods]
impl Tag {
    /// Reads a tag; ``TagError`` says where the text leaves the grammar.
    ///
    /// >>> Tag.parse("1.0+2")
    /// Traceback (most recent call last):
    ///     ...
    /// rekey._errors.TagError: expected a letter, digit, `_`, `.` or `-`, found `+`
    #[staticmethod]
    pub(crate) fn parse(text: &str) -> PyResult<Self> {
        rekey_core::Tag::parse(text).map(Self).map_err(|problem| {
            TagError::new_err(arguments(
                &problem,
                Some("tag-malformed"),
                problem.span,
                text.as_bytes(),
                Unit::Chars,
            ))
        })
    }

    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str) {
        ("version", "release")
    }

    /// What stands before the release; the whole tag where there is none.
    #[getter]
    fn version(&self) -> &str {
        self.0.version()
    }

    /// The number after the last dash, as it is written.
    #[getter]
    fn release(&self) -> Option<&str> {
        self.0.release()
    }

    fn __str__(&self) -> &str {
        self.0.as_str()
    }

    fn __repr__(&self) -> String {
        format!("Tag.parse('{}')", self.0)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce_text(py, "Tag", self.0.as_str())
    }
}

/// Whether the text is an image tag, and nothing else.
///
/// >>> is_tag("1.0-1"), is_tag("-1")
/// (True, False)
#[pyfunction]
pub(crate) fn is_tag(text: Input<'_>) -> bool {
    rekey_core::tag::scan(text.bytes()).problem.is_none()
}
