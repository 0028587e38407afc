//! `Report` and its parts other than findings: `Section`, `Forecast`, `Counts`.

use std::borrow::Cow;

use pyo3::{
    PyClass,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyList, PyMapping},
};
use serde::{Deserialize, Serialize};

use crate::{
    convert::{self, Units},
    finding::Finding,
    input::Input,
    pickle::{Reduced, reduce},
    submission::Submission,
    target::Target,
};

type Words = Cow<'static, str>;

/// The findings of one or more inputs, checked against one target.
///
/// It never contains the text of an input. Properties are computed on access, so a report of which only
/// ``passed`` is read costs little.
///
/// >>> report = check_tag("1.0")
/// >>> report.passed, report.counts.errors
/// (False, 1)
/// >>> [finding.rule for finding in report.findings]
/// ['tag-missing-release']
#[pyclass(frozen, module = "rekey")]
pub(crate) struct Report {
    body: Body,
    notices: Vec<String>,
    findings: PyOnceLock<Vec<Py<Finding>>>,
    forecast: PyOnceLock<Vec<Py<Forecast>>>,
}

enum Body {
    Judged(rekey_core::Report, Units),
    Saved(Box<Saved>),
}

/// A report in a pickle.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Saved {
    passed: bool,
    counts: Counts,
    findings: Vec<Finding>,
    forecast: Vec<Forecast>,
    facts: String,
    steps: String,
    sections: Vec<Section>,
    target: Target,
    notices: Vec<String>,
    json: String,
    sarif: String,
    shown: String,
}

impl Report {
    pub(crate) fn new(report: rekey_core::Report, units: Units) -> Self {
        Self::with(Body::Judged(report, units))
    }

    /// The same report with offsets in other units.
    pub(crate) fn counted(self, units: Units) -> Self {
        match self.body {
            Body::Judged(report, _) => Self::new(report, units),
            Body::Saved(_) => self,
        }
    }

    /// The same report with notices about how files were read.
    pub(crate) fn noticed(self, notices: &[String]) -> Self {
        Self { notices: notices.to_vec(), ..self }
    }

    pub(crate) fn restored(saved: Saved) -> Self {
        let notices = saved.notices.clone();
        Self::with(Body::Saved(Box::new(saved))).noticed(&notices)
    }

    fn with(body: Body) -> Self {
        Self { body, notices: Vec::new(), findings: PyOnceLock::new(), forecast: PyOnceLock::new() }
    }

    /// Reads a property from the report with `judged`, or from a pickle with `saved`.
    fn of<T>(
        &self,
        judged: impl FnOnce(&rekey_core::Report, &Units) -> T,
        saved: impl FnOnce(&Saved) -> T,
    ) -> T {
        match &self.body {
            Body::Judged(report, units) => judged(report, units),
            Body::Saved(body) => saved(body),
        }
    }

    fn finding_objects(&self, py: Python<'_>) -> PyResult<&[Py<Finding>]> {
        let data = || self.of(convert::findings, |saved| saved.findings.clone());
        self.findings.get_or_try_init(py, || objects(py, data())).map(Vec::as_slice)
    }

    fn saved(&self) -> Cow<'_, Saved> {
        match &self.body {
            Body::Saved(saved) => Cow::Borrowed(&**saved),
            Body::Judged(report, units) => Cow::Owned(Saved {
                passed: report.passed(),
                counts: convert::counts(report),
                findings: convert::findings(report, units),
                forecast: convert::forecast(report),
                facts: convert::facts(report),
                steps: convert::steps(report),
                sections: convert::sections(report),
                target: Target(report.target().clone()),
                notices: self.notices(),
                json: report.to_json(),
                sarif: report.to_sarif(),
                shown: convert::shown(report, &|_| None),
            }),
        }
    }
}

#[pymethods]
impl Report {
    /// Every finding, sorted by source, place and rule.
    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.finding_objects(py)?)
    }

    /// The expected results of openshift-preflight's checks for the image; empty if the input is not about an
    /// image.
    #[getter]
    fn forecast<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let data = || self.of(|report, _| convert::forecast(report), |saved| saved.forecast.clone());
        PyList::new(py, self.forecast.get_or_try_init(py, || objects(py, data()))?)
    }

    /// True if there is no finding of severity error.
    #[getter]
    fn passed(&self) -> bool {
        self.of(|report, _| report.passed(), |saved| saved.passed)
    }

    /// The number of findings of each severity, and of unknown outcomes in the forecast.
    #[getter]
    fn counts(&self) -> Counts {
        self.of(|report, _| convert::counts(report), |saved| saved.counts.clone())
    }

    /// The facts that were read: those of a single input, ``None`` if it could not be parsed; those of
    /// multiple inputs by source.
    #[getter]
    fn facts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_json(py, &self.of(|report, _| convert::facts(report), |saved| saved.facts.clone()))
    }

    /// The inputs that were checked, each with its facts.
    ///
    /// >>> [(part.subject, part.source, part.facts) for part in check_tag("1.0-1").sections]
    /// [('tag', 'tag', {'version': '1.0', 'release': '1'})]
    #[getter]
    fn sections(&self) -> Vec<Section> {
        self.of(|report, _| convert::sections(report), |saved| saved.sections.clone())
    }

    /// The steps of a rehearsal, each with its name, state, time and evidence; empty for other checks.
    ///
    /// >>> check_tag("1.0-1").steps
    /// []
    #[getter]
    fn steps<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_json(py, &self.of(|report, _| convert::steps(report), |saved| saved.steps.clone()))
    }

    /// The target that it was checked against, which other checks accept as ``target``.
    ///
    /// >>> check_tag("1.0-1", flow="quay").target
    /// <Target flow quay, policy container, preflight 1.21.0, no date>
    #[getter]
    fn target(&self) -> Target {
        self.of(|report, _| Target(report.target().clone()), |saved| saved.target.clone())
    }

    /// Notices about how files were read and which version of preflight was used, one line each.
    #[getter]
    fn notices(&self) -> Vec<String> {
        let notice = self.of(|report, _| report.target().notices(), |_| Vec::new());
        notice.into_iter().chain(self.notices.iter().cloned()).collect()
    }

    /// The findings as flat rows of plain values, for a data frame: ``pandas.DataFrame(rows)``, ``polars.DataFrame(rows)``,
    /// ``pyarrow.Table.from_pylist(rows)``. Every row has the same keys.
    ///
    /// >>> tags = ["1.0-1", "1.0", "latest"]
    /// >>> rows = [{"tag": tag, **row} for tag, report in zip(tags, check_tags(tags)) for row in report.rows()]
    /// >>> [(row["tag"], row["rule"], row["severity"]) for row in rows if row["severity"] == "error"]
    /// [('1.0', 'tag-missing-release', 'error'), ('latest', 'tag-latest', 'error')]
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        self.finding_objects(py)?.iter().map(|finding| finding.get().row(py)).collect()
    }

    /// The whole report as JSON, the same in every language: its offsets count bytes.
    ///
    /// >>> import json
    /// >>> json.loads(check_tag("1.0-1").to_json())["passed"]
    /// True
    fn to_json(&self) -> String {
        self.of(|report, _| report.to_json(), |saved| saved.json.clone())
    }

    /// The whole report as SARIF 2.1.0, for code hosts and editors.
    ///
    /// >>> import json
    /// >>> json.loads(check_tag("1.0").to_sarif())["runs"][0]["results"][0]["ruleId"]
    /// 'tag-missing-release'
    fn to_sarif(&self) -> String {
        self.of(|report, _| report.to_sarif(), |saved| saved.sarif.clone())
    }

    /// The report as text for people: a summary, the findings in at most six lines each, the checks of preflight that do not pass.
    ///
    /// A report does not contain the text of its inputs. ``source_text`` provides it for snippets: the text
    /// itself for a single input, a mapping from source to text, or the submission that was checked. A key is
    /// never shown, and neither is a secret in another text. A report from a pickle is shown without
    /// snippets.
    ///
    /// >>> text = "1.0"
    /// >>> print(check_tag(text).render(text).splitlines()[0])
    /// 1 error in 1 input (flow build-service, policy container, preflight 1.21.0)
    #[pyo3(signature = (source_text = None))]
    fn render(&self, py: Python<'_>, source_text: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        let report = match &self.body {
            Body::Judged(report, _) => report,
            Body::Saved(saved) => return Ok(saved.shown.clone()),
        };
        let Some(given) = source_text else { return Ok(convert::shown(report, &|_| None)) };
        if let Ok(submission) = given.cast::<Submission>() {
            return submission.get().with_texts(py, |texts| convert::shown(report, texts));
        }
        if let Ok(mapping) = given.cast::<PyMapping>() {
            let items = mapping.items()?;
            let texts: Vec<(String, Bound<'_, PyAny>)> =
                items.iter().map(|item| item.extract()).collect::<PyResult<_>>()?;
            let texts: Vec<(&str, Input<'_>)> = texts
                .iter()
                .map(|(name, text)| Ok((name.as_str(), text.extract()?)))
                .collect::<PyResult<_>>()?;
            let find =
                |name: &str| texts.iter().find(|(known, _)| *known == name).map(|(_, text)| text.bytes());
            return Ok(convert::shown(report, &|source| find(source.name())));
        }
        let text: Input<'_> = given.extract()?;
        Ok(convert::shown(report, &|_| Some(text.bytes())))
    }

    fn __repr__(&self) -> String {
        let verdict = if self.passed() { "passed" } else { "failed" };
        let Counts { errors, warnings, notes, .. } = self.counts();
        format!("<Report {verdict}: {errors} errors, {warnings} warnings, {notes} notes>")
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.saved() == other.saved()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce(py, "Report", &*self.saved())
    }
}

/// Parses a JSON text.
fn from_json<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (text,))
}

fn objects<T>(py: Python<'_>, data: Vec<T>) -> PyResult<Vec<Py<T>>>
where
    T: PyClass + Into<PyClassInitializer<T>>,
{
    data.into_iter().map(|one| Py::new(py, one)).collect()
}

/// One input of a report.
///
/// >>> (part,) = check_git_url("https://github.com/acme/app").sections
/// >>> part.passed, part.facts["repository"]
/// (True, 'app')
#[pyclass(frozen, eq, hash, module = "rekey")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Section {
    /// The kind of input.
    #[pyo3(get)]
    pub(crate) subject: Words,
    /// The file or field.
    #[pyo3(get)]
    pub(crate) source: String,
    /// True if it has no finding of severity error.
    #[pyo3(get)]
    pub(crate) passed: bool,
    /// The facts as JSON.
    pub(crate) facts: String,
}

#[pymethods]
impl Section {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str, &'static str) {
        ("subject", "source", "passed")
    }

    /// The facts that were read from it; ``None`` if it could not be parsed.
    #[getter]
    fn facts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_json(py, &self.facts)
    }

    fn __repr__(&self) -> String {
        format!("<Section {} {}>", self.source, if self.passed { "passed" } else { "failed" })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce(py, "Section", self)
    }
}

/// The expected result of one openshift-preflight check.
///
/// ``outcome`` is ``"pass"``, ``"fail"``, ``"error"`` or ``"unknown"``; ``settle`` names the argument that
/// would resolve an unknown outcome.
///
/// >>> check_tag("1.0-1").forecast
/// []
#[pyclass(frozen, eq, hash, get_all, module = "rekey")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Forecast {
    /// The check, by the name that preflight prints.
    pub(crate) check: Words,
    /// The expected outcome.
    pub(crate) outcome: Words,
    /// The reason, in one line.
    pub(crate) reason: Words,
    /// The evidence: ``"dockerfile"``, ``"context"``, ``"base_table"`` and others.
    pub(crate) evidence: Option<Words>,
    /// The input that would resolve an unknown outcome.
    pub(crate) settle: Option<Words>,
    /// The rules about the same requirement.
    pub(crate) rules: Vec<Words>,
    /// The image that it is about, by file or field.
    pub(crate) source: String,
}

#[pymethods]
impl Forecast {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str, &'static str) {
        ("check", "outcome", "reason")
    }

    fn __repr__(&self) -> String {
        format!("<Forecast {} {}: {}>", self.check, self.outcome, self.reason)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce(py, "Forecast", self)
    }
}

/// The number of findings of each severity, and of unknown outcomes in the forecast.
///
/// >>> counts = check_tag("1.0").counts
/// >>> counts.errors, counts.warnings, counts.notes, counts.unknown
/// (1, 0, 0, 0)
#[pyclass(frozen, eq, hash, get_all, module = "rekey")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// The number of errors.
    pub(crate) errors: usize,
    /// The number of warnings.
    pub(crate) warnings: usize,
    /// The number of notes.
    pub(crate) notes: usize,
    /// The number of checks whose outcome is unknown.
    pub(crate) unknown: usize,
}

#[pymethods]
impl Counts {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str, &'static str, &'static str) {
        ("errors", "warnings", "notes", "unknown")
    }

    fn __repr__(&self) -> String {
        format!(
            "<Counts {} errors, {} warnings, {} notes, {} unknown>",
            self.errors, self.warnings, self.notes, self.unknown
        )
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce(py, "Counts", self)
    }
}
