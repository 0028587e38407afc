//! Flags, the words after the keyword that begin with `--`, and the flags that each instruction accepts.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use super::bytes;
use super::instruction::Flag;
use super::keyword::Keyword;
use super::line::Line;
use super::problem::ProblemKind;
use super::syntax::Room;
use super::word::{Form, unquoted};
use crate::suggest;
use crate::text::Span;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Switch,
    Text,
    List,
}

fn known(keyword: Keyword) -> &'static [(&'static str, Kind)] {
    use Kind::{List, Switch, Text};
    match keyword {
        Keyword::Add => &[
            ("chown", Text),
            ("chmod", Text),
            ("link", Switch),
            ("keep-git-dir", Switch),
            ("checksum", Text),
            ("unpack", Switch),
            ("exclude", List),
        ],
        Keyword::Copy => &[
            ("chown", Text),
            ("from", Text),
            ("chmod", Text),
            ("link", Switch),
            ("exclude", List),
            ("parents", Switch),
        ],
        Keyword::From => &[("platform", Text)],
        Keyword::Run => &[("mount", List), ("network", Text), ("security", Text), ("device", List)],
        Keyword::Healthcheck => &[
            ("interval", Text),
            ("timeout", Text),
            ("start-period", Text),
            ("start-interval", Text),
            ("retries", Text),
        ],
        _ => &[],
    }
}

/// Splits off the flags: returns them and the start of the other arguments.
pub(super) fn split<'a>(line: &Line<'a, '_>, rest: Range<usize>, room: &mut Room) -> (Vec<Flag<'a>>, usize) {
    let mut flags = Vec::new();
    let text = line.text(rest.clone());
    let mut at = 0;
    loop {
        while text.get(at).is_some_and(|&byte| bytes::is_latin1_space(byte)) {
            at += 1;
        }
        if text.get(at..at + 2) != Some(b"--") {
            return (flags, rest.start + at);
        }
        let start = at;
        at = end_of_word(text, at, line.escape);
        let word = text.get(start..at).unwrap_or_default();
        let cooked = unquoted(word, line.escape);
        if cooked.as_deref().map_or(word == b"--", |cooked| cooked == "--") {
            return (flags, rest.start + at);
        }
        if !room.take() {
            return (flags, rest.start + at);
        }
        flags.push(flag(line, rest.start + start..rest.start + at, cooked));
    }
}

fn flag<'a>(line: &Line<'a, '_>, range: Range<usize>, cooked: Option<String>) -> Flag<'a> {
    let raw = line.text(range.clone());
    let equals = memchr(b'=', raw);
    let name = if let Some(cooked) = cooked {
        let name = cooked.split('=').next().unwrap_or_default();
        Cow::Owned(name.get(2..).unwrap_or_default().to_owned())
    } else {
        let name = line.bytes(range.start + 2..range.start + equals.unwrap_or(raw.len()));
        bytes::into_text(name)
    };
    let value = equals.map(|at| line.word_as(range.start + at + 1..range.end, Form::Flag));
    Flag { span: line.span(range), name, value }
}

/// The end of a flag: a space outside of quotes.
fn end_of_word(text: &[u8], start: usize, escape: u8) -> usize {
    let mut quote = None;
    let mut at = start;
    while let Some(&byte) = text.get(at) {
        match quote {
            None if bytes::is_latin1_space(byte) => break,
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            Some(open) if open == byte => quote = None,
            _ if byte == escape => at += 1,
            _ => {}
        }
        at += 1;
    }
    at.min(text.len())
}

/// Reports flags that the instruction does not accept, and invalid values.
pub(super) fn check(keyword: Keyword, flags: &[Flag<'_>], mut report: impl FnMut(ProblemKind, Span)) {
    let known = known(keyword);
    let mut seen = 0_u32;
    for flag in flags {
        let name = flag.name.as_ref();
        let Some(index) = known.iter().position(|(found, _)| *found == name) else {
            let suggestion = suggest::closest(name, known.iter().map(|(found, _)| *found));
            report(ProblemKind::UnknownFlag { keyword, flag: name.into(), suggestion }, flag.span);
            continue;
        };
        let kind = known.get(index).map_or(Kind::Text, |(_, kind)| *kind);
        let again = seen & 1 << index != 0;
        seen |= 1 << index;
        if again && kind != Kind::List {
            report(ProblemKind::DuplicateFlag(name.into()), flag.span);
            continue;
        }
        match (kind, &flag.value) {
            (Kind::Text | Kind::List, None) => report(ProblemKind::FlagValue(name.into()), flag.span),
            (Kind::Switch, Some(value)) => {
                let text = value.text();
                if text.is_empty() {
                    report(ProblemKind::FlagValue(name.into()), flag.span);
                } else if !["true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
                    report(ProblemKind::FlagBoolean(name.into(), text.into()), value.span);
                }
            }
            _ => {}
        }
    }
}
