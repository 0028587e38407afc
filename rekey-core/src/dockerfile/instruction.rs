//! Instructions and their typed arguments.

use std::borrow::Cow;
use std::ops::Range;

use super::bytes;
use super::keyword::Keyword;
use super::problem::Problem;
use super::word::Word;
use crate::text::Span;

/// One instruction of a Dockerfile.
///
/// ```text
/// # why               comments
/// RUN --network=none cat <<EOF | sh \
/// ^^^ ^^^^^^^^^^^^^^ ^^^^^^^^^^^^^     keyword, flags, arguments
///   && true           line 2 to 5: the logical line is 2 and 3
/// echo heredoc
/// EOF
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Instruction<'a> {
    /// The keyword; `Unknown` if there is no such instruction.
    pub keyword: Keyword,
    /// The keyword as written.
    pub name: Word<'a>,
    /// The physical line of the keyword, from 1.
    pub line: u32,
    /// The last physical line, including heredocs.
    pub end_line: u32,
    /// From the keyword to the last argument, without heredocs.
    pub span: Span,
    /// All lines of the instruction, including heredocs and the last newline, from the start of the first
    /// line.
    pub extent: Span,
    /// The words that begin with `--`.
    pub flags: Vec<Flag<'a>>,
    /// The rest of the logical line.
    pub arguments: Arguments<'a>,
    /// The heredocs that the line opens, in order; the instruction after `ONBUILD` has them too.
    pub heredocs: Vec<Heredoc<'a>>,
    /// True if the instruction has an error of phase parse.
    pub has_error: bool,
    /// The range of the file's comments that are directly above.
    pub(super) comments: Range<u32>,
    pub(super) segments: Segments,
}

/// A word that begins with `--`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Flag<'a> {
    /// The whole flag.
    pub span: Span,
    /// Its name without dashes.
    pub name: Cow<'a, str>,
    /// The text after the `=`.
    pub value: Option<Word<'a>>,
}

/// The arguments of an instruction, by kind of instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Arguments<'a> {
    /// `FROM image [AS name]`.
    From {
        /// The base image or stage, unexpanded.
        image: Word<'a>,
        /// The stage's name as written; names of stages are compared in lowercase.
        name: Option<Word<'a>>,
    },
    /// `ENV`, `LABEL`.
    Pairs(Vec<Pair<'a>>),
    /// `ARG`.
    Variables(Vec<Variable<'a>>),
    /// `RUN`, `CMD`, `ENTRYPOINT`, `SHELL`.
    Command(Command<'a>),
    /// `HEALTHCHECK`.
    Healthcheck {
        /// `NONE` or `CMD`.
        kind: Word<'a>,
        /// The command after `CMD`.
        command: Command<'a>,
    },
    /// `COPY`, `ADD`.
    Copy {
        /// The files to copy, including heredocs as `<<EOF`.
        sources: Vec<Word<'a>>,
        /// The destination.
        destination: Word<'a>,
    },
    /// `EXPOSE`, `VOLUME`.
    Words(Vec<Word<'a>>),
    /// `USER`, `WORKDIR`, `STOPSIGNAL`, `MAINTAINER`: the whole line.
    Value(Word<'a>),
    /// `ONBUILD`.
    Onbuild(Box<Trigger<'a>>),
    /// Arguments that could not be read, or no arguments.
    Other(Option<Word<'a>>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pair<'a> {
    /// The key, unexpanded.
    pub key: Word<'a>,
    /// The value, unexpanded.
    pub value: Word<'a>,
    /// True if it is written with a space, `key value`, rather than `key=value`.
    pub legacy: bool,
}

/// A declaration of a build argument.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variable<'a> {
    /// Its name.
    pub name: Word<'a>,
    /// Its default, unexpanded.
    pub value: Option<Word<'a>>,
}

/// A command in one of its two forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command<'a> {
    /// No command: `RUN` alone.
    Empty,
    /// Text for the shell.
    Shell(Word<'a>),
    /// A JSON array of strings; an empty one resets `CMD` and `ENTRYPOINT`.
    Exec(Vec<Word<'a>>),
}

/// The instruction that an `ONBUILD` keeps for the next build. Its problems count only in that build.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trigger<'a> {
    /// The instruction.
    pub instruction: Instruction<'a>,
    /// The problems of the instruction.
    pub problems: Vec<Problem>,
}

/// A document after the instruction's logical line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heredoc<'a> {
    /// The word that ends it, without quotes.
    pub name: String,
    /// The word that opens it, `3<<-"EOF"`.
    pub opener: Span,
    /// The lines with their newlines.
    pub content: Span,
    /// The bytes of the lines as they are in the file.
    pub text: &'a [u8],
    /// The line that ends it, without its newline.
    pub terminator: Span,
    /// The file descriptor before `<<`.
    pub descriptor: u32,
    /// True for `<<-`, which removes leading tabs from each line.
    pub chomp: bool,
    /// True if variables are replaced in it, since its name is not quoted. Only `COPY` and `ADD` replace
    /// them.
    pub expand: bool,
}

/// A text that a shell or a program will read, with the place of each byte.
#[derive(Clone, Debug)]
pub struct Script<'i, 'a> {
    /// The text with continuations joined and JSON strings decoded.
    pub text: Cow<'i, str>,
    source: ScriptSource<'i, 'a>,
}

#[derive(Clone, Debug)]
enum ScriptSource<'i, 'a> {
    Line { instruction: &'i Instruction<'a>, at: usize },
    Verbatim { start: usize },
    Whole(Span),
}

impl<'a> Instruction<'a> {
    /// Returns the place of a part of a word in the file; `range` counts bytes of the word's `raw`.
    ///
    /// ```text
    /// USER 1001 # nonroot
    ///          ^^^^^^^^^^
    /// ```
    /// The part from the fourth byte of the word on.
    pub fn part(&self, word: &Word<'a>, range: Range<usize>) -> Span {
        let at = word.at as usize;
        self.segments.span(at + range.start..at + range.end)
    }

    /// The flag of that name.
    pub fn flag(&self, name: &str) -> Option<&Flag<'a>> {
        self.flags.iter().find(|flag| flag.name == name)
    }

    /// The instruction itself or, for `ONBUILD`, the one that it keeps.
    pub fn effective(&self) -> &Self {
        match &self.arguments {
            Arguments::Onbuild(trigger) => &trigger.instruction,
            _ => self,
        }
    }

    /// Every word of the arguments and flags, in order.
    pub fn words(&self) -> Vec<&Word<'a>> {
        let mut words: Vec<&Word<'a>> = self.flags.iter().filter_map(|flag| flag.value.as_ref()).collect();
        match &self.arguments {
            Arguments::From { image, name } => words.extend(std::iter::once(image).chain(name)),
            Arguments::Pairs(pairs) => words.extend(pairs.iter().flat_map(|pair| [&pair.key, &pair.value])),
            Arguments::Variables(all) => {
                words.extend(
                    all.iter().flat_map(|variable| std::iter::once(&variable.name).chain(&variable.value)),
                );
            }
            Arguments::Command(command) => words.extend(command.words()),
            Arguments::Healthcheck { kind, command } => {
                words.extend(std::iter::once(kind).chain(command.words()));
            }
            Arguments::Copy { sources, destination } => words.extend(sources.iter().chain([destination])),
            Arguments::Words(all) => words.extend(all),
            Arguments::Value(word) => words.push(word),
            Arguments::Onbuild(trigger) => {
                words.push(&trigger.instruction.name);
                words.extend(trigger.instruction.words());
            }
            Arguments::Other(word) => words.extend(word),
        }
        words
    }

    /// The texts that the instruction will run: the command of `RUN`, `CMD`, `ENTRYPOINT` or `HEALTHCHECK`,
    /// also after `ONBUILD`, and the heredocs of `RUN`.
    pub fn scripts<'i>(&'i self) -> Vec<Script<'i, 'a>> {
        let inner = self.effective();
        let (Arguments::Command(command) | Arguments::Healthcheck { command, .. }) = &inner.arguments else {
            return Vec::new();
        };
        let mut scripts: Vec<_> = match command {
            Command::Shell(word) => {
                let source = ScriptSource::Line { instruction: inner, at: word.at as usize };
                vec![Script { text: bytes::text(&word.raw), source }]
            }
            command => {
                let whole =
                    |word: &'i Word<'a>| Script { source: ScriptSource::Whole(word.span), text: word.text() };
                command.words().iter().map(whole).collect()
            }
        };
        scripts.extend(self.heredocs.iter().map(|heredoc| {
            let source = ScriptSource::Verbatim { start: heredoc.content.start as usize };
            Script { text: bytes::text(heredoc.text), source }
        }));
        scripts
    }
}

impl<'a> Command<'a> {
    /// The words; the shell form has one.
    pub fn words(&self) -> &[Word<'a>] {
        match self {
            Self::Empty => &[],
            Self::Shell(word) => std::slice::from_ref(word),
            Self::Exec(words) => words,
        }
    }
}

impl Script<'_, '_> {
    /// Returns the place of a part of the text. A part of a JSON string is marked as the whole string.
    ///
    /// Exact for UTF-8, and slightly off after a byte that is not.
    pub fn span(&self, range: Range<usize>) -> Span {
        match &self.source {
            ScriptSource::Line { instruction, at } => {
                instruction.segments.span(at + range.start..at + range.end)
            }
            ScriptSource::Verbatim { start } => Span::new(start + range.start, start + range.end),
            ScriptSource::Whole(span) => *span,
        }
    }
}

/// A run of bytes that are adjacent both in the logical line and in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// Its start in the logical line.
    pub(super) logical: u32,
    /// Its start in the file.
    pub(super) physical: u32,
}

/// The mapping from a logical line back to the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segments {
    /// The logical line is one run of bytes, which begins here.
    One(u32),
    /// The logical line is joined from multiple segments, in order.
    Many(Box<[Segment]>),
}

impl Segments {
    pub(super) fn of(segments: &[Segment]) -> Self {
        match segments {
            [only] => Self::One(only.physical),
            several => Self::Many(several.into()),
        }
    }

    pub(super) fn span(&self, range: Range<usize>) -> Span {
        match self {
            Self::One(start) => Span::new(range.start, range.end.max(range.start)).shifted(*start as usize),
            Self::Many(segments) => span(segments, range).0,
        }
    }
}

/// The span in the file of a range of a logical line, and true if it lies in one segment.
pub(super) fn span(segments: &[Segment], range: Range<usize>) -> (Span, bool) {
    if let [only] = segments {
        let start = only.physical as usize;
        return (Span::new(start + range.start, start + range.end.max(range.start)), true);
    }
    // The segment of the last byte gives the end of the range; for an empty range, that of the byte before
    // it.
    let holder = |at: usize| {
        let after = segments.partition_point(|segment| segment.logical as usize <= at);
        segments.get(after.saturating_sub(1)).copied().unwrap_or(Segment { logical: 0, physical: 0 })
    };
    let locate = |segment: Segment, at: usize| segment.physical as usize + at - segment.logical as usize;
    let last = holder(range.end.saturating_sub(1));
    let end = locate(last, range.end);
    if range.start >= range.end {
        return (Span::at(end), true);
    }
    let first = holder(range.start);
    (Span::new(locate(first, range.start), end), first == last)
}
