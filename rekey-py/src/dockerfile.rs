//! `Dockerfile` and its parts.

use std::borrow::Cow;

use pyo3::{PyClass, prelude::*, types::PyDict};
use rekey_core::{
    Span,
    dockerfile::{self as core, Options, Phase, Severity},
    text::Locator,
};

use crate::input::{Input, Pairs, Unit};

/// A Dockerfile: its instructions, and the image that it produces.
///
/// It is parsed as BuildKit does, and never rejected: ``problems`` lists the errors. Offsets count code
/// points if the text was a ``str``, and bytes if it was ``bytes`` or a file. It cannot be pickled, since a
/// Dockerfile may contain secrets: pass on its text.
///
/// >>> file = Dockerfile.parse("FROM registry.access.redhat.com/ubi9/ubi:9.6\nLABEL name=app\nUSER 1001\n")
/// >>> file.accepted, file.user.value, file.labels["name"].value, file.added_layers
/// (True, '1001', 'app', 0)
/// >>> [(one.keyword, one.line) for one in file.instructions]
/// [('FROM', 1), ('LABEL', 2), ('USER', 3)]
#[pyclass(frozen, module = "rekey")]
pub(crate) struct Dockerfile {
    /// The instructions in order, including those with errors.
    #[pyo3(get)]
    instructions: Vec<Py<Instruction>>,
    /// The stages in order.
    #[pyo3(get)]
    stages: Vec<Py<Stage>>,
    /// The number of the stage that is built; ``None`` if there is no stage.
    #[pyo3(get)]
    target: Option<usize>,
    /// The problems, in the order in which BuildKit would find them.
    #[pyo3(get)]
    problems: Vec<Py<Problem>>,
    /// True if BuildKit accepts the file: it has no error of the phase ``"parse"``.
    #[pyo3(get)]
    accepted: bool,
    /// The user of the final image.
    #[pyo3(get)]
    user: Fact,
    /// The working directory of the final image.
    #[pyo3(get)]
    workdir: Fact,
    labels: Vec<(String, Fact)>,
    /// The number of layers that the final image adds to its base.
    #[pyo3(get)]
    added_layers: u32,
}

#[pymethods]
impl Dockerfile {
    /// Parses a Dockerfile: ``str`` or ``bytes`` are its content, a path is its file.
    ///
    /// ``build_args`` are values as passed to the build, ``target`` is the stage to build, ``platform`` the
    /// platform to build for (default: ``"linux/amd64"``).
    ///
    /// >>> Dockerfile.parse("ARG UID\nFROM scratch\nARG UID\nUSER $UID\n").user.reason
    /// 'build argument `UID` has no default and was not given'
    /// >>> Dockerfile.parse("ARG UID\nFROM scratch\nARG UID\nUSER $UID\n", build_args={"UID": "1001"}).user.value
    /// '1001'
    #[staticmethod]
    #[pyo3(signature = (data, *, build_args = None, stage = None, platform = None))]
    fn parse(
        py: Python<'_>,
        data: Input<'_>,
        build_args: Option<Pairs>,
        stage: Option<String>,
        platform: Option<String>,
    ) -> PyResult<Self> {
        let mut options = Options::default();
        options.build_args = build_args.unwrap_or_default().0;
        options.stage = stage;
        options.platform = platform.unwrap_or(options.platform);
        let file = py.detach(|| core::Dockerfile::parse(data.bytes(), &options));
        let places = Places { locator: Locator::new(data.bytes()), unit: data.unit() };
        let labels = file.labels.iter();
        Ok(Self {
            instructions: objects(py, file.instructions.iter().map(|one| instruction(one, &places)))?,
            stages: objects(py, file.stages.iter().map(|one| stage_of(one, &file)))?,
            target: file.target,
            problems: objects(py, file.problems.iter().map(|one| problem(one, &places)))?,
            accepted: file.accepted(),
            user: fact(&file.user.fact),
            workdir: fact(&file.workdir.fact),
            labels: labels.filter_map(|one| Some((one.key.value()?.to_owned(), fact(&one.value)))).collect(),
            added_layers: file.added_layers,
        })
    }

    /// The labels that the file sets, with their values. Labels with an unknown key are omitted.
    #[getter]
    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let labels = PyDict::new(py);
        for (key, value) in &self.labels {
            labels.set_item(key, value.clone())?;
        }
        Ok(labels)
    }

    fn __repr__(&self) -> String {
        let (instructions, stages) = (self.instructions.len(), self.stages.len());
        format!("<Dockerfile of {instructions} instructions in {stages} stages>")
    }
}

/// One instruction of a Dockerfile.
///
/// >>> text = "FROM scratch\nCOPY --chown=1001 a b /\n"
/// >>> copy = Dockerfile.parse(text).instructions[1]
/// >>> copy.keyword, copy.line, [one.text for one in copy.arguments], copy.flags[0].name
/// ('COPY', 2, ['a', 'b', '/'], 'chown')
/// >>> text[copy.start:copy.end]
/// 'COPY --chown=1001 a b /'
#[pyclass(frozen, eq, hash, get_all, module = "rekey")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Instruction {
    /// The keyword in uppercase.
    keyword: String,
    /// The line of the keyword, from 1.
    line: u32,
    /// The last line, including heredocs.
    end_line: u32,
    /// The start of the keyword.
    start: u32,
    /// The end of the last argument, without heredocs.
    end: u32,
    /// The words that begin with ``--``.
    flags: Vec<Flag>,
    /// All other words; the command of a shell form is one.
    arguments: Vec<Argument>,
}

#[pymethods]
impl Instruction {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str) {
        ("keyword", "arguments")
    }

    fn __repr__(&self) -> String {
        format!("<Instruction {} at line {}>", self.keyword, self.line)
    }
}

/// One word of an instruction, before its variables are replaced.
///
/// >>> Dockerfile.parse("FROM scratch\nUSER 1001\n").instructions[1].arguments[0].text
/// '1001'
#[pyclass(frozen, eq, hash, get_all, module = "rekey")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Argument {
    /// The word as written; JSON strings are decoded.
    text: String,
    /// Its start.
    start: u32,
    /// Its end; continuations between its lines are inside.
    end: u32,
}

#[pymethods]
impl Argument {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str,) {
        ("text",)
    }

    fn __repr__(&self) -> String {
        format!("<Argument {}..{}>", self.start, self.end)
    }
}

/// A word of an instruction that begins with ``--``.
///
/// >>> flag = Dockerfile.parse("FROM --platform=linux/amd64 scratch\n").instructions[0].flags[0]
/// >>> flag.name, flag.value
/// ('platform', 'linux/amd64')
#[pyclass(frozen, eq, hash, get_all, module = "rekey")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Flag {
    /// Its name without dashes.
    name: String,
    /// The text after the ``=``.
    value: Option<String>,
    /// Its start.
    start: u32,
    /// Its end.
    end: u32,
}

#[pymethods]
impl Flag {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str) {
        ("name", "value")
    }

    fn __repr__(&self) -> String {
        format!("<Flag --{}>", self.name)
    }
}

/// A stage of a Dockerfile.
///
/// >>> build, final = Dockerfile.parse("FROM golang:1.25 AS build\nFROM scratch\n").stages
/// >>> build.name, build.base, build.kind, build.needed
/// ('build', 'golang:1.25', 'image', False)
#[pyclass(frozen, eq, hash, get_all, module = "rekey")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Stage {
    /// Its number, from 0.
    index: usize,
    /// Its name in lowercase.
    name: Option<String>,
    /// Its base, with variables replaced if they are known.
    base: String,
    /// The kind of the base: ``"scratch"``, ``"stage"``, ``"image"``, ``"unresolved"`` or ``"error"``.
    kind: &'static str,
    /// The line of its ``FROM``, from 1.
    line: u32,
    /// True if the stage that is built needs it.
    needed: bool,
}

#[pymethods]
impl Stage {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str) {
        ("name", "base")
    }

    fn __repr__(&self) -> String {
        let name = self.name.as_deref().map_or_else(String::new, |name| format!(" {name}"));
        format!("<Stage {}{name} at line {}>", self.index, self.line)
    }
}

/// A fact about the final image, as far as its Dockerfile determines it.
///
/// >>> Dockerfile.parse("FROM ubi9\n").user
/// <Fact inherited: not set here; the base image decides>
#[pyclass(frozen, eq, hash, get_all, module = "rekey")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Fact {
    /// ``"known"``, ``"inherited"`` (from the base image), ``"unresolved"`` or ``"error"``.
    kind: &'static str,
    /// The value; ``None`` unless it is known.
    value: Option<String>,
    /// The reason why it is unknown.
    reason: Option<String>,
}

#[pymethods]
impl Fact {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str) {
        ("kind", "value")
    }

    fn __repr__(&self) -> String {
        match &self.reason {
            Some(reason) => format!("<Fact {}: {reason}>", self.kind),
            None => format!("<Fact {}>", self.kind),
        }
    }
}

/// A problem of a Dockerfile.
///
/// >>> problem = Dockerfile.parse("FORM scratch\n").problems[0]
/// >>> problem.severity, problem.phase, problem.line
/// ('error', 'parse', 1)
#[pyclass(frozen, eq, hash, get_all, module = "rekey")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Problem {
    /// ``"error"`` (BuildKit stops) or ``"warning"`` (BuildKit continues, but the file probably does not mean
    /// what it says).
    severity: &'static str,
    /// One line that says what is wrong.
    message: String,
    /// The phase in which BuildKit finds it: ``"parse"`` or ``"evaluate"``.
    phase: &'static str,
    /// The first line of the instruction, from 1.
    line: u32,
    /// The start of the wrong part.
    start: u32,
    /// The end of the wrong part.
    end: u32,
}

#[pymethods]
impl Problem {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str) {
        ("severity", "message")
    }

    fn __repr__(&self) -> String {
        format!("<Problem {} at line {}: {}>", self.severity, self.line, self.message)
    }
}

/// Spans of one text in the unit of that text.
struct Places<'a> {
    locator: Locator<'a>,
    unit: Unit,
}

impl Places<'_> {
    fn of(&self, span: Span) -> Span {
        if self.unit == Unit::Bytes { span } else { self.locator.locate(span).chars }
    }
}

fn objects<T>(py: Python<'_>, values: impl Iterator<Item = T>) -> PyResult<Vec<Py<T>>>
where
    T: PyClass + Into<PyClassInitializer<T>>,
{
    values.map(|value| Py::new(py, value)).collect()
}

fn instruction(from: &core::Instruction<'_>, places: &Places<'_>) -> Instruction {
    let span = places.of(from.span);
    let flag = |flag: &core::Flag<'_>| {
        let span = places.of(flag.span);
        let value = flag.value.as_ref().map(|value| value.text().into_owned());
        Flag { name: flag.name.clone().into_owned(), value, start: span.start, end: span.end }
    };
    let argument = |word: &&core::Word<'_>| {
        let span = places.of(word.span);
        Argument { text: word.text().into_owned(), start: span.start, end: span.end }
    };
    // The words of an instruction begin with the values of its flags.
    let of_flags = from.flags.iter().filter(|flag| flag.value.is_some()).count();
    Instruction {
        keyword: keyword(from).into_owned(),
        line: from.line,
        end_line: from.end_line,
        start: span.start,
        end: span.end,
        flags: from.flags.iter().map(flag).collect(),
        arguments: from.words().iter().skip(of_flags).map(argument).collect(),
    }
}

/// The keyword in uppercase, even if it is unknown.
fn keyword(from: &core::Instruction<'_>) -> Cow<'static, str> {
    match from.keyword {
        core::Keyword::Unknown => from.name.text().to_uppercase().into(),
        known => known.as_str().into(),
    }
}

fn stage_of(from: &core::Stage, file: &core::Dockerfile<'_>) -> Stage {
    let (kind, base) = match &from.base {
        core::Base::Scratch => ("scratch", None),
        core::Base::Stage(_) => ("stage", None),
        core::Base::Image(image) => ("image", Some(image)),
        core::Base::Unresolved(_) => ("unresolved", None),
        _ => ("error", None),
    };
    Stage {
        index: from.index,
        name: from.name.clone(),
        base: base.unwrap_or(&from.raw_base).clone(),
        kind,
        line: file.instructions.get(from.from).map_or(0, |instruction| instruction.line),
        needed: from.reachable,
    }
}

fn fact(from: &core::Fact) -> Fact {
    let kind = match from {
        core::Fact::Known(_) => "known",
        core::Fact::Inherited => "inherited",
        core::Fact::Unresolved(..) => "unresolved",
        core::Fact::Error(_) => "error",
    };
    Fact { kind, value: from.value().map(str::to_owned), reason: from.reason() }
}

fn problem(from: &core::Problem, places: &Places<'_>) -> Problem {
    let span = places.of(from.span);
    Problem {
        severity: if from.severity == Severity::Error { "error" } else { "warning" },
        message: from.kind.to_string(),
        phase: if from.phase == Phase::Parse { "parse" } else { "evaluate" },
        line: from.line,
        start: span.start,
        end: span.end,
    }
}
