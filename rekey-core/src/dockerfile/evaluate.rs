//! The second pass: variables, stages and the final image, as far as the file determines it.
//!
//! Stages form trees: each begins with an image or with an earlier stage. The trees are walked depth first
//! with one set of variables; a stage's changes are undone when its children are done. So each reachable
//! stage runs once, whatever the shape, and nothing is copied. The target's chain comes last and is not
//! undone: it is the result.

mod order;
mod run;
mod undeclared;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::fact::{Cause, Fact, Setting};
use super::instruction::{Arguments, Trigger};
use super::keyword::Keyword;
use super::labels::Label;
use super::lexer::{self, Mode};
use super::platform::Platform;
use super::port::Ports;
use super::predefined::Predefined;
use super::problem::{Problem, ProblemKind, SubstitutionError};
use super::shape::{self, Shape};
use super::stage::{Base, Stage};
use super::syntax::Syntax;
use super::variables::{self, Binding, Scope, Setter, Value, Variables};
use super::word::Word;
use super::{Options, limits};
use crate::{reference, text::Span};

/// An instruction as it runs when the target is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The index of the instruction in the file; for one of the base image's `ONBUILD`, that of the `FROM`.
    pub instruction: usize,
    /// The stage in which it runs.
    pub stage: usize,
    /// Its origin.
    pub origin: Origin,
}

/// The origin of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An instruction of the stage.
    Stage,
    /// An instruction after `ONBUILD` in the stage that this one begins with.
    Trigger,
    /// An instruction after `ONBUILD` in the base image.
    BaseTrigger,
}

/// The result of a chain of stages.
#[derive(Clone, Debug)]
pub(super) struct Image {
    pub(super) steps: Vec<Step>,
    pub(super) user: Rc<Setting>,
    pub(super) workdir: Rc<Setting>,
    /// The working directory from each step that sets it; steps count from 1, and 0 is the base image.
    pub(super) workdirs: Vec<(u32, Fact)>,
    pub(super) labels: Vec<Label>,
    pub(super) layers: Vec<usize>,
    pub(super) uncertain_layers: u32,
    pub(super) ports: Vec<(Ports, usize)>,
    pub(super) command: Option<usize>,
    pub(super) entrypoint: Option<usize>,
    pub(super) variables: Variables,
    pub(super) closed: bool,
}

/// The results of the second pass.
pub(super) struct Evaluation {
    pub(super) stages: Vec<Stage>,
    pub(super) target: Option<usize>,
    pub(super) image: Image,
    pub(super) problems: Vec<Problem>,
}

pub(super) fn evaluate(syntax: &Syntax<'_>, options: &Options) -> Evaluation {
    let mut evaluator = Evaluator::new(syntax, options);
    evaluator.check_options();
    let target = evaluator.stages();
    if let Some(target) = target {
        evaluator.follow(target);
        evaluator.walk(target);
    }
    evaluator.problems.sort_by_key(Problem::order);
    Evaluation { stages: evaluator.stages, target, image: evaluator.image, problems: evaluator.problems }
}

/// The expansion of a word.
enum Expanded<'w> {
    Known(Cow<'w, str>),
    Unknown(Cause, Shape),
    Error(SubstitutionError),
}

/// The result of expanding a word, with the variables that it used.
struct Expansion<'w> {
    value: Result<Cow<'w, str>, SubstitutionError>,
    unknown: Option<Cause>,
    undeclared: Vec<String>,
}

impl From<Expanded<'_>> for Fact {
    fn from(expanded: Expanded<'_>) -> Self {
        match expanded {
            Expanded::Known(value) => Self::Known(value.into_owned()),
            Expanded::Unknown(cause, shape) => Self::Unresolved(cause, shape),
            Expanded::Error(error) => Self::Error(error),
        }
    }
}

impl Expanded<'_> {
    /// Converts the result to the value of a variable of that name.
    fn into_value(self, name: &str) -> Value {
        match self {
            Self::Known(value) => Value::Known(value.into()),
            Self::Unknown(cause, shape) => Value::Unknown(cause, shape),
            Self::Error(_) => Value::Unknown(Cause::Broken(name.to_owned()), Shape::any()),
        }
    }
}

/// The texts that Go parses as a boolean.
const BOOLEANS: [&str; 12] =
    ["1", "t", "T", "true", "True", "TRUE", "0", "f", "F", "false", "False", "FALSE"];

struct Evaluator<'e, 'a> {
    syntax: &'e Syntax<'a>,
    options: &'e Options,
    /// The build arguments with a value.
    build_args: HashMap<&'e str, &'e str>,
    escape: u8,
    stages: Vec<Stage>,
    /// The stages by name; a repeated name means the last one.
    names: HashMap<String, usize>,
    /// The `ONBUILD` instructions of the file, in order.
    onbuild: Vec<usize>,
    /// The number of bytes of triggers that may still run.
    triggers_left: usize,
    globals: Variables,
    predefined: Predefined,
    problems: Vec<Problem>,
    image: Image,
    budget: usize,
    undeclared: undeclared::Undeclared,
    /// The line of the instruction that runs, and a place for problems without one.
    line: u32,
    place: Option<Span>,
}

impl<'e, 'a> Evaluator<'e, 'a> {
    fn new(syntax: &'e Syntax<'a>, options: &'e Options) -> Self {
        let image = Image {
            steps: Vec::new(),
            user: Rc::new(Setting::INHERITED),
            workdir: Rc::new(Setting::INHERITED),
            workdirs: Vec::new(),
            labels: Vec::new(),
            layers: Vec::new(),
            uncertain_layers: 0,
            ports: Vec::new(),
            command: None,
            entrypoint: None,
            variables: Variables::default(),
            closed: options.assume_unset,
        };
        // Doubled, since the sources of stages are collected before the stages run.
        let triggers_left = 2 * limits::max_triggers(syntax.input.len());
        Self {
            syntax,
            options,
            build_args: options.build_args.iter().map(|(name, value)| (&**name, &**value)).collect(),
            escape: syntax.escape as u8,
            stages: Vec::new(),
            names: HashMap::new(),
            onbuild: of_keyword(syntax, Keyword::Onbuild),
            triggers_left,
            globals: Variables::default(),
            predefined: Predefined::default(),
            problems: Vec::new(),
            image,
            budget: variables::BUDGET,
            undeclared: undeclared::Undeclared::default(),
            line: 0,
            place: None,
        }
    }

    fn report(&mut self, kind: ProblemKind, span: Span) {
        if self.problems.len() < limits::MAX_PROBLEMS {
            self.problems.push(Problem::new(kind, self.place.unwrap_or(span), self.line));
        }
    }

    /// Reads the options of the directive `check` for BuildKit's own rules; the first mistake is reported.
    fn check_options(&mut self) {
        let Some(directive) = self.syntax.directives.iter().find(|directive| directive.name == "check")
        else {
            return;
        };
        self.line = directive.line;
        let is_wrong = |option: &&str| match option.split_once('=') {
            Some((key, value)) => match key.trim() {
                "skip" | "experimental" => false,
                "error" => !BOOLEANS.contains(&value.trim()),
                _ => true,
            },
            None => true,
        };
        // A space ends the options, and the third option extends to the end.
        let options = directive.value.split(' ').next().unwrap_or_default().trim();
        let wrong = options.splitn(3, ';').find(is_wrong).filter(|_| !options.is_empty());
        if let Some(option) = wrong {
            self.report(ProblemKind::CheckOption(option.into()), directive.value_span);
        }
    }

    // Stages and global arguments.

    /// Reads global arguments and stages. Returns the target.
    fn stages(&mut self) -> Option<usize> {
        let syntax = self.syntax;
        let froms = of_keyword(syntax, Keyword::From);
        let ends = froms.iter().skip(1).copied().chain([syntax.instructions.len()]);
        let bodies: Vec<Range<usize>> = froms.iter().zip(ends).map(|(from, end)| from + 1..end).collect();
        self.predefined = Predefined::of(self.options, self.last_name(froms.last().copied()));
        self.global_arguments(froms.first().copied().unwrap_or_default());
        for (index, (from, body)) in froms.into_iter().zip(bodies).enumerate() {
            self.stage(index, from, body);
        }
        let last = self.stages.len().checked_sub(1)?;
        let Some(target) = self.options.stage.as_ref() else { return Some(last) };
        if let Some(&index) = self.names.get(&target.to_lowercase()) {
            Some(index)
        } else {
            self.line = u32::MAX;
            let span = self.stages.last().and_then(|stage| syntax.instructions.get(stage.from));
            self.report(ProblemKind::Target(target.into()), span.map_or(Span::at(0), |from| from.span));
            Some(last)
        }
    }

    fn global_arguments(&mut self, first_from: usize) {
        for instruction in self.syntax.instructions.get(..first_from).unwrap_or_default() {
            let Arguments::Variables(variables) = &instruction.arguments else { continue };
            self.line = instruction.line;
            for variable in variables {
                let name = variable.name.text();
                let value = if let Some(value) = self.build_args.get(&*name) {
                    Value::Known((*value).into())
                } else if let Some(word) = &variable.value {
                    self.expand_global(word).into_value(&name)
                } else if self.global(&name).is_none() {
                    self.not_given()
                } else {
                    continue;
                };
                self.globals.set(&name, Binding { step: 1, setter: Setter::Arg, value });
            }
        }
    }

    /// The value of a build argument that has no default and is not given.
    fn not_given(&self) -> Value {
        if self.options.assume_unset { Value::Unset } else { Value::NotGiven }
    }

    fn last_name(&self, last_from: Option<usize>) -> Option<String> {
        match &self.syntax.instructions.get(last_from?)?.arguments {
            Arguments::From { name, .. } => name.as_ref().map(|name| name.text().to_lowercase()),
            _ => None,
        }
    }

    /// A global argument, declared in the file or predefined; a given value wins.
    fn global(&self, name: &str) -> Option<Value> {
        if let Some(binding) = self.globals.last(name) {
            return Some(binding.value.clone());
        }
        let predefined = self.predefined.get(name)?;
        Some(Value::Known(self.build_args.get(name).copied().unwrap_or(predefined).into()))
    }

    fn stage(&mut self, index: usize, from: usize, instructions: Range<usize>) {
        let Some(instruction) = self.syntax.instructions.get(from) else { return };
        self.line = instruction.line;
        let mut stage = Stage {
            index,
            name: None,
            raw_base: String::new(),
            base: Base::Error,
            from,
            instructions,
            reachable: false,
        };
        if let Arguments::From { image, name } = &instruction.arguments {
            stage.raw_base = image.text().into_owned();
            stage.base = self.base(image);
            stage.name = name.as_ref().map(|name| name.text().to_lowercase());
            if let Some(platform) = instruction.flag("platform").and_then(|flag| flag.value.as_ref()) {
                self.platform(platform);
            }
            if let (Some(name), Some(word)) = (&stage.name, name)
                && self.names.insert(name.clone(), index).is_some()
            {
                self.report(ProblemKind::DuplicateStage(name.into()), word.span);
            }
        }
        self.stages.push(stage);
    }

    fn base(&mut self, image: &Word<'_>) -> Base {
        let mut expansion = self.expand_global_text(image);
        let undeclared = std::mem::take(&mut expansion.undeclared);
        let name = match self.expanded(image, expansion) {
            Expanded::Known(name) => name.into_owned(),
            Expanded::Unknown(cause, _) => {
                self.undeclared_in_from(&undeclared, image.span);
                return Base::Unresolved(cause);
            }
            Expanded::Error(_) => return Base::Error,
        };
        if !undeclared.is_empty() && !reference::is_reference(&name) {
            let mut names: Vec<_> = undeclared.iter().map(Into::into).collect();
            names.dedup();
            self.report(ProblemKind::UndeclaredBase(names), image.span);
            return Base::Error;
        }
        self.undeclared_in_from(&undeclared, image.span);
        if name.is_empty() {
            self.report(ProblemKind::BlankBase(image.text().into()), image.span);
            return Base::Error;
        }
        if let Some(&index) = self.names.get(&name) {
            return Base::Stage(index);
        }
        if name == "scratch" {
            return Base::Scratch;
        }
        if !reference::is_reference(&name) {
            self.report(ProblemKind::Reference(name.into()), image.span);
            return Base::Error;
        }
        Base::Image(name)
    }

    /// The instructions that a stage's base stage keeps for it, with their numbers.
    fn triggers(&mut self, stage: usize) -> Vec<(usize, &'e Trigger<'a>)> {
        let syntax = self.syntax;
        let parent =
            self.stages.get(stage).and_then(Stage::parent).and_then(|parent| self.stages.get(parent));
        let Some(Range { start, end }) = parent.map(|parent| parent.instructions.clone()) else {
            return Vec::new();
        };
        let place = |at: usize| self.onbuild.partition_point(|&index| index < at);
        let mut triggers = Vec::new();
        for &index in self.onbuild.get(place(start)..place(end)).unwrap_or_default() {
            let Some(instruction) = syntax.instructions.get(index) else { break };
            let Arguments::Onbuild(trigger) = &instruction.arguments else { continue };
            let Some(left) = self.triggers_left.checked_sub(instruction.extent.len()) else {
                let from = self.stages.get(stage).and_then(|stage| syntax.instructions.get(stage.from));
                self.line = from.map_or(0, |from| from.line);
                self.report(ProblemKind::TooManyTriggers, from.map_or(Span::at(0), |from| from.span));
                break;
            };
            self.triggers_left = left;
            triggers.push((index, &**trigger));
        }
        triggers
    }

    fn platform(&mut self, word: &Word<'_>) {
        if let Expanded::Known(platform) = self.expand_global(word)
            && (platform.is_empty() || Platform::parse(&platform).is_none())
        {
            self.report(ProblemKind::Platform(platform.into()), word.span);
        }
    }

    fn expand_global<'w>(&mut self, word: &'w Word<'_>) -> Expanded<'w> {
        let expansion = self.expand_global_text(word);
        self.undeclared_in_from(&expansion.undeclared, word.span);
        self.expanded(word, expansion)
    }

    fn expand_global_text<'w>(&mut self, word: &'w Word<'_>) -> Expansion<'w> {
        let mut scope = Scope {
            predefined: Some((&self.predefined, &self.build_args)),
            ..Scope::at(&self.globals, 2, true, &mut self.budget)
        };
        let value = expand(word.text(), Mode::word(self.escape), &mut scope);
        Expansion { value, unknown: scope.unknown, undeclared: scope.undeclared }
    }

    fn expanded<'w>(&mut self, word: &Word<'_>, expansion: Expansion<'w>) -> Expanded<'w> {
        match (expansion.value, expansion.unknown) {
            (Err(error), _) => {
                let kind = ProblemKind::Substitution { word: word.text().into(), error: error.clone() };
                self.report(kind, word.span);
                Expanded::Error(error)
            }
            (Ok(value), Some(cause)) if shape::is_open(&value) => Expanded::Unknown(cause, Shape::of(&value)),
            (Ok(value), _) => Expanded::Known(value),
        }
    }
}

/// The instructions of a file with that keyword.
fn of_keyword(syntax: &Syntax<'_>, keyword: Keyword) -> Vec<usize> {
    let instructions = syntax.instructions.iter().enumerate();
    instructions.filter(|(_, instruction)| instruction.keyword == keyword).map(|(index, _)| index).collect()
}

fn expand<'w>(
    text: Cow<'w, str>,
    mode: Mode,
    scope: &mut Scope<'_>,
) -> Result<Cow<'w, str>, SubstitutionError> {
    match text {
        Cow::Borrowed(text) => lexer::expand(text, mode, scope),
        Cow::Owned(text) => lexer::expand(&text, mode, scope).map(|value| Cow::Owned(value.into_owned())),
    }
}
