//! The first pass: lines, directives, comments, heredocs and instructions, with recovery after each error.

use std::borrow::Cow;
use std::ops::Range;

use super::instruction::{Arguments, Heredoc, Instruction, Segment};
use super::keyword::Keyword;
use super::line::{self, Ending, Line, Physical};
use super::problem::{Deviation, Phase, Problem, ProblemKind};
use super::{arguments, bytes, heredoc, limits};
use crate::text::Span;

/// A Dockerfile as written, before variables are expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Syntax<'a> {
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
    /// The problems found so far.
    pub problems: Vec<Problem>,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comment<'a> {
    /// From the `#` to the end of the line.
    pub span: Span,
    /// Its line, from 1.
    pub line: u32,
    /// The text after the `#`, without surrounding spaces.
    pub raw: &'a [u8],
    /// True if it is between the lines of an instruction.
    pub within_instruction: bool,
}

/// A parser directive: `# escape=\``.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Directive<'a> {
    /// `syntax`, `escape` or `check`.
    pub name: &'static str,
    /// Its value.
    pub value: Cow<'a, str>,
    /// From the `#` to the end of the value.
    pub span: Span,
    /// The place of the value.
    pub value_span: Span,
    /// Its line, from 1.
    pub line: u32,
}

impl Comment<'_> {
    /// The text after the `#`, without surrounding spaces.
    pub fn text(&self) -> Cow<'_, str> {
        bytes::text(self.raw)
    }
}

impl<'a> Syntax<'a> {
    /// Parses a Dockerfile. Never fails: [`problems`](Self::problems) lists the errors.
    pub fn scan(input: &'a [u8]) -> Self {
        let mut scanner = Scanner::new(input);
        scanner.run();
        scanner.finish()
    }

    /// Returns true if BuildKit accepts the file: it has no error of phase parse.
    pub fn accepted(&self) -> bool {
        is_accepted(&self.problems)
    }

    /// The comments directly above an instruction. An empty comment ends them, an empty line does not.
    pub fn comments_above(&self, instruction: &Instruction<'a>) -> &[Comment<'a>] {
        comments_above(&self.comments, instruction)
    }
}

pub(super) fn is_accepted(problems: &[Problem]) -> bool {
    !problems.iter().any(|problem| problem.phase == Phase::Parse && problem.is_error())
}

pub(super) fn comments_above<'c, 'a>(
    comments: &'c [Comment<'a>],
    instruction: &Instruction<'a>,
) -> &'c [Comment<'a>] {
    let Range { start, end } = instruction.comments.clone();
    comments.get(start as usize..end as usize).unwrap_or_default()
}

/// The number of words, flags, heredocs and comments that may still be kept.
#[derive(Debug)]
pub(super) struct Room {
    left: usize,
    is_exceeded: bool,
}

impl Room {
    /// Takes one unit of room. Returns false if there is none left.
    pub(super) fn take(&mut self) -> bool {
        self.is_exceeded |= self.left == 0;
        self.left = self.left.saturating_sub(1);
        !self.is_exceeded
    }
}

struct Scanner<'a> {
    syntax: Syntax<'a>,
    escape: u8,
    /// The start of the next physical line, and the number of the previous one.
    at: usize,
    number: u32,
    /// True if every line so far was a directive.
    directives: bool,
    /// The start of the comments above the next instruction.
    comments: usize,
    /// True if a stage has begun.
    in_stage: bool,
    unterminated: usize,
    room: Room,
    /// A buffer that is reused between lines.
    joined: Vec<u8>,
    segments: Vec<Segment>,
    words: Vec<Range<usize>>,
}

impl<'a> Scanner<'a> {
    fn new(input: &'a [u8]) -> Self {
        let mut problems = Vec::new();
        if let Err(error) = std::str::from_utf8(input) {
            let start = error.valid_up_to();
            let span = Span::new(start, start + error.error_len().unwrap_or(input.len() - start));
            let before = input.get(..start).unwrap_or_default();
            let line = before.split(|&byte| byte == b'\n').count() as u32;
            problems.push(Problem::new(ProblemKind::NotUtf8, span, line));
        }
        if input.len() > limits::MAX_INPUT {
            let span = Span::new(limits::MAX_INPUT, input.len());
            problems.push(Problem::new(ProblemKind::InputTooLong, span, 1));
        }
        let input = input.get(..limits::MAX_INPUT).unwrap_or(input);
        let syntax = Syntax {
            input,
            // Enough for most files.
            instructions: Vec::with_capacity(8 + input.len() / 256),
            comments: Vec::new(),
            directives: Vec::new(),
            escape: '\\',
            problems,
        };
        Self {
            syntax,
            escape: b'\\',
            at: 0,
            number: 0,
            directives: true,
            comments: 0,
            in_stage: false,
            unterminated: 0,
            room: Room { left: limits::MAX_WORDS, is_exceeded: false },
            joined: Vec::new(),
            segments: Vec::new(),
            words: Vec::new(),
        }
    }

    fn report(&mut self, kind: ProblemKind, span: Span, line: u32) {
        self.syntax.problems.push(Problem::new(kind, span, line));
    }

    fn text(&self, start: usize, end: usize) -> &'a [u8] {
        self.syntax.input.get(start..end).unwrap_or_default()
    }

    /// The next physical line.
    fn next_line(&mut self) -> Option<Physical> {
        let line = line::physical(self.syntax.input, self.at)?;
        self.at = line.next;
        self.number += 1;
        // Carriage returns count, the newline does not.
        let has_newline = |line: &Physical| self.text(line.start, line.next).ends_with(b"\n");
        let len = line.next - line.start;
        if len > limits::MAX_LINE && len - usize::from(has_newline(&line)) > limits::MAX_LINE {
            self.report(ProblemKind::LineTooLong, Span::new(line.start, line.end), self.number);
        }
        Some(line)
    }

    fn run(&mut self) {
        while let Some(mut line) = self.next_line() {
            if self.syntax.instructions.len() >= limits::MAX_INSTRUCTIONS
                || self.syntax.problems.len() >= limits::MAX_PROBLEMS
            {
                return self.too_much(line.start);
            }
            let start = line.start;
            if line.start == 0 && self.text(0, 3) == b"\xef\xbb\xbf" {
                line.start = 3.min(line.end);
            }
            let text = self.text(line.start, line.end);
            if !text.first().is_some_and(u8::is_ascii_graphic) {
                line.start += bytes::leading_space(text);
            }
            let text = self.text(line.start, line.end);
            if self.directives && self.directive(text, line.start) {
                continue;
            }
            self.directives = false;
            match text.first() {
                Some(b'#') => self.comment(text, line.start, false),
                Some(_) => self.instruction(line, start),
                None => {}
            }
            if self.room.is_exceeded {
                return self.too_much(start);
            }
        }
    }

    /// Reports that the file is ignored from that place on.
    fn too_much(&mut self, start: usize) {
        let span = Span::new(start, self.syntax.input.len());
        self.report(ProblemKind::TooMuch, span, self.number);
    }

    /// Reads the line as a directive. Returns false if it is not one.
    fn directive(&mut self, text: &'a [u8], start: usize) -> bool {
        let Some((name, value)) = directive(text) else { return false };
        let (span, value_span) =
            (Span::new(start, start + value.end), Span::new(start + value.start, start + value.end));
        let value = bytes::text(value_span.of(self.syntax.input));
        if self.syntax.directives.iter().any(|found| found.name == name) {
            self.report(ProblemKind::DuplicateDirective(name), span, self.number);
            return true;
        }
        if name == "escape" {
            match value.as_bytes() {
                [escape @ (b'\\' | b'`')] => {
                    self.escape = *escape;
                    self.syntax.escape = char::from(*escape);
                    if *escape == b'`' && !self.syntax.directives.is_empty() {
                        self.report(ProblemKind::Buildah(Deviation::EscapeIgnored), span, self.number);
                    }
                }
                _ => self.report(
                    ProblemKind::EscapeDirective(value.to_string().into()),
                    value_span,
                    self.number,
                ),
            }
        }
        self.syntax.directives.push(Directive { name, value, span, value_span, line: self.number });
        true
    }

    /// Keeps a comment; `text` begins with `#`.
    fn comment(&mut self, text: &'a [u8], start: usize, within_instruction: bool) {
        let text = text.get(..bytes::trimmed_len(text)).unwrap_or_default();
        let inner = text.get(1..).unwrap_or_default();
        let raw = inner.get(bytes::leading_space(inner)..).unwrap_or_default();
        let span = Span::new(start, start + text.len());
        if !self.room.take() {
            return;
        }
        self.syntax.comments.push(Comment { span, line: self.number, raw, within_instruction });
        if raw.is_empty() && !within_instruction {
            self.comments = self.syntax.comments.len();
        }
    }

    /// Reads the logical line that begins with `first`, and its heredocs. `start` is the start of the
    /// physical line.
    fn instruction(&mut self, first: Physical, start: usize) {
        let number = self.number;
        let comments = self.comments as u32..self.syntax.comments.len() as u32;
        self.segments.clear();
        self.segments.push(Segment { logical: 0, physical: first.start as u32 });
        let text = self.text(first.start, first.end);
        let mut joined = std::mem::take(&mut self.joined);
        let logical = match self.ending(text, first.start) {
            Ending::Continued(end) => {
                joined.clear();
                joined.extend_from_slice(text.get(..end).unwrap_or_default());
                self.continuation(&mut joined, number);
                joined.as_slice()
            }
            _ => text,
        };
        let segments = std::mem::take(&mut self.segments);
        let line = Line {
            input: self.syntax.input,
            joined: logical,
            segments: &segments,
            escape: self.escape,
            number,
        };
        let mut instruction =
            arguments::instruction(&line, &mut self.syntax.problems, &mut self.words, &mut self.room);
        instruction.comments = comments;
        self.heredocs(&line, &mut instruction);
        if let Arguments::Onbuild(trigger) = &mut instruction.arguments {
            trigger.instruction.heredocs.clone_from(&instruction.heredocs);
        }
        instruction.end_line = self.number;
        instruction.extent = Span::new(start, self.at);
        self.stage(&mut instruction);
        self.syntax.instructions.push(instruction);
        self.comments = self.syntax.comments.len();
        self.joined = joined;
        self.segments = segments;
    }

    fn ending(&mut self, text: &[u8], start: usize) -> Ending {
        let ending = line::ending(text, self.escape);
        if matches!(ending, Ending::Escaped) {
            let end = start + bytes::trimmed_len(text);
            self.report(ProblemKind::EscapedEscape, Span::new(end.saturating_sub(2), end), self.number);
        }
        ending
    }

    /// Joins the lines that follow a continued one.
    fn continuation(&mut self, joined: &mut Vec<u8>, number: u32) {
        let mut skipped = false;
        let mut blank = None;
        while let Some(line) = self.next_line() {
            let text = self.text(line.start, line.end);
            let blanks = bytes::leading_space(text);
            match text.get(blanks) {
                Some(b'#') => {
                    self.comment(text.get(blanks..).unwrap_or_default(), line.start + blanks, true);
                    skipped = true;
                    continue;
                }
                None => {
                    blank.get_or_insert(Span::new(line.start, line.next));
                    skipped = true;
                    continue;
                }
                Some(_) => {}
            }
            if skipped {
                self.swallowed(text, line.start);
            }
            let ending = self.ending(text, line.start);
            let end = if let Ending::Continued(end) = ending { end } else { text.len() };
            // An empty segment contains nothing that could be looked up: of those that begin at one place the
            // last wins.
            let segment = Segment { logical: joined.len() as u32, physical: line.start as u32 };
            match self.segments.last_mut().filter(|last| last.logical == segment.logical) {
                Some(last) => *last = segment,
                None => self.segments.push(segment),
            }
            joined.extend_from_slice(text.get(..end).unwrap_or_default());
            if !matches!(ending, Ending::Continued(_)) {
                break;
            }
        }
        if let Some(span) = blank {
            self.report(ProblemKind::EmptyContinuation, span, number);
        }
        let is_empty = |last: &Segment| last.logical as usize == joined.len();
        if self.segments.len() > 1 && self.segments.last().is_some_and(is_empty) {
            self.segments.pop();
        }
    }

    /// Reports a line that looks like an instruction but continues the one above, after empty lines or
    /// comments.
    fn swallowed(&mut self, text: &[u8], start: usize) {
        let len = text.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
        if !text.get(len).is_some_and(|&byte| bytes::is_separator(byte)) {
            return;
        }
        let keyword = Keyword::of(text.get(..len).unwrap_or_default());
        if keyword != Keyword::Unknown {
            self.report(
                ProblemKind::SwallowedInstruction(keyword),
                Span::new(start, start + len),
                self.number,
            );
        }
    }

    fn heredocs(&mut self, line: &Line<'a, '_>, instruction: &mut Instruction<'a>) {
        let inner = instruction.effective();
        let is_text = match &inner.arguments {
            Arguments::Command(command) => !matches!(command, super::instruction::Command::Exec(_)),
            Arguments::Copy { destination, .. } => destination.form != super::word::Form::Json,
            // An array of fewer than two strings is not a list of words either.
            Arguments::Other(word) => {
                let text = word.as_ref().map_or(&b""[..], |word| &word.raw);
                super::json::array(text) == super::json::Array::None
            }
            _ => false,
        };
        if !inner.keyword.takes_heredocs() || !is_text || !bytes::has_double_less(line.joined) {
            return;
        }
        let openers = match heredoc::openers(line.joined) {
            Ok(openers) => openers,
            Err((error, range)) => {
                self.report(ProblemKind::HeredocName(error), line.span(range), line.number);
                return;
            }
        };
        for opener in openers {
            if !self.room.take() {
                return;
            }
            let span = line.span(opener.range.clone());
            if let Some(heredoc) = self.heredoc(opener, span, line.number) {
                instruction.heredocs.push(heredoc);
            } else {
                instruction.has_error = true;
                return;
            }
        }
    }

    /// The body of a heredoc: all lines up to its name.
    fn heredoc(&mut self, opener: heredoc::Opener, span: Span, number: u32) -> Option<Heredoc<'a>> {
        let (start, before) = (self.at, self.number);
        let problems = self.syntax.problems.len();
        let given_up = self.unterminated >= limits::MAX_UNTERMINATED_HEREDOCS;
        while let Some(line) = self.next_line().filter(|_| !given_up) {
            let mut text = self.text(line.start, line.end);
            if opener.chomp {
                let tabs = text.iter().take_while(|&&byte| byte == b'\t').count();
                text = text.get(tabs..).unwrap_or_default();
            }
            if text == opener.name.as_bytes() {
                let content = Span::new(start, line.start);
                return Some(Heredoc {
                    name: opener.name,
                    opener: span,
                    content,
                    text: content.of(self.syntax.input),
                    terminator: Span::new(line.start, line.end),
                    descriptor: opener.descriptor,
                    chomp: opener.chomp,
                    expand: opener.expand,
                });
            }
        }
        self.unterminated += 1;
        (self.at, self.number) = (start, before);
        self.syntax.problems.truncate(problems);
        self.report(ProblemKind::UnterminatedHeredoc(opener.name.into()), span, number);
        self.recover();
        None
    }

    /// Continues after an unterminated heredoc at the next line that looks like an instruction.
    fn recover(&mut self) {
        loop {
            let (at, number) = (self.at, self.number);
            let Some(line) = self.next_line() else { return };
            let text = self.text(line.start, line.end);
            let len = text.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
            let is_word = text.get(len).is_some_and(|&byte| bytes::is_separator(byte));
            if is_word && Keyword::of(text.get(..len).unwrap_or_default()) != Keyword::Unknown {
                (self.at, self.number) = (at, number);
                return;
            }
        }
    }

    /// Reports an instruction other than `ARG` before the first `FROM`.
    fn stage(&mut self, instruction: &mut Instruction<'a>) {
        match instruction.keyword {
            // An invalid `FROM` starts a stage too, so that one mistake is not reported many times.
            Keyword::From => self.in_stage = true,
            Keyword::Arg | Keyword::Unknown => {}
            keyword if !self.in_stage => {
                instruction.has_error = true;
                self.report(ProblemKind::NoStage(keyword), instruction.name.span, instruction.line);
            }
            _ => {}
        }
    }

    fn finish(mut self) -> Syntax<'a> {
        let end = self.syntax.input.len();
        if self.syntax.instructions.is_empty() {
            self.report(ProblemKind::NoInstructions, Span::at(end), self.number.max(1));
        } else if !self.in_stage {
            let first = self.syntax.instructions.first().map_or(Span::at(0), |first| first.name.span);
            self.report(ProblemKind::NoStages, first, 1);
        }
        self.syntax.problems.sort_by_key(Problem::order);
        self.syntax
    }
}

/// The name of a directive and the place of its value, if the line is one: `# name = value`.
fn directive(text: &[u8]) -> Option<(&'static str, Range<usize>)> {
    let is_space = |byte: &&u8| matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ');
    let spaces = |at: usize| text.iter().skip(at).take_while(is_space).count();
    if text.first() != Some(&b'#') {
        return None;
    }
    let start = 1 + spaces(1);
    let len = text.iter().skip(start).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let found = text.get(start..start + len)?;
    let name =
        ["syntax", "escape", "check"].into_iter().find(|name| found.eq_ignore_ascii_case(name.as_bytes()))?;
    let equals = start + len + spaces(start + len);
    if text.get(equals) != Some(&b'=') || equals + 1 == text.len() {
        return None;
    }
    let blanks = text.iter().rev().take_while(is_space).count();
    let begin = equals + 1 + spaces(equals + 1);
    let end = text.len() - blanks;
    // If the value has only spaces, it is the last of them.
    Some((name, if begin < end { begin..end } else { text.len() - 1..text.len() }))
}
