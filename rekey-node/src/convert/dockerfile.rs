//! Conversion of a Dockerfile for JavaScript.

use std::collections::BTreeMap;

use rekey_core::{
    Span,
    dockerfile::{self as core, Options, Phase},
    text::Locator,
};
use serde::Serialize;

use super::check::BuildOptions;
use crate::content::{Content, Unit, bytes, unit};

/// Parses a Dockerfile, and returns it as JSON.
pub(crate) fn parse_dockerfile(data: &Content<'_>, build: BuildOptions) -> String {
    let mut options = Options::default();
    options.build_args = build.build_args.unwrap_or_default();
    options.stage = build.stage;
    options.platform = build.platform.unwrap_or(options.platform);
    let file = core::Dockerfile::parse(bytes(data), &options);
    let form = DockerfileForm::new(&file, &Places { locator: Locator::new(bytes(data)), unit: unit(data) });
    serde_json::to_string(&form).expect("a Dockerfile holds nothing that JSON cannot")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DockerfileForm {
    instructions: Vec<InstructionForm>,
    stages: Vec<StageForm>,
    target: Option<usize>,
    problems: Vec<ProblemForm>,
    accepted: bool,
    user: FactForm,
    workdir: FactForm,
    labels: BTreeMap<String, FactForm>,
    added_layers: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InstructionForm {
    keyword: String,
    line: u32,
    end_line: u32,
    #[serde(flatten)]
    span: Span,
    flags: Vec<FlagForm>,
    arguments: Vec<WordForm>,
}

#[derive(Serialize)]
struct FlagForm {
    name: String,
    value: Option<String>,
    #[serde(flatten)]
    span: Span,
}

#[derive(Serialize)]
struct WordForm {
    text: String,
    #[serde(flatten)]
    span: Span,
}

#[derive(Serialize)]
struct StageForm {
    index: usize,
    name: Option<String>,
    base: String,
    kind: &'static str,
    line: u32,
    needed: bool,
}

#[derive(Serialize)]
struct FactForm {
    kind: &'static str,
    value: Option<String>,
    reason: Option<String>,
}

#[derive(Serialize)]
struct ProblemForm {
    severity: &'static str,
    message: String,
    phase: &'static str,
    line: u32,
    #[serde(flatten)]
    span: Span,
}

/// Spans of one text in the unit of that text.
struct Places<'a> {
    locator: Locator<'a>,
    unit: Unit,
}

impl Places<'_> {
    fn of(&self, span: Span) -> Span {
        if self.unit == Unit::Bytes { span } else { self.locator.locate(span).utf16 }
    }
}

impl DockerfileForm {
    fn new(file: &core::Dockerfile<'_>, places: &Places<'_>) -> Self {
        let labels = file.labels.iter();
        Self {
            instructions: file.instructions.iter().map(|one| InstructionForm::new(one, places)).collect(),
            stages: file.stages.iter().map(|one| StageForm::new(one, file)).collect(),
            target: file.target,
            problems: file.problems.iter().map(|one| ProblemForm::new(one, places)).collect(),
            accepted: file.accepted(),
            user: FactForm::from(&file.user.fact),
            workdir: FactForm::from(&file.workdir.fact),
            labels: labels
                .filter_map(|one| Some((one.key.value()?.to_owned(), (&one.value).into())))
                .collect(),
            added_layers: file.added_layers,
        }
    }
}

impl InstructionForm {
    fn new(from: &core::Instruction<'_>, places: &Places<'_>) -> Self {
        let flag = |flag: &core::Flag<'_>| FlagForm {
            name: flag.name.clone().into_owned(),
            value: flag.value.as_ref().map(|value| value.text().into_owned()),
            span: places.of(flag.span),
        };
        let argument =
            |word: &&core::Word<'_>| WordForm { text: word.text().into_owned(), span: places.of(word.span) };
        // The words of an instruction begin with the values of its flags.
        let of_flags = from.flags.iter().filter(|flag| flag.value.is_some()).count();
        let keyword = match from.keyword {
            core::Keyword::Unknown => from.name.text().to_uppercase(),
            known => known.as_str().to_owned(),
        };
        Self {
            keyword,
            line: from.line,
            end_line: from.end_line,
            span: places.of(from.span),
            flags: from.flags.iter().map(flag).collect(),
            arguments: from.words().iter().skip(of_flags).map(argument).collect(),
        }
    }
}

impl StageForm {
    fn new(from: &core::Stage, file: &core::Dockerfile<'_>) -> Self {
        let (kind, base) = match &from.base {
            core::Base::Scratch => ("scratch", None),
            core::Base::Stage(_) => ("stage", None),
            core::Base::Image(image) => ("image", Some(image)),
            core::Base::Unresolved(_) => ("unresolved", None),
            _ => ("error", None),
        };
        Self {
            index: from.index,
            name: from.name.clone(),
            base: base.unwrap_or(&from.raw_base).clone(),
            kind,
            line: file.instructions.get(from.from).map_or(0, |instruction| instruction.line),
            needed: from.reachable,
        }
    }
}

impl From<&core::Fact> for FactForm {
    fn from(fact: &core::Fact) -> Self {
        let kind = match fact {
            core::Fact::Known(_) => "known",
            core::Fact::Inherited => "inherited",
            core::Fact::Unresolved(..) => "unresolved",
            core::Fact::Error(_) => "error",
        };
        Self { kind, value: fact.value().map(str::to_owned), reason: fact.reason() }
    }
}

impl ProblemForm {
    fn new(from: &core::Problem, places: &Places<'_>) -> Self {
        Self {
            severity: if from.severity == core::Severity::Error { "error" } else { "warning" },
            message: from.kind.to_string(),
            phase: if from.phase == Phase::Parse { "parse" } else { "evaluate" },
            line: from.line,
            span: places.of(from.span),
        }
    }
}
