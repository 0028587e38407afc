//! The effect of each instruction on the image.

use std::borrow::Cow;
use std::rc::Rc;

use super::{Evaluator, Expanded, Expansion, Image, Origin, Step, expand};
use crate::dockerfile::fact::{Cause, Fact, Setting};
use crate::dockerfile::instruction::{Arguments, Instruction, Pair};
use crate::dockerfile::keyword::Keyword;
use crate::dockerfile::labels::Label;
use crate::dockerfile::lexer::{self, Mode};
use crate::dockerfile::problem::{ProblemKind, SubstitutionError};
use crate::dockerfile::shape::Shape;
use crate::dockerfile::stage::Base;
use crate::dockerfile::syntax::Syntax;
use crate::dockerfile::variables::{Binding, Scope, Setter, Value};
use crate::dockerfile::word::Word;
use crate::dockerfile::{BaseConfig, bytes, heredoc, limits, mount, path, port, signal};
use crate::text::Span;

/// The search path of an image that sets none.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

impl Evaluator<'_, '_> {
    pub(super) fn enter(&mut self, index: usize, is_target: bool) {
        let syntax = self.syntax;
        let Some(stage) = self.stages.get(index) else { return };
        let (from, body) = (stage.from, stage.instructions.clone());
        if stage.parent().is_none() {
            self.begin(index, is_target);
        }
        let from_span = syntax.instructions.get(from).map_or(Span::at(0), |from| from.span);
        let from_line = syntax.instructions.get(from).map_or(0, |from| from.line);
        for (instruction, trigger) in self.triggers(index) {
            (self.line, self.place) = (from_line, Some(from_span));
            for problem in trigger.problems.iter().filter(|problem| problem.is_error()) {
                self.report(ProblemKind::Trigger(Box::new(problem.kind.clone())), from_span);
            }
            self.step(Step { instruction, stage: index, origin: Origin::Trigger }, &trigger.instruction);
        }
        self.place = None;
        let Some(instructions) = syntax.instructions.get(body.clone()) else { return };
        for (instruction, place) in instructions.iter().zip(body) {
            self.line = instruction.line;
            self.step(Step { instruction: place, stage: index, origin: Origin::Stage }, instruction);
        }
    }

    /// Starts a chain with the settings of its base image.
    fn begin(&mut self, index: usize, is_target: bool) {
        let Some(stage) = self.stages.get(index) else { return };
        let (scratch, from) = (stage.base == Base::Scratch, stage.from);
        let config = self.options.base.as_ref().filter(|_| is_target && !scratch);
        let known = match &stage.base {
            Base::Image(reference) if config.is_none() => (self.options.base_variables)(reference),
            _ => None,
        };
        self.image.closed = scratch || config.is_some() || known.is_some() || self.options.assume_unset;
        if scratch || self.options.assume_unset {
            let root = Fact::Known("/".to_owned());
            self.image.workdirs.push((0, root.clone()));
            self.image.workdir = setting(root, None, None);
        }
        if scratch {
            self.image.user = setting(Fact::Known(String::new()), None, None);
        }
        if self.image.closed {
            let path = Value::Known(DEFAULT_PATH.into());
            self.image.variables.set("PATH", Binding { step: 0, setter: Setter::Env, value: path });
        }
        for &name in known.unwrap_or_default() {
            let value = Value::Unknown(Cause::FromBase(name.to_owned()), Shape::some());
            self.image.variables.set(name, Binding { step: 0, setter: Setter::Env, value });
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
        self.image.workdirs.push((0, Fact::Known(workdir.clone())));
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

    /// The number of the current step, from 1; its own settings do not apply to it.
    pub(super) fn now(&self) -> u32 {
        self.image.steps.len() as u32
    }

    /// The place of a value that the step sets; the `FROM` if the instruction comes from the base image.
    fn stands(&self, span: Span) -> Span {
        let step = self.image.steps.last();
        let foreign = step.is_some_and(|step| step.origin == Origin::BaseTrigger);
        self.place.filter(|_| foreign).unwrap_or(span)
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
                self.image.user = setting(fact, Some(place), Some(self.stands(word.span)));
            }
            (Arguments::Value(word), Keyword::Workdir) => self.workdir(word, place),
            (Arguments::Value(word), Keyword::Stopsignal) => {
                if let Expanded::Known(name) = self.expand(word)
                    && !signal::is_signal(&name)
                {
                    self.report(ProblemKind::Signal(name.into()), word.span);
                }
            }
            (Arguments::Copy { .. }, _) => self.copy(instruction, place),
            (_, Keyword::Run) => self.run(instruction, place),
            (Arguments::Words(words), Keyword::Expose) => {
                for word in words {
                    self.expose(word, place);
                }
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

    /// Expands a word in the current step, without the settings of that step.
    fn expand<'w>(&mut self, word: &'w Word<'_>) -> Expanded<'w> {
        let now = self.now();
        self.expand_at(word, now, None)
    }

    /// Expands a word in a given step; `own` is the variable that the word is assigned to.
    fn expand_at<'w>(&mut self, word: &'w Word<'_>, step: u32, own: Option<&str>) -> Expanded<'w> {
        let expansion = self.expand_text(word.text(), Mode::word(self.escape), step);
        self.undeclared(&expansion.undeclared, own, word.span);
        self.expanded(word, expansion)
    }

    fn expand_text<'w>(&mut self, text: Cow<'w, str>, mode: Mode, step: u32) -> Expansion<'w> {
        let Image { variables, closed, .. } = &self.image;
        let mut scope = Scope::at(variables, step, *closed, &mut self.budget);
        let value = expand(text, mode, &mut scope);
        Expansion { value, unknown: scope.unknown, undeclared: scope.undeclared }
    }

    fn bind(&mut self, name: &str, setter: Setter, value: Value) {
        let step = self.now();
        self.image.variables.set(name, Binding { step, setter, value });
    }

    /// All pairs see the variables from before the instruction.
    fn env(&mut self, pairs: &[Pair<'_>]) {
        for pair in pairs {
            let key = self.expand(&pair.key);
            let own = if let Expanded::Known(key) = &key { Some(&**key) } else { None };
            let now = self.now();
            let value = self.expand_at(&pair.value, now, own);
            if let Expanded::Known(key) = key {
                self.bind(&key, Setter::Env, value.into_value(&key));
            }
        }
    }

    fn label(&mut self, pairs: &[Pair<'_>], place: usize) {
        for pair in pairs {
            let label = Label {
                key: self.expand(&pair.key).into(),
                value: self.expand(&pair.value).into(),
                step: Some(place),
                key_span: self.stands(pair.key.span),
                value_span: self.stands(pair.value.span),
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
            let given = self.build_args.get(&*name).map(|value| Value::Known((*value).into()));
            let value = match (given, &variable.value) {
                (Some(given), _) => given,
                (None, Some(word)) => {
                    let after = self.now() + 1;
                    self.expand_at(word, after, None).into_value(&name)
                }
                (None, None) => match self.global(&name) {
                    Some(value) if value != Value::Unset => value,
                    _ if self.image.variables.last(&name).is_some() => continue,
                    _ => {
                        let value = self.not_given();
                        self.bind(&name, Setter::Arg, value);
                        continue;
                    }
                },
            };
            let last = self.image.variables.last(&name);
            if last.is_some_and(|last| last.setter == Setter::Env && last.step > 0) {
                self.report(ProblemKind::ArgAfterEnv((&name).into()), variable.name.span);
            }
            self.bind(&name, Setter::Arg, value);
        }
    }

    fn workdir(&mut self, word: &Word<'_>, place: usize) {
        let span = Some(self.stands(word.span));
        let fact = match (self.expand(word), &self.image.workdir.fact) {
            (Expanded::Known(path), Fact::Known(before)) => Fact::Known(path::workdir(before, &path)),
            (Expanded::Known(path), _) if path.starts_with('/') => Fact::Known(path.into_owned()),
            (Expanded::Known(_), Fact::Inherited) => Fact::Unresolved(Cause::BaseWorkdir, Shape::some()),
            (Expanded::Known(_), before) => before.clone(),
            (other, _) => other.into(),
        };
        let too_long = matches!(&fact, Fact::Known(path) if path.len() > limits::MAX_WORKDIR);
        let fact = if too_long { Fact::Error(SubstitutionError::TooLong) } else { fact };
        if too_long {
            let kind =
                ProblemKind::Substitution { word: word.text().into(), error: SubstitutionError::TooLong };
            self.report(kind, word.span);
        }
        match &fact {
            Fact::Known(path) if path == "/" => {}
            Fact::Known(_) => self.image.layers.push(place),
            _ => {
                self.image.layers.push(place);
                self.image.uncertain_layers += 1;
            }
        }
        self.image.workdirs.push((self.now(), fact.clone()));
        self.image.workdir = setting(fact, Some(place), span);
    }

    fn copy(&mut self, instruction: &Instruction<'_>, place: usize) {
        self.image.layers.push(place);
        let Arguments::Copy { sources, destination } = &instruction.arguments else { return };
        let is_copy = instruction.keyword == Keyword::Copy;
        let mut fetched = 0;
        for source in sources {
            if heredoc::is_opener(&source.text()) {
                continue;
            }
            let Expanded::Known(source_text) = self.expand(source) else { continue };
            let is_url =
                ["http://", "https://", "git://"].iter().any(|scheme| source_text.starts_with(scheme));
            fetched += usize::from(is_url || source_text.starts_with("git@"));
            if is_url && is_copy {
                self.report(ProblemKind::CopyUrl(source_text.into()), source.span);
            }
        }
        self.expand(destination);
        for flag in &instruction.flags {
            let Some(value) = &flag.value else { continue };
            match flag.name.as_ref() {
                "chmod" => {
                    if let Expanded::Known(mode) = self.expand(value)
                        && !is_mode(&mode)
                    {
                        self.report(ProblemKind::Chmod(mode.into()), value.span);
                    }
                }
                "checksum" => {
                    self.expand(value);
                    if sources.len() != 1 || (fetched == 0 && !sources.iter().any(Word::has_variable)) {
                        self.report(ProblemKind::Checksum, value.span);
                    }
                }
                "chown" => {
                    self.expand(value);
                }
                _ => {}
            }
        }
        for heredoc in instruction.heredocs.iter().filter(|heredoc| heredoc.expand) {
            let now = self.now();
            let expansion = self.expand_text(bytes::text(heredoc.text), Mode::heredoc(), now);
            if let Err(error) = expansion.value {
                let word = heredoc.name.clone();
                self.report(ProblemKind::Substitution { word: word.into(), error }, heredoc.content);
            }
        }
    }

    fn run(&mut self, instruction: &Instruction<'_>, place: usize) {
        self.image.layers.push(place);
        for flag in instruction.flags.iter().filter(|flag| flag.name == "mount") {
            let Some(word) = &flag.value else { continue };
            let workdir = Rc::clone(&self.image.workdir);
            let (mode, now) = (Mode::word(self.escape), self.now());
            let mut broken = None;
            let result = mount::evaluate(&word.text(), workdir.value(), |field| {
                let expansion = self.expand_text(Cow::Borrowed(field), mode, now);
                match (expansion.value, expansion.unknown) {
                    (Ok(value), None) => Some(value.into_owned()),
                    (Ok(_), Some(_)) => None,
                    (Err(error), _) => {
                        broken.get_or_insert(error);
                        None
                    }
                }
            });
            if let Some(error) = broken {
                let kind = ProblemKind::Substitution { word: word.text().into(), error };
                self.report(kind, word.span);
            }
            if let Err(message) = result {
                self.report(ProblemKind::Mount(message.into()), word.span);
            }
        }
    }

    fn expose(&mut self, word: &Word<'_>, place: usize) {
        let step = self.now();
        let Image { variables, closed, .. } = &self.image;
        let mut scope = Scope::at(variables, step, *closed, &mut self.budget);
        let words = lexer::words(&word.raw, Mode::word(self.escape), &mut scope);
        let Scope { unknown, undeclared, .. } = scope;
        self.undeclared(&undeclared, None, word.span);
        let words = match words {
            Ok(words) => words,
            Err(error) => {
                let kind = ProblemKind::Substitution { word: word.text().into(), error };
                return self.report(kind, word.span);
            }
        };
        if unknown.is_some() {
            return;
        }
        for found in words {
            match port::parse(&found.text) {
                Some(ports) => self.image.ports.push((ports, place)),
                None => self.report(ProblemKind::Port(found.text.into()), word.span),
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
