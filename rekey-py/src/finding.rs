//! `Finding` and its parts: plain data, in the unit of the text.

use std::borrow::Cow;

use pyo3::{prelude::*, types::PyDict};
use rekey_core::Span;
use serde::{Deserialize, Serialize};

use crate::pickle::{Reduced, reduce};

type Words = Cow<'static, str>;

/// One defect that a rule found.
///
/// Offsets count code points if the text was a ``str``, and bytes if it was ``bytes`` or a file.
///
/// >>> text = "1.0"
/// >>> finding = check_tag(text).findings[0]
/// >>> finding.rule, finding.severity, text[finding.start:finding.end]
/// ('tag-missing-release', 'error', '1.0')
/// >>> match finding:
/// ...     case Finding(rule, "error"):
/// ...         print(rule)
/// tag-missing-release
#[pyclass(frozen, eq, hash, get_all, module = "rekey")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Finding {
    /// The id of the rule.
    pub(crate) rule: Words,
    /// The rule's case, for ``rule-id:parameter``: a label's name, for example. None if there is no case, or more than one.
    pub(crate) parameter: Option<String>,
    /// The rule's cases: more than one if the finding joins others that differ in nothing else.
    pub(crate) parameters: Vec<String>,
    /// ``"error"``, ``"warning"`` or ``"note"``, after the overrides.
    pub(crate) severity: Words,
    /// One line that says what is wrong.
    pub(crate) message: String,
    /// The advice on how to resolve it.
    pub(crate) help: Words,
    /// The basis of the requirement.
    pub(crate) basis: Basis,
    /// The checks of openshift-preflight that fail for the same reason.
    pub(crate) checks: Vec<Words>,
    /// The URL of the rule's page.
    pub(crate) docs: String,
    /// The kind of input: ``"tag"``, ``"git_url"``, and so on.
    pub(crate) subject: Words,
    /// The file or field that it is about.
    pub(crate) source: String,
    /// The start of the marked text; ``None`` if no text is marked.
    pub(crate) start: Option<u32>,
    /// The end of the marked text.
    pub(crate) end: Option<u32>,
    /// The line of ``start``, from 1.
    pub(crate) line: Option<u32>,
    /// The column of ``start``, from 1, in code points.
    pub(crate) column: Option<u32>,
    /// The line of ``end``, from 1.
    pub(crate) end_line: Option<u32>,
    /// The column of ``end``, from 1, in code points.
    pub(crate) end_column: Option<u32>,
    /// The place in a JSON document (RFC 6901).
    pub(crate) pointer: Option<String>,
    /// The layer of an image that it is in, from 0 at the base.
    pub(crate) layer: Option<u32>,
    /// The path in that layer.
    pub(crate) path: Option<String>,
    /// Other places that help to explain it.
    pub(crate) related: Vec<Related>,
    /// The fix, if there is one.
    pub(crate) fix: Option<Fix>,
    /// True if the input may be the beginning of a valid value that is still being typed.
    pub(crate) incomplete: bool,
    /// The findings that disappear when this one's fix is applied. A report counts and lists them here only.
    pub(crate) consequences: Vec<Finding>,
}

#[pymethods]
impl Finding {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str, &'static str) {
        ("rule", "severity", "message")
    }

    fn __repr__(&self) -> String {
        let place = match (self.line, self.column) {
            (Some(line), Some(column)) => format!(" at {}:{line}:{column}", self.source),
            _ => format!(" in {}", self.source),
        };
        format!("<Finding {} {}{place}: {}>", self.severity, self.rule, self.message)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce(py, "Finding", self)
    }
}

impl Finding {
    /// The finding as a row of plain values.
    pub(crate) fn row<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let row = PyDict::new(py);
        row.set_item("rule", &self.rule)?;
        row.set_item("parameter", &self.parameter)?;
        row.set_item("severity", &self.severity)?;
        row.set_item("message", &self.message)?;
        row.set_item("help", &self.help)?;
        row.set_item("basis", &self.basis.kind)?;
        row.set_item("subject", &self.subject)?;
        row.set_item("source", &self.source)?;
        row.set_item("start", self.start)?;
        row.set_item("end", self.end)?;
        row.set_item("line", self.line)?;
        row.set_item("column", self.column)?;
        row.set_item("end_line", self.end_line)?;
        row.set_item("end_column", self.end_column)?;
        row.set_item("pointer", &self.pointer)?;
        row.set_item("layer", self.layer)?;
        row.set_item("path", &self.path)?;
        row.set_item("fix", self.fix.as_ref().map(|fix| &fix.description))?;
        row.set_item("safety", self.fix.as_ref().map(|fix| &fix.safety))?;
        row.set_item("incomplete", self.incomplete)?;
        Ok(row)
    }
}

/// The basis of a rule: who requires it.
///
/// ``kind`` is ``"documented"`` (Red Hat's own words, in ``quote``), ``"enforced"`` (the code of
/// openshift-preflight), ``"upstream"`` (git, OpenSSH, OCI, BuildKit), ``"inferred"`` or ``"practice"``
/// (advice from rekey).
///
/// >>> basis = check_tag("1.0").findings[0].basis
/// >>> basis.kind, basis.date
/// ('documented', '2021-06-30')
#[pyclass(frozen, eq, hash, get_all, module = "rekey")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Basis {
    /// The name of the kind.
    pub(crate) kind: Words,
    /// The place where the requirement can be read, or the reason for it.
    pub(crate) source: Words,
    /// The quotation, if it is from Red Hat.
    pub(crate) quote: Option<Words>,
    /// The date of the quoted page.
    pub(crate) date: Option<Words>,
}

#[pymethods]
impl Basis {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str, &'static str, &'static str) {
        ("kind", "source", "quote", "date")
    }

    fn __repr__(&self) -> String {
        format!("<Basis {}: {}>", self.kind, self.source)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce(py, "Basis", self)
    }
}

/// Another place that helps to explain a finding.
///
/// >>> check_tag("1.0").findings[0].related
/// []
#[pyclass(frozen, eq, hash, get_all, module = "rekey")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Related {
    /// The explanation.
    pub(crate) message: String,
    /// The file or field.
    pub(crate) source: String,
    /// The start of the place; ``None`` means the whole source.
    pub(crate) start: Option<u32>,
    /// The end of the place.
    pub(crate) end: Option<u32>,
    /// The line of ``start``, from 1.
    pub(crate) line: Option<u32>,
    /// The column of ``start``, from 1, in code points.
    pub(crate) column: Option<u32>,
    /// The line of ``end``, from 1.
    pub(crate) end_line: Option<u32>,
    /// The column of ``end``, from 1, in code points.
    pub(crate) end_column: Option<u32>,
}

#[pymethods]
impl Related {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str, &'static str, &'static str) {
        ("message", "source", "start", "end")
    }

    fn __repr__(&self) -> String {
        format!("<Related in {}: {}>", self.source, self.message)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce(py, "Related", self)
    }
}

/// A change of the text that fixes a finding. It is applied whole or not at all.
///
/// ``safety`` is ``"safe"`` (the meaning cannot change), ``"unsafe"`` (the meaning changes to a guess of what
/// was meant) or ``"display"`` (only a person can make the change).
///
/// >>> fix = check_tag("1.0").findings[0].fix
/// >>> fix.safety, fix.description, fix.edits[0].text
/// ('unsafe', 'append `-1`', '-1')
#[pyclass(frozen, eq, hash, get_all, module = "rekey")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Fix {
    /// The safety of the fix.
    pub(crate) safety: Words,
    /// The effect of the fix, as an imperative.
    pub(crate) description: String,
    /// The changes, ordered by place.
    pub(crate) edits: Vec<Edit>,
}

#[pymethods]
impl Fix {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str, &'static str) {
        ("safety", "description", "edits")
    }

    fn __repr__(&self) -> String {
        format!("<Fix {}: {}>", self.safety, self.description)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce(py, "Fix", self)
    }
}

/// The replacement of one range by a text.
///
/// >>> edit = check_tag("1.0").findings[0].fix.edits[0]
/// >>> edit.start, edit.end, edit.text
/// (3, 3, '-1')
#[pyclass(frozen, eq, hash, module = "rekey")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Edit {
    /// The start of the replaced text.
    #[pyo3(get)]
    pub(crate) start: u32,
    /// The end of the replaced text; the same as ``start`` if text is inserted.
    #[pyo3(get)]
    pub(crate) end: u32,
    /// The replacement.
    #[pyo3(get)]
    pub(crate) text: String,
    /// The same range in bytes, independent of the unit.
    pub(crate) bytes: Span,
}

#[pymethods]
impl Edit {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str, &'static str) {
        ("start", "end", "text")
    }

    fn __repr__(&self) -> String {
        format!("<Edit {}..{} {:?}>", self.start, self.end, self.text)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce(py, "Edit", self)
    }
}
