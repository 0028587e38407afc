//! `ImageReference`, `is_image_reference`.

use pyo3::prelude::*;
use rekey_core::{Target, reference};

use crate::{
    error::{self, ImageReferenceError},
    input::{Input, Unit},
    pickle::{Reduced, reduce_text},
};

/// An image reference in its full form, as ``podman push`` and ``docker push`` read it.
///
/// >>> reference = ImageReference.parse("quay.io/team/app:1.0-1")
/// >>> reference.domain, reference.path, reference.tag, reference.digest
/// ('quay.io', 'team/app', '1.0-1', None)
/// >>> str(ImageReference.parse("redis"))
/// 'docker.io/library/redis'
/// >>> match reference:
/// ...     case ImageReference("quay.io", path):
/// ...         print(path)
/// team/app
#[pyclass(frozen, eq, hash, module = "rekey")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct ImageReference(reference::ImageReference);

#[pymethods]
impl ImageReference {
    /// Parses a reference. Raises ``ImageReferenceError`` with the place where the text violates the grammar.
    ///
    /// >>> ImageReference.parse("quay.io/Team/app")
    /// Traceback (most recent call last):
    ///     ...
    /// rekey._errors.ImageReferenceError: expected lowercase letters in the name, found `T`
    #[staticmethod]
    pub(crate) fn parse(text: &str) -> PyResult<Self> {
        reference::ImageReference::parse(text).map(Self).map_err(|problem| {
            let report = rekey_core::check_image(text, &Target::default());
            let arguments = error::problem(&problem, problem.span, &report, text.as_bytes(), Unit::Chars);
            ImageReferenceError::new_err(arguments)
        })
    }

    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str, &'static str, &'static str) {
        ("domain", "path", "tag", "digest")
    }

    /// The registry: a host, possibly with a port.
    #[getter]
    fn domain(&self) -> &str {
        self.0.domain()
    }

    /// The repository in the registry.
    #[getter]
    fn path(&self) -> &str {
        self.0.path()
    }

    /// The tag, if there is one; there is no default.
    #[getter]
    fn tag(&self) -> Option<&str> {
        self.0.tag()
    }

    /// The digest: algorithm, colon, hexadecimal digits.
    #[getter]
    fn digest(&self) -> Option<&str> {
        self.0.digest()
    }

    fn __str__(&self) -> &str {
        self.0.as_str()
    }

    fn __repr__(&self) -> String {
        format!("ImageReference.parse('{}')", self.0)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce_text(py, "ImageReference", self.0.as_str())
    }
}

/// Returns true if the text is an image reference and nothing else.
///
/// >>> is_image_reference("quay.io/team/app:1.0-1"), is_image_reference("quay.io/Team/app")
/// (True, False)
#[pyfunction]
pub(crate) fn is_image_reference(text: Input<'_>) -> bool {
    reference::scan(text.bytes()).problems.is_empty()
}
