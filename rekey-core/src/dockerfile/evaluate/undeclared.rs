//! Variables that a word uses although no instruction above declares them.

use std::collections::{HashMap, HashSet};

use super::{Arguments, Evaluator, Keyword, Origin, ProblemKind, Setter};
use crate::dockerfile::problem::Declared;
use crate::suggest::distance;
use crate::text::Span;

/// The variable that every image has: builders set it if the image does not.
const PATH: &str = "PATH";

/// Variables that builders pass to `RUN` without a declaration, and buildah to every instruction.
///
/// Source: docs.docker.com/reference/dockerfile, "Predefined ARGs"; openshift/imagebuilder builder.go,
/// `builtinAllowedBuildArgs`.
const PROXIES: [&str; 10] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "ftp_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// The maximum number of such problems in one file.
const MAX_REPORTED: usize = 1_000;

/// The variables that are used without a declaration.
#[derive(Default)]
pub(super) struct Undeclared {
    /// The number of them that were examined.
    count: usize,
    /// The stage and the name of each variable that is settled.
    seen: HashSet<(usize, String)>,
    /// The `ARG` and `ENV` instructions that declare each name, in file order. Computed on first use.
    declarations: Option<HashMap<String, Vec<Declaration>>>,
}

impl Undeclared {
    fn is_new(&mut self, stage: usize, name: &str) -> bool {
        let is_new = self.count < MAX_REPORTED && self.seen.insert((stage, name.to_owned()));
        self.count += usize::from(is_new);
        is_new
    }

    /// Examines the name again at its next use: each use has to be changed.
    fn look_again(&mut self, stage: usize, name: &str) {
        self.seen.remove(&(stage, name.to_owned()));
    }
}

#[derive(Clone, Copy)]
struct Declaration {
    /// The stage; `None` before the first `FROM`.
    stage: Option<usize>,
    instruction: usize,
    setter: Setter,
}

/// A use of a variable that nothing above declares.
#[derive(Clone, Copy)]
struct Use<'n> {
    name: &'n str,
    stage: usize,
    instruction: usize,
    /// True if the use is part of the variable's own new value, as in `ENV P=$P:/x`.
    is_own: bool,
}

impl Evaluator<'_, '_> {
    /// Records the variables that a word of a stage uses without a declaration. `own` is the variable that
    /// the word is assigned to, as in `ENV P=$P:/x`.
    pub(super) fn undeclared(&mut self, names: &[String], own: Option<&str>, span: Span) {
        let Some(step) = self.image.steps.last().filter(|step| step.origin == Origin::Stage) else { return };
        let (stage, instruction) = (step.stage, step.instruction);
        for name in names {
            if name == PATH || !self.undeclared.is_new(stage, name) {
                continue;
            }
            let taken = Use { name, stage, instruction, is_own: own == Some(name) };
            if let Some(declared) = self.declared(taken) {
                if let Declared::Similar(_) = declared {
                    self.undeclared.look_again(stage, name);
                }
                let is_closed = self.image.closed;
                self.report(ProblemKind::UndeclaredVariable { name: name.into(), declared, is_closed }, span);
            }
        }
    }

    /// Like [`Self::undeclared`], for words that see only declarations before the first `FROM`.
    pub(super) fn undeclared_in_from(&mut self, names: &[String], span: Span) {
        for name in names {
            let declared = Declared::NotBeforeFrom;
            self.report(
                ProblemKind::UndeclaredVariable { name: name.into(), declared, is_closed: true },
                span,
            );
        }
    }

    /// Returns where else a variable is declared. Returns `None` if the base image may set it, and for a
    /// variable that extends itself.
    fn declared(&mut self, taken: Use<'_>) -> Option<Declared> {
        let Use { name, stage, instruction, is_own } = taken;
        if self.globals.last(name).is_some() {
            return Some(Declared::BeforeFrom);
        }
        if self.predefined.get(name).is_some() {
            return Some(Declared::ByBuilder);
        }
        if let Some(declaration) = self.declaration(taken) {
            let other = declaration.stage.filter(|other| *other != stage);
            return Some(match other {
                Some(other) => {
                    let named = self.stages.get(other).and_then(|stage| stage.name.clone());
                    let stage = named.unwrap_or_else(|| other.to_string()).into();
                    Declared::Stage { stage, instruction: declaration.instruction }
                }
                None if declaration.instruction == instruction => Declared::SameInstruction,
                None => Declared::Below,
            });
        }
        if is_own {
            return None;
        }
        if PROXIES.contains(&name) {
            return None;
        }
        if let Some(similar) = self.similar(name) {
            return Some(Declared::Similar(similar.into()));
        }
        self.image.closed.then_some(Declared::Nowhere)
    }

    /// Returns a declaration in the same instruction or further down the stage, or else one in another stage.
    /// An `ENV` counts only if the base image is known not to set the variable: many images share names such
    /// as `JAVA_HOME`.
    fn declaration(&mut self, taken: Use<'_>) -> Option<Declaration> {
        let syntax = self.syntax;
        let counts_env = self.image.closed && !taken.is_own;
        let all = self.undeclared.declarations.get_or_insert_with(|| {
            let mut all: HashMap<String, Vec<Declaration>> = HashMap::new();
            let mut stage = None;
            for (instruction, found) in syntax.instructions.iter().enumerate() {
                let mut add = |name: String, setter| {
                    all.entry(name).or_default().push(Declaration { stage, instruction, setter });
                };
                match (&found.arguments, found.keyword) {
                    (_, Keyword::From) => stage = Some(stage.map_or(0, |stage| stage + 1)),
                    (Arguments::Variables(variables), _) => {
                        for variable in variables {
                            add(variable.name.text().into_owned(), Setter::Arg);
                        }
                    }
                    (Arguments::Pairs(pairs), Keyword::Env) => {
                        let keys = pairs.iter().filter_map(|pair| pair.key.cooked());
                        keys.for_each(|key| add(key.into_owned(), Setter::Env));
                    }
                    _ => {}
                }
            }
            all
        });
        let all = all.get(taken.name)?;
        let counts = |one: &&Declaration| counts_env || one.setter == Setter::Arg;
        let from = all.partition_point(|one| one.instruction < taken.instruction);
        let own_stage = all.iter().skip(from).take_while(|one| one.stage == Some(taken.stage)).find(counts);
        let is_other = |one: &&Declaration| one.stage != Some(taken.stage) && counts(one);
        own_stage
            .or_else(|| all.iter().take(from).find(is_other))
            .or_else(|| all.iter().skip(from).find(is_other))
            .copied()
    }

    /// Returns a variable that the step sees and whose name differs by one edit or only in case.
    fn similar(&self, name: &str) -> Option<String> {
        /// Short names often differ by one edit without being related.
        const SHORTEST: usize = 4;
        const LONGEST: usize = 40;
        const FEW: usize = 64;
        let has_length = |name: &str| (SHORTEST..=LONGEST).contains(&name.len());
        if !has_length(name) || self.image.variables.len() > FEW {
            return None;
        }
        let wanted = name.to_ascii_uppercase();
        // `PYTHON2` and `PYTHON3` are two variables.
        let letters = |name: &str| -> String { name.chars().filter(|ch| !ch.is_ascii_digit()).collect() };
        let is_near = |other: &&str| {
            let upper = other.to_ascii_uppercase();
            has_length(other)
                && other.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && *other != name
                && self.image.variables.before(other, self.now()).is_some()
                && (wanted == upper
                    || (distance(&wanted, &upper) == 1 && letters(&wanted) != letters(&upper)))
        };
        let names = self.image.variables.names().into_iter();
        names.filter(is_near).min_by_key(|other| (distance(name, other), *other)).map(str::to_owned)
    }
}
