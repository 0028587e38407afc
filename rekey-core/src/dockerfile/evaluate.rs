//! The second pass: variables, stages and what the final image is, as far as the file shows it.
//!
//! Stages form trees: each begins with an image or with an earlier stage. The trees are walked depth first with one
//! set of variables; what a stage sets is undone when its children are done. So each reachable stage runs once,
//! whatever the shape, and nothing is copied. The target's chain comes last and is not undone: it is the result.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::fact::{Cause, Fact, Setting};
use super::instruction::{Arguments, Instruction, Pair};
use super::keyword::Keyword;
use super::labels::Label;
use super::lexer::{self, Mode};
use super::platform::Platform;
use super::port::{self, Ports};
use super::predefined::Predefined;
use super::problem::{Problem, ProblemKind, SubstitutionError};
use super::stage::{Base, Stage};
use super::syntax::Syntax;
use super::variables::{self, Binding, Scope, Setter, Value, Variables};
use super::word::Word;
use super::{BaseConfig, Options, limits, mount, path, reference, signal};
use crate::text::Span;

/// The search path of an image that sets none.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// An instruction as it runs when the target is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which instruction of the file; for one of the base image's `ONBUILD`, the `FROM`.
    pub instruction: usize,
    /// The stage in which it runs.
    pub stage: usize,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a step comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It stands in the stage.
    Stage,
    /// It stands behind `ONBUILD` in the stage that this one begins with.
    Trigger,
    /// It stands behind `ONBUILD` in the base image.
    BaseTrigger,
}

/// What a chain of stages amounts to.
#[derive(Clone, Debug)]
pub(super) struct Image {
    pub(super) steps: Vec<Step>,
    pub(super) user: Rc<Setting>,
    pub(super) workdir: Rc<Setting>,
    pub(super) labels: Vec<Label>,
    pub(super) layers: Vec<usize>,
    pub(super) uncertain_layers: u32,
    pub(super) ports: Vec<(Ports, usize)>,
    pub(super) command: Option<usize>,
    pub(super) entrypoint: Option<usize>,
    pub(super) variables: Variables,
    pub(super) closed: bool,
}

/// All that the second pass finds.
pub(super) struct Evaluation {
    pub(super) stages: Vec<Stage>,
    pub(super) target: Option<usize>,
    pub(super) image: Image,
    pub(super) problems: Vec<Problem>,
}

pub(super) fn evaluate(syntax: &Syntax<'_>, options: &Options) -> Evaluation {
    let mut evaluator = Evaluator::new(syntax, options);
    let target = evaluator.stages();
    if let Some(target) = target {
        evaluator.follow(target);
        evaluator.walk(target);
    }
    evaluator.problems.sort_by_key(Problem::order);
    Evaluation { stages: evaluator.stages, target, image: evaluator.image, problems: evaluator.problems }
}

/// What a word is with its variables replaced.
enum Expanded {
    Known(String),
    Unknown(Cause),
    Error(SubstitutionError),
}

impl From<Expanded> for Fact {
    fn from(expanded: Expanded) -> Self {
        match expanded {
            Expanded::Known(value) => Self::Known(value),
            Expanded::Unknown(cause) => Self::Unresolved(cause),
            Expanded::Error(error) => Self::Error(error),
        }
    }
}

impl Expanded {
    /// The value of a variable of that name.
    fn into_value(self, name: &str) -> Value {
        match self {
            Self::Known(value) => Value::Known(value.into()),
            Self::Unknown(cause) => Value::Unknown(cause),
            Self::Error(_) => Value::Unknown(Cause::Broken(name.to_owned())),
        }
    }
}

/// What is to be undone when a stage and its children are done.
struct Mark {
    steps: usize,
    user: Rc<Setting>,
    workdir: Rc<Setting>,
    labels: usize,
    layers: usize,
    uncertain_layers: u32,
    ports: usize,
    command: Option<usize>,
    entrypoint: Option<usize>,
    variables: usize,
    closed: bool,
}

struct Evaluator<'e, 'a> {
    syntax: &'e Syntax<'a>,
    options: &'e Options,
    escape: u8,
    stages: Vec<Stage>,
    /// Stage names; the last stage of a name has it.
    names: HashMap<String, usize>,
    globals: Variables,
    predefined: Predefined,
    problems: Vec<Problem>,
    image: Image,
    budget: usize,
    /// The instruction that runs: its line and a place for what has none.
    line: u32,
    place: Option<Span>,
}

impl<'e, 'a> Evaluator<'e, 'a> {
    fn new(syntax: &'e Syntax<'a>, options: &'e Options) -> Self {
        let image = Image {
            steps: Vec::new(),
            user: Rc::new(Setting::INHERITED),
            workdir: Rc::new(Setting::INHERITED),
            labels: Vec::new(),
            layers: Vec::new(),
            uncertain_layers: 0,
            ports: Vec::new(),
            command: None,
            entrypoint: None,
            variables: Variables::default(),
            closed: options.assume_unset,
        };
        Self {
            syntax,
            options,
            escape: syntax.escape as u8,
            stages: Vec::new(),
            names: HashMap::new(),
            globals: Variables::default(),
            predefined: Predefined::default(),
            problems: Vec::new(),
            image,
            budget: variables::BUDGET,
            line: 0,
            place: None,
        }
    }

    fn report(&mut self, kind: ProblemKind, span: Span) {
        if self.problems.len() < limits::MAX_PROBLEMS {
            self.problems.push(Problem::new(kind, self.place.unwrap_or(span), self.line));
        }
    }

    // Stages and global arguments.

    /// Reads global arguments and stages; gives the target.
    fn stages(&mut self) -> Option<usize> {
        let syntax = self.syntax;
        let is_from = |instruction: &Instruction<'_>| instruction.keyword == Keyword::From;
        let froms: Vec<usize> = (0..syntax.instructions.len())
            .filter(|&index| syntax.instructions.get(index).is_some_and(is_from))
            .collect();
        let ends = froms.iter().skip(1).copied().chain([syntax.instructions.len()]);
        let bodies: Vec<Range<usize>> = froms.iter().zip(ends).map(|(from, end)| from + 1..end).collect();
        self.predefined = Predefined::of(self.options, self.last_name(froms.last().copied()));
        self.global_arguments(froms.first().copied().unwrap_or_default());
        for (index, (from, body)) in froms.into_iter().zip(bodies).enumerate() {
            self.stage(index, from, body);
        }
        let last = self.stages.len().checked_sub(1)?;
        let Some(target) = self.options.target.as_ref() else { return Some(last) };
        match self.names.get(&target.to_lowercase()) {
            Some(&index) => Some(index),
            None => {
                self.line = u32::MAX;
                let span = self.stages.last().and_then(|stage| syntax.instructions.get(stage.from));
                self.report(ProblemKind::Target(target.clone()), span.map_or(Span::at(0), |from| from.span));
                Some(last)
            }
        }
    }

    fn global_arguments(&mut self, first_from: usize) {
        for instruction in self.syntax.instructions.get(..first_from).unwrap_or_default() {
            let Arguments::Variables(variables) = &instruction.arguments else { continue };
            self.line = instruction.line;
            for variable in variables {
                let name = variable.name.text();
                let value = if let Some(value) = self.options.build_arg(&name) {
                    Value::Known(value.into())
                } else if let Some(word) = &variable.value {
                    self.expand_global(word).into_value(&name)
                } else if self.global(&name).is_none() && !self.options.assume_unset {
                    Value::Unknown(Cause::NoValue(name.clone().into_owned()))
                } else {
                    continue;
                };
                self.globals.set(&name, Binding { step: 1, setter: Setter::Arg, value });
            }
        }
    }

    fn last_name(&self, last_from: Option<usize>) -> Option<String> {
        match &self.syntax.instructions.get(last_from?)?.arguments {
            Arguments::From { name, .. } => name.as_ref().map(|name| name.text().to_lowercase()),
            _ => None,
        }
    }

    /// A global argument: declared in the file, or predefined, where a given one wins.
    fn global(&self, name: &str) -> Option<Value> {
        if let Some(binding) = self.globals.last(name) {
            return Some(binding.value.clone());
        }
        let predefined = self.predefined.get(name)?;
        Some(Value::Known(self.options.build_arg(name).unwrap_or(predefined).into()))
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
                self.report(ProblemKind::DuplicateStage(name.clone()), word.span);
            }
        }
        self.stages.push(stage);
    }

    fn base(&mut self, image: &Word<'_>) -> Base {
        let name = match self.expand_global(image) {
            Expanded::Known(name) => name,
            Expanded::Unknown(cause) => return Base::Unresolved(cause),
            Expanded::Error(_) => return Base::Error,
        };
        if name.is_empty() {
            self.report(ProblemKind::BlankBase(image.text().into_owned()), image.span);
            return Base::Error;
        }
        if let Some(&index) = self.names.get(&name) {
            return Base::Stage(index);
        }
        if name == "scratch" {
            return Base::Scratch;
        }
        if !reference::is_reference(&name) {
            self.report(ProblemKind::Reference(name), image.span);
            return Base::Error;
        }
        Base::Image(name)
    }

    fn platform(&mut self, word: &Word<'_>) {
        if let Expanded::Known(platform) = self.expand_global(word)
            && (platform.is_empty() || Platform::parse(&platform).is_none())
        {
            self.report(ProblemKind::Platform(platform), word.span);
        }
    }

    fn expand_global(&mut self, word: &Word<'_>) -> Expanded {
        let text = word.text();
        if !lexer::is_special(&text, self.escape) {
            return Expanded::Known(text.into_owned());
        }
        let mut scope = Scope {
            variables: &self.globals,
            step: 2,
            closed: true,
            predefined: Some((&self.predefined, self.options)),
            budget: &mut self.budget,
            unknown: None,
        };
        let value =
            lexer::expand(&text, Mode::word(self.escape), &mut scope).map(std::borrow::Cow::into_owned);
        let unknown = scope.unknown;
        self.expanded(word, value, unknown)
    }

    fn expanded(
        &mut self,
        word: &Word<'_>,
        value: Result<String, SubstitutionError>,
        unknown: Option<Cause>,
    ) -> Expanded {
        match (value, unknown) {
            (Err(error), _) => {
                let kind = ProblemKind::Substitution { word: shortened(&word.text()), error: error.clone() };
                self.report(kind, word.span);
                Expanded::Error(error)
            }
            (Ok(_), Some(cause)) => Expanded::Unknown(cause),
            (Ok(value), None) => Expanded::Known(value),
        }
    }

    // Which stages are needed, and in which order.

    /// Marks the stages that the target needs, and reports sources that are none.
    fn follow(&mut self, target: usize) {
        let sources: Vec<Vec<(usize, Span, u32)>> =
            (0..self.stages.len()).map(|index| self.sources(index)).collect();
        self.circles(&sources);
        let mut open = vec![target];
        while let Some(index) = open.pop() {
            let Some(stage) = self.stages.get_mut(index).filter(|stage| !stage.reachable) else { continue };
            stage.reachable = true;
            open.extend(stage.parent());
            for &(source, span, line) in sources.get(index).into_iter().flatten() {
                if source > index {
                    let name = self.stages.get(source).and_then(|stage| stage.name.clone());
                    self.line = line;
                    self.report(ProblemKind::StageBelow(name.unwrap_or_else(|| source.to_string())), span);
                }
                open.push(source);
            }
        }
    }

    /// The stages that a stage copies from or mounts.
    fn sources(&mut self, index: usize) -> Vec<(usize, Span, u32)> {
        let syntax = self.syntax;
        let Some(stage) = self.stages.get(index) else { return Vec::new() };
        let own = syntax.instructions.get(stage.instructions.clone()).unwrap_or_default();
        let parent = stage.parent().and_then(|parent| self.stages.get(parent));
        let inherited = parent
            .and_then(|parent| syntax.instructions.get(parent.instructions.clone()))
            .unwrap_or_default();
        let triggers = inherited.iter().filter(|instruction| instruction.keyword == Keyword::Onbuild);
        let mut sources = Vec::new();
        for instruction in triggers.map(Instruction::effective).chain(own) {
            if instruction.flags.is_empty() || !matches!(instruction.keyword, Keyword::Copy | Keyword::Run) {
                continue;
            }
            self.line = instruction.line;
            for flag in &instruction.flags {
                let Some(value) = &flag.value else { continue };
                let source = match (instruction.keyword, flag.name.as_ref()) {
                    (Keyword::Copy, "from") => self.copy_source(value),
                    (Keyword::Run, "mount") => mount::from(&value.text()).and_then(|name| self.named(&name)),
                    _ => None,
                };
                sources.extend(source.map(|source| (source, value.span, instruction.line)));
            }
        }
        sources
    }

    fn named(&self, name: &str) -> Option<usize> {
        self.names.get(&name.to_lowercase()).copied()
    }

    fn copy_source(&mut self, word: &Word<'_>) -> Option<usize> {
        let text = word.text();
        if text.is_empty() {
            return None;
        }
        let constant = lexer::expand(&text, Mode::word(self.escape), &mut lexer::Nothing { asked: false });
        if constant.as_deref().is_ok_and(|constant| constant != text) {
            self.report(ProblemKind::CopyFromVariable(text.into_owned()), word.span);
            return None;
        }
        if let Err(error) = constant {
            let kind = ProblemKind::Substitution { word: shortened(&text), error };
            self.report(kind, word.span);
            return None;
        }
        let Ok(number) = text.parse::<i64>() else {
            let source = self.named(&text);
            if source.is_none() && text != "scratch" && !reference::is_reference(&text) {
                self.report(ProblemKind::Reference(text.into_owned()), word.span);
            }
            return source;
        };
        let index = usize::try_from(number).ok().filter(|&index| index < self.stages.len());
        if index.is_none() {
            self.report(ProblemKind::CopyFromIndex(text.into_owned()), word.span);
        }
        index
    }

    /// Reports stages that need themselves through copies and mounts.
    fn circles(&mut self, sources: &[Vec<(usize, Span, u32)>]) {
        #[derive(Clone, Copy, PartialEq)]
        enum Visit {
            New,
            Open,
            Done,
        }
        let mut visits = vec![Visit::New; sources.len()];
        for start in 0..sources.len() {
            let mut path = vec![(start, 0)];
            while let Some((index, next)) = path.last_mut() {
                let index = *index;
                let Some(visit) = visits.get_mut(index) else { break };
                if *next == 0 && *visit != Visit::New {
                    path.pop();
                    continue;
                }
                *visit = Visit::Open;
                let source = sources.get(index).and_then(|sources| sources.get(*next)).copied();
                *next += 1;
                let Some((source, span, line)) = source else {
                    *visit = Visit::Done;
                    path.pop();
                    continue;
                };
                if visits.get(source) == Some(&Visit::Open) {
                    let name = self.stages.get(source).and_then(|stage| stage.name.clone());
                    self.line = line;
                    self.report(ProblemKind::Circular(name.unwrap_or_else(|| source.to_string())), span);
                } else {
                    path.push((source, 0));
                }
            }
        }
    }

    /// Runs all reachable stages, the target's chain last.
    fn walk(&mut self, target: usize) {
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.stages.len()];
        let mut in_chain = vec![false; self.stages.len()];
        let mut chain = Vec::new();
        let mut next = Some(target);
        while let Some(index) = next {
            chain.push(index);
            if let Some(flag) = in_chain.get_mut(index) {
                *flag = true;
            }
            next = self.stages.get(index).and_then(Stage::parent);
        }
        let mut roots = Vec::new();
        for stage in self.stages.iter().filter(|stage| stage.reachable) {
            if in_chain.get(stage.index) == Some(&true) {
                continue;
            }
            match stage.parent().and_then(|parent| children.get_mut(parent)) {
                Some(siblings) => siblings.push(stage.index),
                None => roots.push(stage.index),
            }
        }
        for root in roots {
            self.tree(root, &children);
        }
        for index in chain.into_iter().rev() {
            self.enter(index, true);
            let offspring = children.get(index).cloned().unwrap_or_default();
            if index != target {
                offspring.into_iter().for_each(|child| self.tree(child, &children));
            }
        }
    }

    /// Runs a stage and all that begin with it, and undoes them.
    fn tree(&mut self, root: usize, children: &[Vec<usize>]) {
        enum Task {
            Run(usize),
            Undo(Box<Mark>),
        }
        let mut tasks = vec![Task::Run(root)];
        while let Some(task) = tasks.pop() {
            match task {
                Task::Run(index) => {
                    tasks.push(Task::Undo(Box::new(self.mark())));
                    self.enter(index, false);
                    tasks.extend(children.get(index).into_iter().flatten().map(|&child| Task::Run(child)));
                }
                Task::Undo(mark) => self.undo(*mark),
            }
        }
    }

    fn mark(&self) -> Mark {
        let image = &self.image;
        Mark {
            steps: image.steps.len(),
            user: Rc::clone(&image.user),
            workdir: Rc::clone(&image.workdir),
            labels: image.labels.len(),
            layers: image.layers.len(),
            uncertain_layers: image.uncertain_layers,
            ports: image.ports.len(),
            command: image.command,
            entrypoint: image.entrypoint,
            variables: image.variables.mark(),
            closed: image.closed,
        }
    }

    fn undo(&mut self, mark: Mark) {
        let image = &mut self.image;
        image.steps.truncate(mark.steps);
        image.user = mark.user;
        image.workdir = mark.workdir;
        image.labels.truncate(mark.labels);
        image.layers.truncate(mark.layers);
        image.uncertain_layers = mark.uncertain_layers;
        image.ports.truncate(mark.ports);
        image.command = mark.command;
        image.entrypoint = mark.entrypoint;
        image.variables.undo(mark.variables);
        image.closed = mark.closed;
    }

    // Instructions.

    fn enter(&mut self, index: usize, is_target: bool) {
        let syntax = self.syntax;
        let Some(stage) = self.stages.get(index) else { return };
        let (from, body, parent) = (stage.from, stage.instructions.clone(), stage.parent());
        if parent.is_none() {
            self.begin(index, is_target);
        }
        let parent =
            parent.and_then(|parent| self.stages.get(parent)).map(|parent| parent.instructions.clone());
        let inherited = parent.and_then(|parent| Some((parent.start, syntax.instructions.get(parent)?)));
        if let Some((first, inherited)) = inherited {
            let from_span = syntax.instructions.get(from).map_or(Span::at(0), |from| from.span);
            let from_line = syntax.instructions.get(from).map_or(0, |from| from.line);
            for (offset, instruction) in inherited.iter().enumerate() {
                let Arguments::Onbuild(trigger) = &instruction.arguments else { continue };
                (self.line, self.place) = (from_line, Some(from_span));
                for problem in trigger.problems.iter().filter(|problem| problem.is_error()) {
                    self.report(ProblemKind::Trigger(Box::new(problem.kind.clone())), from_span);
                }
                let step = Step { instruction: first + offset, stage: index, origin: Origin::Trigger };
                self.step(step, &trigger.instruction);
            }
            self.place = None;
        }
        let Some(instructions) = syntax.instructions.get(body.clone()) else { return };
        for (instruction, place) in instructions.iter().zip(body) {
            self.line = instruction.line;
            self.step(Step { instruction: place, stage: index, origin: Origin::Stage }, instruction);
        }
    }

    /// Starts a chain: what an image brings along.
    fn begin(&mut self, index: usize, is_target: bool) {
        let Some(stage) = self.stages.get(index) else { return };
        let (scratch, from) = (stage.base == Base::Scratch, stage.from);
        let config = self.options.base.as_ref().filter(|_| is_target && !scratch);
        self.image.closed = scratch || config.is_some() || self.options.assume_unset;
        if scratch || self.options.assume_unset {
            self.image.workdir = setting(Fact::Known("/".to_owned()), None, None);
        }
        if scratch {
            self.image.user = setting(Fact::Known(String::new()), None, None);
        }
        if self.image.closed {
            let path = Value::Known(DEFAULT_PATH.into());
            self.image.variables.set("PATH", Binding { step: 0, setter: Setter::Env, value: path });
        }
        if let Some(config) = config {
            self.begin_with(config, index, from);
        }
    }

    fn begin_with(&mut self, config: &BaseConfig, stage: usize, from: usize) {
        let Some(instruction) = self.syntax.instructions.get(from) else { return };
        let span = instruction.span;
        self.image.user = setting(Fact::Known(config.user.clone()), None, None);
        let workdir = path::workdir("/", &config.workdir);
        self.image.workdir = setting(Fact::Known(workdir), None, None);
        for (name, value) in &config.env {
            let value = Value::Known(value.as_str().into());
            self.image.variables.set(name, Binding { step: 0, setter: Setter::Env, value });
        }
        self.image.labels.extend(config.labels.iter().map(|(key, value)| Label {
            key: Fact::Known(key.clone()),
            value: Fact::Known(value.clone()),
            step: None,
            key_span: span,
            value_span: span,
            legacy: false,
        }));
        for trigger in &config.onbuild {
            let trigger = Syntax::scan(trigger.as_bytes());
            (self.line, self.place) = (instruction.line, Some(span));
            for instruction in &trigger.instructions {
                self.step(Step { instruction: from, stage, origin: Origin::BaseTrigger }, instruction);
            }
        }
        self.place = None;
    }

    /// The number of the step that runs, from one; what was set by it does not count for it.
    fn now(&self) -> u32 {
        self.image.steps.len() as u32
    }

    fn step(&mut self, step: Step, instruction: &Instruction<'_>) {
        self.image.steps.push(step);
        let place = self.image.steps.len() - 1;
        match (&instruction.arguments, instruction.keyword) {
            (Arguments::Pairs(pairs), Keyword::Env) => self.env(pairs),
            (Arguments::Pairs(pairs), _) => self.label(pairs, place),
            (Arguments::Variables(_), _) => self.arg(instruction),
            (Arguments::Value(word), Keyword::User) => {
                let fact = self.expand(word).into();
                self.image.user = setting(fact, Some(place), Some(self.place.unwrap_or(word.span)));
            }
            (Arguments::Value(word), Keyword::Workdir) => self.workdir(word, place),
            (Arguments::Value(word), Keyword::Stopsignal) => {
                if let Expanded::Known(name) = self.expand(word)
                    && !signal::is_signal(&name)
                {
                    self.report(ProblemKind::Signal(name), word.span);
                }
            }
            (Arguments::Copy { .. }, _) => self.copy(instruction, place),
            (_, Keyword::Run) => self.run(instruction, place),
            (Arguments::Words(words), Keyword::Expose) => {
                words.iter().for_each(|word| self.expose(word, place))
            }
            (Arguments::Words(words), _) => {
                for word in words {
                    if let Expanded::Known(path) = self.expand(word)
                        && path.is_empty()
                    {
                        self.report(ProblemKind::BlankVolume, word.span);
                    }
                }
            }
            (_, Keyword::Cmd) => self.image.command = Some(place),
            (_, Keyword::Entrypoint) => self.image.entrypoint = Some(place),
            (_, Keyword::Copy | Keyword::Add) => self.image.layers.push(place),
            _ => {}
        }
    }

    fn expand(&mut self, word: &Word<'_>) -> Expanded {
        let text = word.text();
        if !lexer::is_special(&text, self.escape) {
            return Expanded::Known(text.into_owned());
        }
        let (value, unknown) = self.expand_text(&text, Mode::word(self.escape));
        self.expanded(word, value, unknown)
    }

    /// Reports what is wrong with a word whose value does not matter.
    fn check(&mut self, word: &Word<'_>) {
        if lexer::is_special(&word.text(), self.escape) {
            self.expand(word);
        }
    }

    fn expand_text(&mut self, text: &str, mode: Mode) -> (Result<String, SubstitutionError>, Option<Cause>) {
        let step = self.now();
        let mut scope = Scope {
            variables: &self.image.variables,
            step,
            closed: self.image.closed,
            predefined: None,
            budget: &mut self.budget,
            unknown: None,
        };
        let value = lexer::expand(text, mode, &mut scope).map(std::borrow::Cow::into_owned);
        (value, scope.unknown)
    }

    fn bind(&mut self, name: &str, setter: Setter, expanded: Expanded) {
        let value = expanded.into_value(name);
        let step = self.now();
        self.image.variables.set(name, Binding { step, setter, value });
    }

    /// All pairs see the variables from before the instruction.
    fn env(&mut self, pairs: &[Pair<'_>]) {
        for pair in pairs {
            let key = self.expand(&pair.key);
            let value = self.expand(&pair.value);
            if let Expanded::Known(key) = key {
                self.bind(&key, Setter::Env, value);
            }
        }
    }

    fn label(&mut self, pairs: &[Pair<'_>], place: usize) {
        for pair in pairs {
            let label = Label {
                key: self.expand(&pair.key).into(),
                value: self.expand(&pair.value).into(),
                step: Some(place),
                key_span: self.place.unwrap_or(pair.key.span),
                value_span: self.place.unwrap_or(pair.value.span),
                legacy: pair.legacy,
            };
            self.image.labels.push(label);
        }
    }

    /// Unlike `ENV`, each argument sees those before it in the same instruction.
    fn arg(&mut self, instruction: &Instruction<'_>) {
        let Arguments::Variables(variables) = &instruction.arguments else { return };
        for variable in variables {
            let name = variable.name.text();
            let given = self.options.build_arg(&name).map(|value| Expanded::Known(value.to_owned()));
            let value = match (given, &variable.value) {
                (Some(given), _) => given,
                (None, Some(word)) => self.expand_default(word),
                (None, None) => match self.global(&name) {
                    Some(Value::Known(value)) => Expanded::Known(value.to_string()),
                    Some(Value::Unknown(cause)) => Expanded::Unknown(cause),
                    None => {
                        if self.image.variables.last(&name).is_none() && !self.options.assume_unset {
                            let cause = Cause::NoValue(name.clone().into_owned());
                            self.bind(&name, Setter::Arg, Expanded::Unknown(cause));
                        }
                        continue;
                    }
                },
            };
            let last = self.image.variables.last(&name);
            if last.is_some_and(|last| last.setter == Setter::Env && last.step > 0) {
                self.report(ProblemKind::ArgAfterEnv(name.clone().into_owned()), variable.name.span);
            }
            self.bind(&name, Setter::Arg, value);
        }
    }

    fn expand_default(&mut self, word: &Word<'_>) -> Expanded {
        let text = word.text();
        let step = self.now() + 1;
        let mut scope = Scope {
            variables: &self.image.variables,
            step,
            closed: self.image.closed,
            predefined: None,
            budget: &mut self.budget,
            unknown: None,
        };
        let value =
            lexer::expand(&text, Mode::word(self.escape), &mut scope).map(std::borrow::Cow::into_owned);
        let unknown = scope.unknown;
        self.expanded(word, value, unknown)
    }

    fn workdir(&mut self, word: &Word<'_>, place: usize) {
        let span = Some(self.place.unwrap_or(word.span));
        let fact = match (self.expand(word), &self.image.workdir.fact) {
            (Expanded::Known(path), Fact::Known(before)) => Fact::Known(path::workdir(before, &path)),
            (Expanded::Known(path), _) if path.starts_with('/') => Fact::Known(path),
            (Expanded::Known(_), Fact::Inherited) => Fact::Unresolved(Cause::BaseWorkdir),
            (Expanded::Known(_), before) => before.clone(),
            (other, _) => other.into(),
        };
        match &fact {
            Fact::Known(path) if path == "/" => {}
            Fact::Known(_) => self.image.layers.push(place),
            _ => {
                self.image.layers.push(place);
                self.image.uncertain_layers += 1;
            }
        }
        self.image.workdir = setting(fact, Some(place), span);
    }

    fn copy(&mut self, instruction: &Instruction<'_>, place: usize) {
        self.image.layers.push(place);
        let Arguments::Copy { sources, destination } = &instruction.arguments else { return };
        let is_copy = instruction.keyword == Keyword::Copy;
        let mut fetched = 0;
        for source in sources {
            if super::heredoc::is_opener(&source.text()) {
                continue;
            }
            let Expanded::Known(source_text) = self.expand(source) else { continue };
            let is_url =
                ["http://", "https://", "git://"].iter().any(|scheme| source_text.starts_with(scheme));
            fetched += usize::from(is_url || source_text.starts_with("git@"));
            if is_url && is_copy {
                self.report(ProblemKind::CopyUrl(source_text), source.span);
            }
        }
        self.check(destination);
        for flag in &instruction.flags {
            let Some(value) = &flag.value else { continue };
            match flag.name.as_ref() {
                "chmod" => {
                    if let Expanded::Known(mode) = self.expand(value)
                        && !is_mode(&mode)
                    {
                        self.report(ProblemKind::Chmod(mode), value.span);
                    }
                }
                "checksum" => {
                    self.check(value);
                    if sources.len() != 1 || (fetched == 0 && !sources.iter().any(Word::has_variable)) {
                        self.report(ProblemKind::Checksum, value.span);
                    }
                }
                "chown" => self.check(value),
                _ => {}
            }
        }
        for heredoc in instruction.heredocs.iter().filter(|heredoc| heredoc.expand) {
            let (value, _) = self.expand_text(&super::bytes::text(heredoc.text), Mode::heredoc());
            if let Err(error) = value {
                let word = heredoc.name.clone();
                self.report(ProblemKind::Substitution { word, error }, heredoc.content);
            }
        }
    }

    fn run(&mut self, instruction: &Instruction<'_>, place: usize) {
        self.image.layers.push(place);
        for flag in instruction.flags.iter().filter(|flag| flag.name == "mount") {
            let Some(word) = &flag.value else { continue };
            let workdir = Rc::clone(&self.image.workdir);
            let mode = Mode::word(self.escape);
            let mut broken = None;
            let result =
                mount::evaluate(&word.text(), workdir.value(), |field| match self.expand_text(field, mode) {
                    (Ok(value), None) => Some(value),
                    (Ok(_), Some(_)) => None,
                    (Err(error), _) => {
                        broken.get_or_insert(error);
                        None
                    }
                });
            if let Some(error) = broken {
                let kind = ProblemKind::Substitution { word: shortened(&word.text()), error };
                self.report(kind, word.span);
            }
            if let Err(message) = result {
                self.report(ProblemKind::Mount(message), word.span);
            }
        }
    }

    fn expose(&mut self, word: &Word<'_>, place: usize) {
        let step = self.now();
        let mut scope = Scope {
            variables: &self.image.variables,
            step,
            closed: self.image.closed,
            predefined: None,
            budget: &mut self.budget,
            unknown: None,
        };
        let words = lexer::words(&word.raw, Mode::word(self.escape), &mut scope);
        let unknown = scope.unknown;
        let words = match words {
            Ok(words) => words,
            Err(error) => {
                let kind = ProblemKind::Substitution { word: shortened(&word.text()), error };
                return self.report(kind, word.span);
            }
        };
        if unknown.is_some() {
            return;
        }
        for found in words {
            match port::parse(&found.text) {
                Some(ports) => self.image.ports.push((ports, place)),
                None => self.report(ProblemKind::Port(found.text), word.span),
            }
        }
    }
}

fn setting(fact: Fact, step: Option<usize>, span: Option<Span>) -> Rc<Setting> {
    Rc::new(Setting { fact, step, span })
}

/// An octal number up to 7777, or a symbolic mode such as `u=rwX,go=rX`.
fn is_mode(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return u32::from_str_radix(text, 8).is_ok_and(|mode| mode <= 0o7777);
    }
    text.split(',').all(|part| {
        let clause = part.trim_start_matches(['u', 'g', 'o', 'a']);
        clause.starts_with(['=', '+', '-']) && clause.chars().all(|ch| "=+-rwxXstugo".contains(ch))
    })
}

/// The beginning of a word, enough to recognise it in a message.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
