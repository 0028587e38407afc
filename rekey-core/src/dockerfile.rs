//! Dockerfiles: what BuildKit reads in them, where each thing stands, and what the final image is.
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

/// What is given to a build beside the file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Build arguments, `--build-arg NAME=VALUE`; of two of one name the last counts.
    pub build_args: Vec<(String, String)>,
    /// The stage to build; without one, the last.
    pub stage: Option<String>,
    /// The platform to build on and for.
    pub platform: String,
    /// What the image at the root of that stage's chain has, if that is known.
    pub base: Option<BaseConfig>,
    /// Nothing else sets a variable: a build argument that is not given is unset, and so is a variable that only the
    /// base image could set. Without it, what depends on such a variable is unresolved.
    pub assume_unset: bool,
    /// The variables that an image sets, if all of them are known; asked for the images that stages begin with. A
    /// variable that is not among them is not set by that image.
    pub base_variables: fn(&str) -> Option<&'static [&'static str]>,
}

/// The configuration of a base image, as far as a Dockerfile depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BaseConfig {
    /// `User`; empty for root.
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

/// A Dockerfile: its instructions, and what the image is that it makes.
///
/// # Syntax
///
/// What BuildKit's Dockerfile frontend accepts, and nothing else, is [`accepted`](Self::accepted). The first error in
/// [`problems`](Self::problems) is BuildKit's. Reading goes on after it.
///
/// # Deviation
///
/// Limits, see [`limits`]. Names of variables may hold digits of ASCII only. Windows paths are not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dockerfile<'a> {
    /// The bytes that were read.
    pub input: &'a [u8],
    /// The instructions in order; those with errors too.
    pub instructions: Vec<Instruction<'a>>,
    /// All comments in order, also those within instructions; directives are none.
    pub comments: Vec<Comment<'a>>,
    /// The parser directives at the top.
    pub directives: Vec<Directive<'a>>,
    /// The escape character.
    pub escape: char,
    /// What is wrong, in the order in which BuildKit would find it.
    pub problems: Vec<Problem>,
    /// The stages in order.
    pub stages: Vec<Stage>,
    /// The stage that is built.
    pub target: Option<usize>,
    /// What the image at the root of the target's chain is.
    pub base: Base,
    /// The instruction that names it.
    pub base_from: Option<usize>,
    /// All that runs to build the target, from the root of its chain on, with `ONBUILD`.
    pub steps: Vec<Step>,
    /// The user as the image's configuration has it; empty is root.
    pub user: Setting,
    /// The working directory.
    pub workdir: Setting,
    /// The labels that the file or a known base sets.
    pub labels: Labels,
    /// How many layers the image has above its base.
    pub added_layers: u32,
    /// The steps that make them.
    pub layers: Vec<usize>,
    /// How many of them may make none: a `WORKDIR` that is not known may be `/`.
    pub uncertain_layers: u32,
    /// What `EXPOSE` names, and in which step.
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
    /// Reads a Dockerfile and follows it to its image. Never fails: what is wrong is among the problems.
    pub fn parse(input: &'a [u8], options: &Options) -> Self {
        Self::of(Syntax::scan(input), options)
    }

    /// Follows a file that is read already.
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

    /// Whether BuildKit accepts the file: no error of phase parse.
    pub fn accepted(&self) -> bool {
        syntax::is_accepted(&self.problems)
    }

    /// The error that BuildKit reports.
    pub fn first_error(&self) -> Option<&Problem> {
        self.problems.iter().find(|problem| problem.is_error())
    }

    /// The comments right above an instruction; an empty comment ends them, blank lines do not.
    pub fn comments_above(&self, instruction: &Instruction<'a>) -> &[Comment<'a>] {
        syntax::comments_above(&self.comments, instruction)
    }

    /// The instruction that a step runs; for a trigger, the one behind `ONBUILD`. One of the base image's `ONBUILD`
    /// stands in no file.
    pub fn instruction(&self, step: usize) -> Option<&Instruction<'a>> {
        let step = self.steps.get(step).filter(|step| step.origin != Origin::BaseTrigger)?;
        let instruction = self.instructions.get(step.instruction)?;
        Some(if step.origin == Origin::Trigger { instruction.effective() } else { instruction })
    }

    /// A word with its variables replaced and its quotes removed, as BuildKit does it in that step.
    pub fn expand(&self, step: usize, word: &Word<'_>) -> Fact {
        let text = word.text();
        let mut budget = limits::MAX_EXPANSION_WORK;
        // Variables count steps from one.
        let mut scope = Scope::at(&self.variables, step as u32 + 1, self.closed, &mut budget);
        let value = lexer::expand(&text, Mode::word(self.escape as u8), &mut scope);
        match (value, scope.unknown) {
            (Err(error), _) => Fact::Error(error),
            (Ok(value), Some(cause)) if shape::is_open(&value) => Fact::Unresolved(cause, Shape::of(&value)),
            (Ok(value), _) => Fact::Known(value.into_owned()),
        }
    }

    /// A path as that step sees it: relative ones are below the working directory of that place.
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

    /// The value of a variable as that step sees it, where it is known.
    pub(crate) fn variable(&self, step: usize, name: &str) -> Option<&str> {
        // Variables count steps from one.
        match &self.variables.before(name, step as u32 + 1)?.value {
            Value::Known(value) => Some(value),
            Value::Unset | Value::NotGiven | Value::Unknown(..) => None,
        }
    }

    /// The variables that the image's configuration has, as far as the file or a known base sets them.
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
