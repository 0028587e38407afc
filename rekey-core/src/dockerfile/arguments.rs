//! Parsing of each instruction's arguments, with the checks that BuildKit makes before it expands variables.

use std::ops::Range;

use memchr::memchr;

use super::instruction::{Arguments, Command, Instruction, Pair, Segments, Trigger, Variable};
use super::json::{self, Array};
use super::keyword::Keyword;
use super::line::Line;
use super::problem::{Problem, ProblemKind};
use super::syntax::Room;
use super::word::{Form, Word};
use super::{bytes, duration, flags, heredoc, limits, mount};
use crate::text::Span;

/// Parses a logical line as an instruction.
///
/// `ONBUILD` after `ONBUILD` is rejected, so a line nests at most once.
pub(super) fn instruction<'a>(
    line: &Line<'a, '_>,
    problems: &mut Vec<Problem>,
    words: &mut Vec<Range<usize>>,
    room: &mut Room,
) -> Instruction<'a> {
    let all = line.trim(0..line.joined.len());
    Reader { line, problems, words, room, keyword: Keyword::Unknown, name: all.start..all.start }
        .instruction(all, true)
}

struct Reader<'r, 'a, 'l> {
    line: &'r Line<'a, 'l>,
    problems: &'r mut Vec<Problem>,
    /// The words of the arguments; the buffer is reused between lines.
    words: &'r mut Vec<Range<usize>>,
    room: &'r mut Room,
    keyword: Keyword,
    name: Range<usize>,
}

impl<'a> Reader<'_, 'a, '_> {
    fn instruction(&mut self, all: Range<usize>, outer: bool) -> Instruction<'a> {
        let line = self.line;
        let text = line.text(all.clone());
        let len = text.iter().position(|&byte| bytes::is_separator(byte)).unwrap_or(text.len());
        let blanks = text.iter().skip(len).take_while(|&&byte| bytes::is_separator(byte)).count();
        self.name = all.start..all.start + len;
        self.keyword = Keyword::of(line.text(self.name.clone()));
        let before = self.problems.len();
        let (flags, rest) = flags::split(line, self.name.end + blanks..all.end, self.room);
        let rest = line.trim(rest..all.end);
        let (keyword, name) = (self.keyword, line.word(self.name.clone()));
        let arguments = self.arguments(rest, &flags, outer);
        let span = line.span(all);
        Instruction {
            keyword,
            name,
            line: line.number,
            end_line: line.number,
            span,
            extent: span,
            flags,
            arguments,
            heredocs: Vec::new(),
            has_error: self.problems.get(before..).is_some_and(|new| new.iter().any(Problem::is_error)),
            comments: 0..0,
            segments: Segments::of(line.segments),
        }
    }

    fn arguments(
        &mut self,
        rest: Range<usize>,
        flags: &[super::instruction::Flag<'a>],
        outer: bool,
    ) -> Arguments<'a> {
        match self.keyword {
            Keyword::Unknown => self.unknown(rest),
            Keyword::From => {
                let arguments = self.from(rest);
                self.flags(flags);
                arguments
            }
            Keyword::Env | Keyword::Label => {
                self.flags(flags);
                self.pairs(rest)
            }
            Keyword::Arg => self.variables(rest),
            Keyword::User | Keyword::Workdir | Keyword::Stopsignal | Keyword::Maintainer => {
                if rest.is_empty() {
                    self.report(ProblemKind::NoArgument(self.keyword), self.name.clone());
                }
                if self.keyword != Keyword::Stopsignal {
                    self.flags(flags);
                }
                self.value(rest)
            }
            Keyword::Run | Keyword::Cmd | Keyword::Entrypoint => {
                self.flags(flags);
                if self.keyword == Keyword::Run {
                    self.run_flags(flags);
                }
                self.command(rest).map_or(Arguments::Other(None), Arguments::Command)
            }
            Keyword::Shell => {
                self.flags(flags);
                self.shell(rest)
            }
            Keyword::Healthcheck => self.healthcheck(rest, flags),
            Keyword::Copy | Keyword::Add => self.copy(rest, flags),
            Keyword::Expose | Keyword::Volume => self.words(rest, flags),
            Keyword::Onbuild => self.onbuild(rest, flags, outer),
        }
    }

    fn report(&mut self, kind: ProblemKind, range: Range<usize>) {
        let span = self.line.span(range);
        self.report_at(kind, span);
    }

    fn report_at(&mut self, kind: ProblemKind, span: Span) {
        push(self.problems, Problem::new(kind, span, self.line.number));
    }

    fn flags(&mut self, flags: &[super::instruction::Flag<'a>]) {
        if !flags.is_empty() {
            let number = self.line.number;
            flags::check(self.keyword, flags, |kind, span| {
                push(self.problems, Problem::new(kind, span, number));
            });
        }
    }

    fn text(&self, range: &Range<usize>) -> String {
        bytes::text(self.line.text(range.clone())).into_owned()
    }

    fn rest(&self, rest: Range<usize>) -> Arguments<'a> {
        Arguments::Other((!rest.is_empty()).then(|| self.line.word(rest)))
    }

    fn unknown(&mut self, rest: Range<usize>) -> Arguments<'a> {
        let found = self.text(&self.name.clone());
        let kind = if looks_like_template(&found) {
            ProblemKind::Template(found.into())
        } else {
            let suggestion = Keyword::suggestion(&found);
            ProblemKind::UnknownInstruction { found: found.into(), suggestion }
        };
        self.report(kind, self.name.clone());
        self.rest(rest)
    }

    /// The words between spaces; quotes have no meaning here.
    fn list(&mut self, rest: &Range<usize>) -> Vec<Word<'a>> {
        let mut words = Vec::with_capacity(3);
        let mut text = self.line.text(rest.clone());
        while !text.is_empty() && self.room.take() {
            let start = rest.end - text.len();
            let len = text.iter().position(|&byte| bytes::is_separator(byte)).unwrap_or(text.len());
            words.push(self.line.word(start..start + len));
            let blanks = text.iter().skip(len).take_while(|&&byte| bytes::is_separator(byte)).count();
            text = text.get(len + blanks..).unwrap_or_default();
        }
        words
    }

    /// The words between spaces outside of quotes; quotes are kept.
    fn quoted_words(&mut self, rest: &Range<usize>) {
        self.words.clear();
        let text = self.line.text(rest.clone());
        let escape = self.line.escape;
        let mut at = 0;
        loop {
            at += bytes::leading_space(text.get(at..).unwrap_or_default());
            if at >= text.len() {
                return;
            }
            let start = at;
            at = end_of_word(text, start, escape);
            // An escape character with nothing to escape is dropped.
            let end = at.min(text.len());
            if end > start {
                if !self.room.take() {
                    return;
                }
                self.words.push(rest.start + start..rest.start + end);
            }
            if at < text.len() && text.get(at) == Some(&escape) {
                return;
            }
        }
    }

    fn from(&mut self, rest: Range<usize>) -> Arguments<'a> {
        let mut words = self.list(&rest).into_iter();
        let count = words.len();
        let Some(image) = words.next() else {
            self.report(ProblemKind::FromArguments(0), self.name.clone());
            return Arguments::Other(None);
        };
        match (words.next(), words.next()) {
            (None, _) => Arguments::From { image, name: None },
            (Some(between), Some(name)) if count == 3 && is_as(&between.raw) => {
                if !is_stage_name(&name.raw) {
                    self.report_at(ProblemKind::StageName(name.text().into()), name.span);
                }
                Arguments::From { image, name: Some(name) }
            }
            _ => {
                self.report(ProblemKind::FromArguments(count), rest);
                Arguments::From { image, name: None }
            }
        }
    }

    fn pairs(&mut self, rest: Range<usize>) -> Arguments<'a> {
        let line = self.line;
        self.quoted_words(&rest);
        let Some(first) = self.words.first() else {
            self.report(ProblemKind::NoArguments(self.keyword), self.name.clone());
            return Arguments::Pairs(Vec::new());
        };
        if memchr(b'=', line.text(first.clone())).is_none() {
            return self.legacy_pair(rest);
        }
        let mut pairs = Vec::with_capacity(self.words.len());
        for index in 0..self.words.len() {
            let Some(word) = self.words.get(index).cloned() else { break };
            let Some(equals) = memchr(b'=', line.text(word.clone())) else {
                self.report(ProblemKind::MissingEquals(self.text(&word).into()), word);
                continue;
            };
            let equals = word.start + equals;
            if equals == word.start {
                self.report(ProblemKind::BlankName(self.keyword), word.clone());
            }
            let (key, value) = (line.word(word.start..equals), line.word(equals + 1..word.end));
            pairs.push(Pair { key, value, legacy: false });
        }
        Arguments::Pairs(pairs)
    }

    fn legacy_pair(&mut self, rest: Range<usize>) -> Arguments<'a> {
        let line = self.line;
        let text = line.text(rest.clone());
        let Some(len) = text.iter().position(|&byte| bytes::is_separator(byte)) else {
            self.report(ProblemKind::MissingValue(self.keyword), rest.clone());
            return self.rest(rest);
        };
        let blanks = text.iter().skip(len).take_while(|&&byte| bytes::is_separator(byte)).count();
        let value = rest.start + len + blanks..rest.end;
        self.swallowed_comment(&value);
        let (key, value) = (line.word(rest.start..rest.start + len), line.word(value));
        Arguments::Pairs(vec![Pair { key, value, legacy: true }])
    }

    fn variables(&mut self, rest: Range<usize>) -> Arguments<'a> {
        let line = self.line;
        self.quoted_words(&rest);
        if self.words.is_empty() {
            self.report(ProblemKind::NoArguments(self.keyword), self.name.clone());
        }
        let mut variables = Vec::with_capacity(self.words.len());
        for index in 0..self.words.len() {
            let Some(word) = self.words.get(index).cloned() else { break };
            let variable = match memchr(b'=', line.text(word.clone())) {
                Some(0) => {
                    self.report(ProblemKind::BlankName(self.keyword), word);
                    continue;
                }
                Some(equals) => {
                    let equals = word.start + equals;
                    Variable {
                        name: line.word(word.start..equals),
                        value: Some(line.word(equals + 1..word.end)),
                    }
                }
                None => Variable { name: line.word(word), value: None },
            };
            variables.push(variable);
        }
        Arguments::Variables(variables)
    }

    fn value(&mut self, rest: Range<usize>) -> Arguments<'a> {
        if rest.is_empty() {
            return Arguments::Other(None);
        }
        self.swallowed_comment(&rest);
        Arguments::Value(self.line.word(rest))
    }

    /// Reports a `#` after a space in a value that extends to the end of the line.
    fn swallowed_comment(&mut self, value: &Range<usize>) {
        let text = self.line.text(value.clone());
        let mut from = 0;
        while let Some(at) = memchr(b'#', text.get(from..).unwrap_or_default()).map(|at| from + at) {
            let before = at.checked_sub(1).and_then(|before| text.get(before));
            if before.is_some_and(|&byte| bytes::is_separator(byte)) {
                self.report(ProblemKind::SwallowedComment, value.start + at..value.end);
                return;
            }
            from = at + 1;
        }
    }

    /// Returns the command, or `None` if it is an array with something other than strings.
    fn command(&mut self, rest: Range<usize>) -> Option<Command<'a>> {
        if rest.is_empty() {
            return Some(Command::Empty);
        }
        let text = self.line.text(rest.clone());
        match json::array(text) {
            Array::Strings(strings) => Some(Command::Exec(self.strings(&rest, strings))),
            Array::None => {
                if text.starts_with(b"[\"") && text.contains(&b'#') && looks_like_array(text) {
                    self.swallowed_comment(&rest);
                }
                Some(Command::Shell(self.line.word(rest)))
            }
            Array::Mixed => {
                self.report(ProblemKind::NotStrings, rest);
                None
            }
        }
    }

    fn strings(&mut self, rest: &Range<usize>, strings: Vec<Range<usize>>) -> Vec<Word<'a>> {
        let (line, room) = (self.line, &mut *self.room);
        let word = |range: Range<usize>| {
            let range = rest.start + range.start..rest.start + range.end;
            line.word_as(range, Form::Json)
        };
        strings.into_iter().take_while(|_| room.take()).map(word).collect()
    }

    fn run_flags(&mut self, flags: &[super::instruction::Flag<'a>]) {
        for flag in flags {
            let Some(value) = &flag.value else { continue };
            let text = value.text();
            let problem = match flag.name.as_ref() {
                "mount" => mount::check(&text).err(),
                "network" if !["default", "none", "host"].contains(&text.as_ref()) => {
                    Some(ProblemKind::Network(text.into()))
                }
                "security" if !["sandbox", "insecure"].contains(&text.as_ref()) => {
                    Some(ProblemKind::Security(text.into()))
                }
                "security" => Some(ProblemKind::Buildah(super::problem::Deviation::Security)),
                _ => None,
            };
            if let Some(kind) = problem {
                self.report_at(kind, value.span);
            }
        }
    }

    fn shell(&mut self, rest: Range<usize>) -> Arguments<'a> {
        let Some(command) = self.command(rest.clone()) else { return Arguments::Other(None) };
        if command.words().is_empty() {
            self.report(ProblemKind::NoArguments(self.keyword), self.name.clone());
        } else if matches!(command, Command::Shell(_)) {
            self.report(ProblemKind::ShellNotJson, rest);
        }
        Arguments::Command(command)
    }

    fn healthcheck(&mut self, rest: Range<usize>, flags: &[super::instruction::Flag<'a>]) -> Arguments<'a> {
        let line = self.line;
        if rest.is_empty() {
            self.report(ProblemKind::NoArguments(self.keyword), self.name.clone());
            return Arguments::Other(None);
        }
        let text = line.text(rest.clone());
        let len = text.iter().position(|&byte| bytes::is_latin1_space(byte)).unwrap_or(text.len());
        let blanks = text.iter().skip(len).take_while(|&&byte| bytes::is_latin1_space(byte)).count();
        let kind = rest.start..rest.start + len;
        let command = kind.end + blanks..rest.end;
        let Some(found) = self.command(command.clone()) else { return Arguments::Other(None) };
        let name = line.text(kind.clone());
        if name.eq_ignore_ascii_case(b"NONE") {
            if !found.words().is_empty() {
                self.report(ProblemKind::HealthcheckNone, command);
            }
        } else {
            self.flags(flags);
            if !name.eq_ignore_ascii_case(b"CMD") {
                self.report(ProblemKind::HealthcheckKind(self.text(&kind).into()), kind.clone());
            } else if found.words().is_empty() {
                self.report(ProblemKind::HealthcheckCommand, kind.clone());
            }
            self.healthcheck_flags(flags);
        }
        Arguments::Healthcheck { kind: line.word(kind), command: found }
    }

    fn healthcheck_flags(&mut self, flags: &[super::instruction::Flag<'a>]) {
        const MILLISECOND: i128 = 1_000_000;
        for flag in flags {
            let Some(value) = &flag.value else { continue };
            let text = value.text();
            if text.is_empty() {
                continue;
            }
            let kind = match flag.name.as_ref() {
                "retries" if !text.parse::<i32>().is_ok_and(|count| count >= 0) => {
                    ProblemKind::Retries(text.into())
                }
                "interval" | "timeout" | "start-period" | "start-interval" => match duration::parse(&text) {
                    Some(0 | MILLISECOND..) => continue,
                    _ => ProblemKind::Duration((&flag.name).into(), text.into()),
                },
                _ => continue,
            };
            self.report_at(kind, value.span);
        }
    }

    /// Returns an array of strings or the words between spaces; `None` if the array contains anything else.
    fn array_or_list(&mut self, rest: &Range<usize>) -> Option<Vec<Word<'a>>> {
        match json::array(self.line.text(rest.clone())) {
            Array::Strings(strings) => Some(self.strings(rest, strings)),
            Array::None => Some(self.list(rest)),
            Array::Mixed => {
                self.report(ProblemKind::NotStrings, rest.clone());
                None
            }
        }
    }

    fn copy(&mut self, rest: Range<usize>, flags: &[super::instruction::Flag<'a>]) -> Arguments<'a> {
        let Some(mut words) = self.array_or_list(&rest) else { return Arguments::Other(None) };
        let too_few = words.len() < 2;
        if too_few {
            let place = if rest.is_empty() { self.name.clone() } else { rest.clone() };
            self.report(ProblemKind::NoDestination(self.keyword), place);
        }
        self.flags(flags);
        let destination = if too_few { None } else { words.pop() };
        let Some(destination) = destination else { return self.rest(rest) };
        if heredoc::is_opener(&destination.text()) {
            self.report_at(ProblemKind::HeredocDestination(self.keyword), destination.span);
        }
        Arguments::Copy { sources: words, destination }
    }

    fn words(&mut self, rest: Range<usize>, flags: &[super::instruction::Flag<'a>]) -> Arguments<'a> {
        let words =
            if self.keyword == Keyword::Volume { self.array_or_list(&rest) } else { Some(self.list(&rest)) };
        let Some(words) = words else { return Arguments::Other(None) };
        if words.is_empty() {
            self.report(ProblemKind::NoArguments(self.keyword), self.name.clone());
        }
        self.flags(flags);
        if self.keyword == Keyword::Volume {
            for word in &words {
                if word.text().trim().is_empty() {
                    self.report_at(ProblemKind::BlankVolume, word.span);
                }
            }
        }
        Arguments::Words(words)
    }

    /// The kept instruction is not checked until it runs, except for errors that stop BuildKit from parsing
    /// the line.
    fn onbuild(
        &mut self,
        rest: Range<usize>,
        flags: &[super::instruction::Flag<'a>],
        outer: bool,
    ) -> Arguments<'a> {
        if rest.is_empty() {
            self.report(ProblemKind::NoArguments(self.keyword), self.name.clone());
            self.flags(flags);
            return Arguments::Other(None);
        }
        self.flags(flags);
        if !outer {
            return self.nested_onbuild(rest);
        }
        let mut problems = Vec::new();
        let mut inner = Reader {
            line: self.line,
            problems: &mut problems,
            words: self.words,
            room: self.room,
            keyword: self.keyword,
            name: self.name.clone(),
        };
        let instruction = inner.instruction(rest, false);
        let stops = |problem: &Problem| problem.kind.pass() == super::problem::Pass::Lines;
        self.problems.extend(problems.extract_if(.., |problem| stops(problem)));
        if matches!(instruction.keyword, Keyword::Onbuild | Keyword::From | Keyword::Maintainer) {
            self.report_at(ProblemKind::OnbuildTrigger(instruction.keyword), instruction.name.span);
        }
        Arguments::Onbuild(Box::new(Trigger { instruction, problems }))
    }

    /// Parses the text after the second `ONBUILD` for its errors only, level by level.
    fn nested_onbuild(&mut self, rest: Range<usize>) -> Arguments<'a> {
        let whole = self.rest(rest.clone());
        let mut rest = rest;
        loop {
            let text = self.line.text(rest.clone());
            let len = text.iter().position(|&byte| bytes::is_separator(byte)).unwrap_or(text.len());
            let keyword = Keyword::of(text.get(..len).unwrap_or_default());
            if keyword != Keyword::Onbuild {
                break;
            }
            let (_, after) = flags::split(self.line, rest.start + len..rest.end, self.room);
            rest = self.line.trim(after..rest.end);
        }
        if !rest.is_empty() {
            self.instruction(rest, false);
        }
        whole
    }
}

/// Adds a problem, up to a limit: one line may have more than anyone would read.
fn push(problems: &mut Vec<Problem>, problem: Problem) {
    if problems.len() < limits::MAX_PROBLEMS {
        problems.push(problem);
    }
}

/// The end of the word that begins at `start`: a space outside of quotes, or an escape character at the end
/// of the text.
#[allow(clippy::indexing_slicing, reason = "a byte is a place in a table of 256")]
fn end_of_word(text: &[u8], start: usize, escape: u8) -> usize {
    /// Bytes without a special meaning.
    const PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let mut byte = 0x21;
        while byte < 0x7f {
            plain[byte] = !matches!(byte as u8, b'"' | b'\'' | b'\\' | b'`');
            byte += 1;
        }
        plain
    };
    let mut quote = None;
    let mut at = start;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        at += rest.iter().position(|&byte| !PLAIN[usize::from(byte)]).unwrap_or(rest.len());
        let Some(&byte) = text.get(at) else { return at };
        match byte {
            byte if byte == escape && quote != Some(b'\'') => {
                if at + 1 == text.len() {
                    return at;
                }
                at += 1 + bytes::decode(text, at + 1).map_or(1, |(_, len)| len);
                continue;
            }
            b'"' | b'\'' => match quote {
                None => quote = Some(byte),
                Some(open) if open == byte => quote = None,
                Some(_) => {}
            },
            b'\t'..=b'\r' | b' ' if quote.is_none() => return at,
            0x80.. if quote.is_none() => {
                let (ch, len) = bytes::decode(text, at).unwrap_or((char::REPLACEMENT_CHARACTER, 1));
                if ch.is_whitespace() {
                    return at;
                }
                at += len;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

fn is_as(word: &[u8]) -> bool {
    match word.split_first() {
        Some((b'a' | b'A', rest)) => matches!(rest, b"s" | b"S") || rest == "ſ".as_bytes(),
        _ => false,
    }
}

/// Returns true if the lowercased name is a letter followed by letters, digits, `-`, `_` and `.`.
fn is_stage_name(name: &[u8]) -> bool {
    let lower = bytes::text(name);
    let mut chars = lower.chars().map(bytes::lower);
    chars.next().is_some_and(|ch| ch.is_ascii_lowercase())
        && chars.all(|ch| ch.is_ascii_lowercase() || ch.is_ascii_digit() || matches!(ch, '-' | '_' | '.'))
}

fn looks_like_template(word: &str) -> bool {
    let at_signs = word.match_indices("@@").count() >= 2;
    word.contains("{{") || word.contains("}}") || word.starts_with("{%") || word.starts_with("<%") || at_signs
}

/// Returns true if a text that is not JSON begins with an array of strings and a comment after it.
fn looks_like_array(text: &[u8]) -> bool {
    let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b']').map(|(at, _)| at + 1);
    let Some(end) = ends
        .take(8)
        .find(|&end| matches!(json::array(text.get(..end).unwrap_or_default()), Array::Strings(_)))
    else {
        return false;
    };
    let rest = text.get(end..).unwrap_or_default();
    rest.get(bytes::leading_space(rest)) == Some(&b'#')
}
