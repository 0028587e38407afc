//! Dockerfiles as BuildKit reads them: their instructions with places, and the image that they produce.
//!
//! ```
//! use rekey_core::dockerfile::{Dockerfile, Options};
//!
//! let text = b"FROM registry.access.redhat.com/ubi9/ubi:9.6\nLABEL name=\"My app\"\nUSER 1001\n";
//! let file = Dockerfile::parse(text, &Options::default());
//!
//! assert!(file.accepted());
//! assert_eq!(file.user.value(), Some("1001"));
//! assert_eq!(file.labels.value("name"), Some("My app"));
//! assert_eq!(file.labels.value("version"), None);
//! assert_eq!(file.added_layers, 0);
//! ```

mod arguments;
pub(crate) mod build_context;
mod bytes;
mod duration;
mod evaluate;
mod fact;
mod flags;
mod glob;
mod heredoc;
mod instruction;
mod json;
pub(crate) mod keyword;
mod labels;
mod lexer;
pub mod limits;
mod line;
mod mount;
mod path;
mod pattern;
mod platform;
mod port;
mod predefined;
mod problem;
mod secrets;
mod shape;
pub(crate) mod shell;
mod signal;
mod stage;
mod summary;
mod syntax;
mod variables;
mod word;

pub use build_context::{BuildContext, Entry, EntryKind};
pub use evaluate::{Origin, Step};
pub use fact::{Cause, Fact, Setting};
pub use instruction::{Arguments, Command, Flag, Heredoc, Instruction, Pair, Script, Trigger, Variable};
pub use keyword::Keyword;
pub use labels::{Label, Labels};
pub use port::Ports;
pub use problem::{Declared, Deviation, Phase, Problem, ProblemKind, Severity, SubstitutionError};
pub(crate) use secrets::{is_secret_name, names_secret};
pub use shape::Shape;
pub use stage::{Base, Stage};
pub use summary::Summary;
pub use syntax::{Comment, Directive, Syntax};
pub use word::{Quote, Word};

use evaluate::Evaluation;
use lexer::Mode;
use variables::{Binding, Scope, Value, Variables};

/// The inputs of a build other than the file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Build arguments, `--build-arg NAME=VALUE`; the last of two with the same name wins.
    pub build_args: Vec<(String, String)>,
    /// The stage to build; the last one if `None`.
    pub stage: Option<String>,
    /// The platform to build on and for.
    pub platform: String,
    /// The config of the image at the root of that stage's chain, if known.
    pub base: Option<BaseConfig>,
    /// If true, nothing else sets a variable: a build argument without a value is unset, and so is a variable
    /// that only the base image could set. If false, everything that depends on such a variable is
    /// unresolved.
    pub assume_unset: bool,
    /// Returns the variables that an image sets, if all of them are known. It is called for the base images
    /// of stages. A variable that is not listed is not set by that image.
    pub base_variables: fn(&str) -> Option<&'static [&'static str]>,
}

/// The part of a base image's config that affects a Dockerfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BaseConfig {
    /// `User`; empty means root.
    pub user: String,
    /// `Labels`.
    pub labels: Vec<(String, String)>,
    /// `Env`.
    pub env: Vec<(String, String)>,
    /// `WorkingDir`.
    pub workdir: String,
    /// `OnBuild`: instructions that run at the start of the build.
    pub onbuild: Vec<String>,
}

/// A Dockerfile: its instructions, and the image that it produces.
///
/// # Syntax
///
/// A file is [`accepted`](Self::accepted) exactly if BuildKit's Dockerfile frontend accepts it. The first
/// error in [`problems`](Self::problems) is BuildKit's. Parsing continues after it.
///
/// # Deviation
///
/// There are [`limits`]. Digits in variable names must be ASCII. Windows paths are not supported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dockerfile<'a> {
    /// The bytes that were read.
    pub input: &'a [u8],
    /// The instructions in order, including those with errors.
    pub instructions: Vec<Instruction<'a>>,
    /// All comments in order, including those within instructions and excluding directives.
    pub comments: Vec<Comment<'a>>,
    /// The parser directives at the top.
    pub directives: Vec<Directive<'a>>,
    /// The escape character.
    pub escape: char,
    /// The problems, in the order in which BuildKit would find them.
    pub problems: Vec<Problem>,
    /// The stages in order.
    pub stages: Vec<Stage>,
    /// The stage that is built.
    pub target: Option<usize>,
    /// The image at the root of the target's chain.
    pub base: Base,
    /// The index of the `FROM` instruction that names it.
    pub base_from: Option<usize>,
    /// All steps that run to build the target, from the root of its chain, including `ONBUILD`.
    pub steps: Vec<Step>,
    /// The user in the image's config; empty means root.
    pub user: Setting,
    /// The working directory.
    pub workdir: Setting,
    /// The labels that the file or a known base sets.
    pub labels: Labels,
    /// The number of layers that the image adds to its base.
    pub added_layers: u32,
    /// The steps that add them.
    pub layers: Vec<usize>,
    /// The number of them that may add no layer: a `WORKDIR` whose value is unknown may be `/`.
    pub uncertain_layers: u32,
    /// The ports of `EXPOSE`, each with its step.
    pub ports: Vec<(Ports, usize)>,
    /// The step that sets `CMD` last.
    pub command: Option<usize>,
    /// The step that sets `ENTRYPOINT` last.
    pub entrypoint: Option<usize>,
    workdirs: Vec<(u32, Fact)>,
    variables: Variables,
    closed: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            build_args: Vec::new(),
            stage: None,
            platform: "linux/amd64".to_owned(),
            base: None,
            assume_unset: false,
            base_variables: |_| None,
        }
    }
}

impl<'a> Dockerfile<'a> {
    /// Parses a Dockerfile and evaluates it to its image. Never fails: [`problems`](Self::problems) lists the
    /// errors.
    pub fn parse(input: &'a [u8], options: &Options) -> Self {
        Self::of(Syntax::scan(input), options)
    }

    /// Evaluates a file that is already parsed.
    pub fn of(syntax: Syntax<'a>, options: &Options) -> Self {
        let Evaluation { stages, target, image, problems } = evaluate::evaluate(&syntax, options);
        let mut all_problems = syntax.problems;
        all_problems.extend(problems);
        let mut root = target.and_then(|index| stages.get(index));
        while let Some(parent) = root.and_then(Stage::parent) {
            root = stages.get(parent);
        }
        Self {
            input: syntax.input,
            instructions: syntax.instructions,
            comments: syntax.comments,
            directives: syntax.directives,
            escape: syntax.escape,
            problems: all_problems,
            target,
            base: root.map_or(Base::Error, |root| root.base.clone()),
            base_from: root.map(|root| root.from),
            steps: image.steps,
            user: Setting::clone(&image.user),
            workdir: Setting::clone(&image.workdir),
            labels: Labels::of(image.labels),
            added_layers: image.layers.len() as u32,
            layers: image.layers,
            uncertain_layers: image.uncertain_layers,
            ports: image.ports,
            command: image.command,
            entrypoint: image.entrypoint,
            stages,
            workdirs: image.workdirs,
            variables: image.variables,
            closed: image.closed,
        }
    }

    /// Returns true if BuildKit accepts the file: it has no error of phase parse.
    pub fn accepted(&self) -> bool {
        syntax::is_accepted(&self.problems)
    }

    /// The error that BuildKit reports.
    pub fn first_error(&self) -> Option<&Problem> {
        self.problems.iter().find(|problem| problem.is_error())
    }

    /// The comments directly above an instruction. An empty comment ends them, an empty line does not.
    pub fn comments_above(&self, instruction: &Instruction<'a>) -> &[Comment<'a>] {
        syntax::comments_above(&self.comments, instruction)
    }

    /// The instruction that a step runs; for a trigger, the one after `ONBUILD`. `None` for one of the base
    /// image's `ONBUILD`, which is in no file.
    pub fn instruction(&self, step: usize) -> Option<&Instruction<'a>> {
        let step = self.steps.get(step).filter(|step| step.origin != Origin::BaseTrigger)?;
        let instruction = self.instructions.get(step.instruction)?;
        Some(if step.origin == Origin::Trigger { instruction.effective() } else { instruction })
    }

    /// Expands a word as BuildKit does in that step: variables replaced, quotes removed.
    pub fn expand(&self, step: usize, word: &Word<'_>) -> Fact {
        let text = word.text();
        let mut budget = limits::MAX_EXPANSION_WORK;
        // Variables count steps from 1.
        let mut scope = Scope::at(&self.variables, step as u32 + 1, self.closed, &mut budget);
        let value = lexer::expand(&text, Mode::word(self.escape as u8), &mut scope);
        match (value, scope.unknown) {
            (Err(error), _) => Fact::Error(error),
            (Ok(value), Some(cause)) if shape::is_open(&value) => Fact::Unresolved(cause, Shape::of(&value)),
            (Ok(value), _) => Fact::Known(value.into_owned()),
        }
    }

    /// Expands a path as that step sees it: relative paths are below the working directory at that step.
    pub fn expand_path(&self, step: usize, word: &Word<'_>) -> Fact {
        match self.expand(step, word) {
            Fact::Known(path) if path.starts_with('/') => Fact::Known(path),
            Fact::Known(path) => match self.workdir_at(step) {
                Fact::Known(directory) => {
                    let slash = if path.ends_with('/') { "/" } else { "" };
                    Fact::Known(format!("{}{slash}", path::join(&directory, &path)))
                }
                Fact::Inherited => Fact::Unresolved(Cause::BaseWorkdir, Shape::some()),
                other => other,
            },
            other => other,
        }
    }

    /// The working directory in which a step runs.
    pub fn workdir_at(&self, step: usize) -> Fact {
        let set = self.workdirs.partition_point(|(from, _)| *from as usize <= step);
        let last = set.checked_sub(1).and_then(|last| self.workdirs.get(last));
        last.map_or(Fact::Inherited, |(_, fact)| fact.clone())
    }

    /// The value of a variable as that step sees it, if known.
    pub(crate) fn variable(&self, step: usize, name: &str) -> Option<&str> {
        // Variables count steps from 1.
        match &self.variables.before(name, step as u32 + 1)?.value {
            Value::Known(value) => Some(value),
            Value::Unset | Value::NotGiven | Value::Unknown(..) => None,
        }
    }

    /// The variables in the image's config, as far as the file or a known base sets them.
    pub fn env(&self) -> Vec<(&str, Fact)> {
        let fact = |name: &str, binding: &Binding| match &binding.value {
            Value::Known(value) => Fact::Known(value.to_string()),
            Value::Unset => Fact::Known(String::new()),
            Value::NotGiven => Fact::Unresolved(Cause::NoValue(name.to_owned()), Shape::any()),
            Value::Unknown(cause, shape) => Fact::Unresolved(cause.clone(), shape.clone()),
        };
        self.variables.env().map(|(name, binding)| (name, fact(name, binding))).collect()
    }
}

#[cfg(test)]
mod tests;
