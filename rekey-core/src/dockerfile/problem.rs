//! The problems of a Dockerfile: errors that stop BuildKit, and warnings about what it accepts but few would
//! expect.

use super::keyword::Keyword;
use super::limits;
use crate::{mask::Quoted, text::Span};

/// A problem of a Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The kind of problem.
    pub kind: ProblemKind,
    /// Its place.
    pub span: Span,
    /// The first physical line of the instruction that it belongs to, from 1.
    pub line: u32,
    /// Its severity.
    pub severity: Severity,
    /// The phase in which BuildKit finds it.
    pub phase: Phase,
}

/// The severity of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// BuildKit stops, or a limit of rekey is exceeded.
    Error,
    /// BuildKit continues, but the file probably does not mean what it says.
    Warning,
}

/// The phase in which BuildKit finds a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// While it reads the file.
    Parse,
    /// While it replaces variables and follows stages.
    Evaluate,
}

/// The kind of a problem.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A parser directive is given twice.
    #[error("the directive `{0}` is set twice")]
    DuplicateDirective(&'static str),
    /// The directive `escape` names neither of the two allowed characters.
    #[error("expected `\\` or a backtick as escape character, found `{0}`")]
    EscapeDirective(Quoted),
    /// A physical line is too long for BuildKit.
    #[error("a line has more than {} bytes", limits::MAX_LINE)]
    LineTooLong,
    /// The file has nothing but spaces and comments.
    #[error("the file has no instruction")]
    NoInstructions,
    /// The line that ends a heredoc is missing.
    #[error("the heredoc has no line `{0}` that ends it")]
    UnterminatedHeredoc(Quoted),
    /// The word after `<<` cannot be read.
    #[error("cannot read the name of the heredoc: {0}")]
    HeredocName(SubstitutionError),
    /// A word without `=` among words with it.
    #[error("expected `name=value`, found {}", Found(.0.as_str()))]
    MissingEquals(Quoted),
    /// `ENV` or `LABEL` with a key alone.
    #[error("expected a key and a value after {0}, found one word")]
    MissingValue(Keyword),
    /// A JSON array contains something other than strings.
    #[error("expected only strings in the JSON array, found something else")]
    NotStrings,

    /// An unknown instruction.
    #[error("expected an instruction, found {}{}", Found(found.as_str()), Meant(suggestion.map(Keyword::as_str)))]
    UnknownInstruction {
        /// The first word of the line.
        found: Quoted,
        /// The instruction it resembles.
        suggestion: Option<Keyword>,
    },
    /// A line of a template, which has to be rendered before the build.
    #[error("expected an instruction, found {}, which looks like a template that was not rendered", Found(.0.as_str()))]
    Template(Quoted),
    /// An instruction other than `ARG` before the first `FROM`.
    #[error("expected FROM before {0}")]
    NoStage(Keyword),
    /// A file without `FROM`.
    #[error("the file has no FROM")]
    NoStages,
    /// `FROM` with a wrong number of words, or without `AS`.
    #[error("expected `FROM image` or `FROM image AS name`, found {0} words")]
    FromArguments(usize),
    /// A stage's name has invalid characters.
    #[error(
        "expected a stage name of letters, digits, `-`, `_` and `.` that begins with a letter, found `{0}`"
    )]
    StageName(Quoted),
    /// The instruction has no such flag.
    #[error("{keyword} has no flag `--{flag}`{}", Meant(*suggestion))]
    UnknownFlag {
        /// The instruction.
        keyword: Keyword,
        /// The flag's name.
        flag: Quoted,
        /// The flag it resembles.
        suggestion: Option<&'static str>,
    },
    /// A flag is given twice.
    #[error("the flag `--{0}` is set twice")]
    DuplicateFlag(Quoted),
    /// A flag without a value.
    #[error("expected a value for the flag `--{0}`, found none")]
    FlagValue(Quoted),
    /// A boolean flag has another value than `true` or `false`.
    #[error("expected `true` or `false` for the flag `--{0}`, found `{1}`")]
    FlagBoolean(Quoted, Quoted),
    /// Nothing after the keyword.
    #[error("expected at least one argument after {0}, found none")]
    NoArguments(Keyword),
    /// Nothing after a keyword that takes one value.
    #[error("expected one argument after {0}, found none")]
    NoArgument(Keyword),
    /// `COPY` or `ADD` without source or destination.
    #[error("expected a source and a destination after {0}, found fewer than two words")]
    NoDestination(Keyword),
    /// A heredoc as the destination.
    #[error("expected a path as destination of {0}, found a heredoc")]
    HeredocDestination(Keyword),
    /// A key is missing before `=`.
    #[error("expected a name before `=` in {0}, found none")]
    BlankName(Keyword),
    /// `ONBUILD` after `ONBUILD`, or an instruction that `ONBUILD` cannot keep.
    #[error("expected an instruction that ONBUILD can keep, found {0}")]
    OnbuildTrigger(Keyword),
    /// `HEALTHCHECK NONE` followed by something.
    #[error("expected nothing after `HEALTHCHECK NONE`, found an argument")]
    HealthcheckNone,
    /// The type of a `HEALTHCHECK` is neither `NONE` nor `CMD`.
    #[error("expected `CMD` or `NONE` after HEALTHCHECK, found `{0}`")]
    HealthcheckKind(Quoted),
    /// `HEALTHCHECK CMD` without a command.
    #[error("expected a command after `HEALTHCHECK CMD`, found none")]
    HealthcheckCommand,
    /// An invalid duration, or one below a millisecond.
    #[error("expected a duration such as `30s` for `--{0}`, found `{1}`")]
    Duration(Quoted, Quoted),
    /// An invalid number of retries.
    #[error("expected a number from 0 for `--retries`, found `{0}`")]
    Retries(Quoted),
    /// A volume without a name.
    #[error("expected a path for VOLUME, found an empty string")]
    BlankVolume,
    /// `SHELL` without a JSON array.
    #[error("expected a JSON array after SHELL, found text")]
    ShellNotJson,
    /// `--mount` cannot be split into fields.
    #[error("expected comma-separated fields in `--mount`, found a misplaced quote or nothing")]
    MountFields,
    /// `--mount=from=` with a variable.
    #[error("expected the name of a stage or image as `from`, found a variable in `{0}`")]
    MountFromVariable(Quoted),
    /// `--network` with an invalid value.
    #[error("expected `default`, `none` or `host` for `--network`, found `{0}`")]
    Network(Quoted),
    /// `--security` with an invalid value.
    #[error("expected `sandbox` or `insecure` for `--security`, found `{0}`")]
    Security(Quoted),

    /// Quotes or substitutions that cannot be parsed, or a required variable that is unset.
    #[error("cannot expand variables in `{word}`: {error}")]
    Substitution {
        /// The word.
        word: Quoted,
        /// The error in it.
        error: SubstitutionError,
    },
    /// The base image is empty.
    #[error("the base image is empty after variables in `{0}` are expanded")]
    BlankBase(Quoted),
    /// The base image is not a reference because of variables that `FROM` does not see.
    #[error("{} not declared before the first FROM", Names(.0))]
    UndeclaredBase(Vec<Quoted>),
    /// The base image is not a valid reference.
    #[error("expected an image reference, found `{0}`")]
    Reference(Quoted),
    /// An invalid platform.
    #[error("expected a platform such as `linux/amd64`, found `{0}`")]
    Platform(Quoted),
    /// `COPY --from` with a variable.
    #[error("expected the name of a stage or image in `--from`, found a variable or quotes in `{0}`")]
    CopyFromVariable(Quoted),
    /// `COPY --from` with a number that is not the number of a stage.
    #[error("expected the number of a stage in `--from`, found `{0}`")]
    CopyFromIndex(Quoted),
    /// A stage is used before it is built.
    #[error("the stage `{0}` is used here but defined below")]
    StageBelow(Quoted),
    /// Stages that depend on each other.
    #[error("the stage depends on itself: it copies from or mounts `{0}`, which leads back here")]
    Circular(Quoted),
    /// The target is not a stage.
    #[error("no stage is named `{0}`")]
    Target(Quoted),
    /// A mount that BuildKit rejects.
    #[error("cannot mount: {0}")]
    Mount(Quoted),
    /// An invalid port.
    #[error("expected a port such as `8080` or `8080/tcp`, found `{0}`")]
    Port(Quoted),
    /// An invalid signal.
    #[error("expected a signal such as `SIGTERM` or `15`, found `{0}`")]
    Signal(Quoted),
    /// An invalid file mode.
    #[error("expected an octal mode up to 7777 for `--chmod`, found `{0}`")]
    Chmod(Quoted),
    /// `COPY` of a source that only `ADD` can fetch.
    #[error("expected a file as source of COPY, found the URL `{0}`")]
    CopyUrl(Quoted),
    /// The directive `check` has an unknown option or an invalid value.
    #[error("expected `skip=…`, `error=true|false` or `experimental=…`, found `{0}`")]
    CheckOption(Quoted),
    /// `ADD --checksum` of a source that is not fetched.
    #[error("expected one HTTP or git source with `--checksum`")]
    Checksum,
    /// An `ONBUILD` instruction of the base stage fails here.
    #[error("the ONBUILD instruction of the base stage cannot run: {0}")]
    Trigger(Box<ProblemKind>),

    /// The `ONBUILD` instructions of one stage run in too many others.
    #[error("the ONBUILD instructions of the base stage run in too many stages; the rest is not read")]
    TooManyTriggers,

    /// An empty line within an instruction.
    #[error("empty line within an instruction, which a future BuildKit will reject")]
    EmptyContinuation,
    /// Bytes that are not UTF-8.
    #[error("expected UTF-8, found other bytes")]
    NotUtf8,
    /// A line that looks continued but is not.
    #[error("two escape characters end the line: BuildKit ends the instruction here, buildah continues it")]
    EscapedEscape,
    /// An instruction that belongs to the one before it.
    #[error("`{0}` is lost: the line above continues into it")]
    SwallowedInstruction(Keyword),
    /// A comment that is read as part of the value before it.
    #[error("`#` does not begin a comment here: it is part of the value")]
    SwallowedComment,
    /// Two stages with the same name.
    #[error("the stage name `{0}` is used again; from here on it means this stage")]
    DuplicateStage(Quoted),
    /// An `ARG` for a variable that an `ENV` has set.
    #[error("ARG `{0}` replaces the ENV of that name in BuildKit; in buildah the ENV wins")]
    ArgAfterEnv(Quoted),
    /// A variable is used without a declaration.
    #[error("{}", Undeclared { name, declared, is_closed: *is_closed })]
    UndeclaredVariable {
        /// The variable.
        name: Quoted,
        /// The place of another declaration.
        declared: Declared,
        /// True if the base image is known not to set it.
        is_closed: bool,
    },
    /// A construct that buildah parses differently.
    #[error("buildah reads this differently: {0}")]
    Buildah(Deviation),

    /// The input is too long.
    #[error("the file has more than {} bytes", limits::MAX_INPUT)]
    InputTooLong,
    /// Too many instructions, words, comments or problems; the rest is ignored.
    #[error(
        "the file has more than {} instructions, {} words and comments, or {} problems",
        limits::MAX_INSTRUCTIONS,
        limits::MAX_WORDS,
        limits::MAX_PROBLEMS
    )]
    TooMuch,
}

/// The place of a declaration that a use of the variable does not see.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Declared {
    /// Before the first `FROM`: a stage has to declare it again to see it.
    BeforeFrom,
    /// Not before the first `FROM`, where the `FROM` that uses it would see it.
    NotBeforeFrom,
    /// By the builder, for stages that declare it: `TARGETARCH`.
    ByBuilder,
    /// In the same instruction, whose values see only declarations above it.
    SameInstruction,
    /// Further down the stage.
    Below,
    /// In another stage.
    Stage {
        /// The stage's name, or its number.
        stage: Quoted,
        /// The index of the instruction that declares it.
        instruction: usize,
    },
    /// Under a similar name.
    Similar(Quoted),
    /// Nowhere.
    Nowhere,
}

/// The message about a variable that is used without a declaration.
struct Undeclared<'a> {
    name: &'a Quoted,
    declared: &'a Declared,
    is_closed: bool,
}

impl std::fmt::Display for Undeclared<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.name;
        match self.declared {
            Declared::BeforeFrom => write!(f, "`{name}` is declared before FROM, not in this stage")?,
            Declared::NotBeforeFrom => write!(f, "`{name}` is not declared before the first FROM")?,
            Declared::ByBuilder => write!(f, "`{name}` is set only in a stage that declares it")?,
            Declared::SameInstruction => {
                write!(
                    f,
                    "`{name}` is set by this instruction, and its values see only what is set above it"
                )?;
            }
            Declared::Below => write!(f, "`{name}` is declared below, not above this line")?,
            Declared::Stage { stage, .. } => write!(f, "`{name}` is declared in stage `{stage}`, not here")?,
            Declared::Similar(other) => {
                return write!(f, "`{name}` is not declared; did you mean `{other}`?");
            }
            Declared::Nowhere => write!(f, "`{name}` is not declared")?,
        }
        f.write_str(if self.is_closed {
            ", so it is empty here"
        } else {
            ", so it is empty here unless the base image sets it"
        })
    }
}

/// A difference between BuildKit and buildah, whose parser is openshift/imagebuilder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Deviation {
    /// `RUN --security` is unknown.
    #[error("it does not support `RUN --security`")]
    Security,
    /// An `escape` directive after another directive is ignored.
    #[error("it ignores `escape` after another directive")]
    EscapeIgnored,
}

/// The reason why variables in a word cannot be replaced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubstitutionError {
    /// An unmatched `'`.
    #[error("expected a closing `'`, found the end")]
    SingleQuote,
    /// An unmatched `"`.
    #[error("expected a closing `\"`, found the end")]
    DoubleQuote,
    /// `${` without `}`.
    #[error("expected `}}`, found the end")]
    Brace,
    /// `${}`, `${:` or `${{`.
    #[error("expected a name after `${{`")]
    Name,
    /// An unknown modifier after the name.
    #[error("expected `}}` or a modifier after the name, found `{0}`")]
    Modifier(Quoted),
    /// `${a/b}` without the second slash.
    #[error("expected `/` after the pattern, found the end")]
    Slash,
    /// `${a?message}` with an unset variable.
    #[error("`{name}` is not set: {message}")]
    Required {
        /// The variable.
        name: Quoted,
        /// The message in the file.
        message: Quoted,
    },
    /// A pattern with an invalid escape.
    #[error("expected `*`, `?` or `\\` after `\\` in the pattern `{0}`")]
    Pattern(Quoted),
    /// Substitutions that are nested too deeply.
    #[error("more than {} substitutions are nested", limits::MAX_SUBSTITUTION_DEPTH)]
    TooDeep,
    /// A value that is too long, or values that are too long together.
    #[error("the expanded values exceed the limit")]
    TooLong,
}

/// BuildKit's three passes over a file; an error ends the build before the next pass begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pass {
    Lines,
    Instructions,
    File,
    Evaluation,
}

impl Problem {
    pub(super) fn new(kind: ProblemKind, span: Span, line: u32) -> Self {
        let severity = kind.severity();
        let phase = if kind.pass() == Pass::Evaluation { Phase::Evaluate } else { Phase::Parse };
        Self { kind, span, line, severity, phase }
    }

    /// Returns true if it is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The position of the problem among all that BuildKit would find.
    pub(super) fn order(&self) -> (Pass, u32) {
        (self.kind.pass(), self.line)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.kind.fmt(f)
    }
}

impl ProblemKind {
    fn severity(&self) -> Severity {
        match self {
            Self::EmptyContinuation
            | Self::NotUtf8
            | Self::EscapedEscape
            | Self::SwallowedInstruction(_)
            | Self::SwallowedComment
            | Self::DuplicateStage(_)
            | Self::ArgAfterEnv(_)
            | Self::UndeclaredVariable { .. }
            | Self::Buildah(_) => Severity::Warning,
            _ => Severity::Error,
        }
    }

    pub(super) fn pass(&self) -> Pass {
        match self {
            Self::DuplicateDirective(_)
            | Self::EscapeDirective(_)
            | Self::LineTooLong
            | Self::NoInstructions
            | Self::UnterminatedHeredoc(_)
            | Self::HeredocName(_)
            | Self::MissingEquals(_)
            | Self::MissingValue(_)
            | Self::NotStrings
            | Self::EmptyContinuation
            | Self::NotUtf8
            | Self::EscapedEscape
            | Self::SwallowedInstruction(_)
            | Self::SwallowedComment
            | Self::Buildah(_)
            | Self::InputTooLong => Pass::Lines,
            Self::NoStages => Pass::File,
            Self::Substitution { .. }
            | Self::BlankBase(_)
            | Self::Reference(_)
            | Self::Platform(_)
            | Self::CopyFromVariable(_)
            | Self::CopyFromIndex(_)
            | Self::StageBelow(_)
            | Self::Circular(_)
            | Self::Target(_)
            | Self::Mount(_)
            | Self::Port(_)
            | Self::Signal(_)
            | Self::Chmod(_)
            | Self::CopyUrl(_)
            | Self::Checksum
            | Self::CheckOption(_)
            | Self::Trigger(_)
            | Self::TooManyTriggers
            | Self::DuplicateStage(_)
            | Self::ArgAfterEnv(_)
            | Self::UndeclaredBase(_)
            | Self::UndeclaredVariable { .. } => Pass::Evaluation,
            _ => Pass::Instructions,
        }
    }

    /// Returns true if buildah accepts what BuildKit rejects here.
    pub fn is_accepted_by_buildah(&self) -> bool {
        matches!(
            self,
            Self::UnknownFlag { .. }
                | Self::StageName(_)
                | Self::BlankName(Keyword::Label)
                | Self::CopyFromVariable(_)
                | Self::HeredocDestination(_)
                | Self::LineTooLong
                | Self::Port(_)
                | Self::DuplicateDirective("syntax")
                | Self::Substitution { error: SubstitutionError::Slash, .. }
        )
    }
}

/// A word as messages quote it. A word longer than any name is omitted: it may be a line of a key.
struct Found<'a>(&'a str);

impl std::fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const LONGEST: usize = 16;
        match self.0.chars().count() {
            ..=LONGEST => write!(f, "`{}`", self.0),
            count => write!(f, "a word of {count} characters"),
        }
    }
}

/// Names as the subject of a sentence: `` `A`, `B` and `C` are ``.
struct Names<'a>(&'a [Quoted]);

impl std::fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            let joint = match index {
                0 => "",
                _ if index + 1 == self.0.len() => " and ",
                _ => ", ",
            };
            write!(f, "{joint}`{name}`")?;
        }
        f.write_str(if self.0.len() == 1 { " is" } else { " are" })
    }
}

/// The end of a message, which suggests a word.
struct Meant(Option<&'static str>);

impl std::fmt::Display for Meant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(word) => write!(f, "; did you mean `{word}`?"),
            None => Ok(()),
        }
    }
}
