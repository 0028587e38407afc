//! The table of traps, `tests/cases/dockerfile/traps.toml`, which Python and Node run too.
//!
//! A case has a name, `trap`, and an `input` (or `input_hex`); `fill` is the number of `x` that follow it.
//! Without other keys, the file is accepted and its image can be computed. `refused` is the line of the error
//! that keeps BuildKit from parsing it, `fails` the line of one that it finds later. The other keys are
//! expected values: `instructions` are `[keyword, first line, last line]`; `stages` are `[name, base, kind]`;
//! `labels`, `user`, `workdir` and `layers` belong to the image, and `unknown_user` is the reason why its
//! user is unknown; `flags` are `[name, value]` of the last instruction, `texts` its words, and `marks` the
//! text at their places; `warns` is the text at the places of all warnings.

use std::collections::BTreeMap;

use rekey_core::dockerfile::{Base, Dockerfile, Fact, Instruction, Options, Stage, Word};
use serde::Deserialize;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/cases/dockerfile/traps.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) trap: String,
    input: Option<String>,
    input_hex: Option<String>,
    #[serde(default)]
    fill: usize,
    #[serde(default)]
    build_args: BTreeMap<String, String>,
    refused: Option<u32>,
    fails: Option<u32>,
    instructions: Option<Vec<(String, u32, u32)>>,
    stages: Option<Vec<[String; 3]>>,
    user: Option<String>,
    unknown_user: Option<String>,
    labels: Option<BTreeMap<String, String>>,
    workdir: Option<String>,
    layers: Option<u32>,
    flags: Option<Vec<[String; 2]>>,
    texts: Option<Vec<String>>,
    marks: Option<Vec<String>>,
    warns: Option<Vec<String>>,
}

pub(crate) fn traps() -> Vec<Case> {
    let table: Table = toml::from_str(&std::fs::read_to_string(TABLE).unwrap()).unwrap();
    table.case
}

impl Case {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = match (&self.input, &self.input_hex) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, hex) => {
                let hex = hex.as_ref().expect("a case has input or input_hex");
                (0..hex.len())
                    .step_by(2)
                    .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
                    .collect()
            }
        };
        bytes.resize(bytes.len() + self.fill, b'x');
        bytes
    }

    /// The differences from the expectations.
    pub(crate) fn differences(&self) -> Vec<String> {
        let input = self.bytes();
        let mut options = Options::default();
        options.build_args = self.build_args.clone().into_iter().collect();
        let file = Dockerfile::parse(&input, &options);
        let mut differences = Differences { trap: &self.trap, found: Vec::new() };

        let errors: Vec<_> = file.problems.iter().filter(|problem| problem.is_error()).collect();
        let line = errors.first().map(|problem| problem.line);
        differences.of("accepted", Some(&self.refused.is_none()), &file.accepted());
        differences.of("line of the first error", Some(&self.refused.or(self.fails)), &line);

        let lines = |one: &Instruction<'_>| (one.name.text().to_uppercase(), one.line, one.end_line);
        let instructions = file.instructions.iter().map(lines).collect();
        differences.of("instructions", self.instructions.as_ref(), &instructions);
        differences.of("stages", self.stages.as_ref(), &file.stages.iter().map(stage).collect());
        differences.of("user", self.user.as_ref(), &known(&file.user.fact));
        differences.of("unknown user", self.unknown_user.as_ref(), &kind(&file.user.fact).to_owned());
        let labels = file.labels.iter().map(|label| (known(&label.key), known(&label.value)));
        differences.of("labels", self.labels.as_ref(), &labels.collect());
        differences.of("workdir", self.workdir.as_ref(), &known(&file.workdir.fact));
        differences.of("layers", self.layers.as_ref(), &file.added_layers);

        if let Some(last) = file.instructions.last() {
            let value =
                |word: Option<&Word<'_>>| word.map(|word| word.text().into_owned()).unwrap_or_default();
            let flags = last.flags.iter().map(|flag| [flag.name.to_string(), value(flag.value.as_ref())]);
            differences.of("flags", self.flags.as_ref(), &flags.collect());
            let of_flags = last.flags.iter().filter(|flag| flag.value.is_some()).count();
            let words = last.words().split_off(of_flags);
            let texts = words.iter().map(|word| word.text().into_owned());
            differences.of("texts", self.texts.as_ref(), &texts.collect());
            let marks = words.iter().map(|word| text(word.span.of(&input)));
            differences.of("marks", self.marks.as_ref(), &marks.collect());
        }
        let warnings = file.problems.iter().filter(|problem| !problem.is_error());
        let marked = warnings.map(|problem| text(problem.span.of(&input)));
        differences.of("warns", self.warns.as_ref(), &marked.collect());
        differences.found
    }
}

struct Differences<'a> {
    trap: &'a str,
    found: Vec<String>,
}

impl Differences<'_> {
    fn of<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, expected: Option<&T>, found: &T) {
        if let Some(expected) = expected.filter(|expected| *expected != found) {
            self.found.push(format!("{}: {what}: expected {expected:?}, found {found:?}", self.trap));
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn known(fact: &Fact) -> String {
    fact.value().map_or_else(|| kind(fact).to_owned(), str::to_owned)
}

fn kind(fact: &Fact) -> &'static str {
    match fact {
        Fact::Known(_) => "known",
        Fact::Inherited => "inherited",
        Fact::Unresolved(..) => "unresolved",
        Fact::Error(_) => "error",
    }
}

fn stage(stage: &Stage) -> [String; 3] {
    let (kind, base) = match &stage.base {
        Base::Scratch => ("scratch", None),
        Base::Stage(_) => ("stage", None),
        Base::Image(image) => ("image", Some(image)),
        Base::Unresolved(_) => ("unresolved", None),
        _ => ("error", None),
    };
    [stage.name.clone().unwrap_or_default(), base.unwrap_or(&stage.raw_base).clone(), kind.to_owned()]
}
