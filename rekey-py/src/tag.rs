//! `Tag`, `latest_tag`, `is_tag`.

use pyo3::prelude::*;
use rekey_core::Target;

use crate::{
    error::{self, TagError},
    input::{Input, Strings, Unit},
    pickle::{Reduced, reduce_text},
};

/// An image tag: ``version`` and, if there is one, the ``release`` after the last dash.
///
/// >>> tag = Tag.parse("1.0-beta-3")
/// >>> tag.version, tag.release
/// ('1.0-beta', '3')
/// >>> match Tag.parse("latest"):
/// ...     case Tag(version, None):
/// ...         print(version, "has no release")
/// latest has no release
///
/// Tags are ordered by age:
///
/// >>> Tag.parse("1.0-9") < Tag.parse("1.0-10") < Tag.parse("1.1-rc1-1")
/// True
#[pyclass(frozen, eq, hash, ord, module = "rekey")]
#[derive(PartialEq, Eq, Hash, PartialOrd)]
pub(crate) struct Tag(rekey_core::Tag);

#[pymethods]
impl Tag {
    /// Parses a tag. Raises ``TagError`` with the place where the text violates the grammar.
    ///
    /// >>> Tag.parse("1.0+2")
    /// Traceback (most recent call last):
    ///     ...
    /// rekey._errors.TagError: expected a letter, digit, `_`, `.` or `-`, found `+`
    #[staticmethod]
    pub(crate) fn parse(text: &str) -> PyResult<Self> {
        rekey_core::Tag::parse(text).map(Self).map_err(|problem| {
            let report = rekey_core::check_tag(text, &Target::default());
            TagError::new_err(error::problem(&problem, problem.span, &report, text.as_bytes(), Unit::Chars))
        })
    }

    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str) {
        ("version", "release")
    }

    /// The text before the release, or the whole tag if there is no release.
    #[getter]
    fn version(&self) -> &str {
        self.0.version()
    }

    /// The number after the last dash, as written.
    #[getter]
    fn release(&self) -> Option<&str> {
        self.0.release()
    }

    /// Returns the tag of the next build: one more than the highest release of this version, including this
    /// tag and the published ones. Raises ``TagError`` if the tag has no version or if its release is a
    /// timestamp.
    ///
    /// >>> str(Tag.parse("1.0-1").next_release()), str(Tag.parse("1.0-1").next_release(["1.0-4", "1.1-9"]))
    /// ('1.0-2', '1.0-5')
    #[pyo3(signature = (published = Strings::default()), text_signature = "($self, published=())")]
    fn next_release(&self, published: Strings) -> PyResult<Self> {
        let next = self.0.next_release_after(published.0.iter().map(String::as_str));
        next.map(Self).map_err(|reason| TagError::new_err(error::refusal(&reason, self.0.as_str())))
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

/// Returns true if the text is an image tag and nothing else.
///
/// >>> is_tag("1.0-1"), is_tag("-1")
/// (True, False)
#[pyfunction]
pub(crate) fn is_tag(text: Input<'_>) -> bool {
    rekey_core::tag::scan(text.bytes()).problem.is_none()
}

/// Returns the latest of the tags that have a version; ``None`` if there is none. Invalid tags are ignored.
///
/// >>> str(latest_tag(["1.0-9", "1.0-10", "latest", "1.0+2"]))
/// '1.0-10'
#[pyfunction]
pub(crate) fn latest_tag(tags: Strings) -> Option<Tag> {
    let tags: Vec<_> = tags.0.iter().flat_map(|tag| rekey_core::Tag::parse(tag)).collect();
    rekey_core::tag::latest(&tags).cloned().map(Tag)
}
