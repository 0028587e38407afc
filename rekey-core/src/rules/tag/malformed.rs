//! A text that no registry takes as a tag.

use super::Context;
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
    tag::{MAX_TAG_BYTES, ProblemKind, Tag},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-malformed",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "text is not an image tag",
    why: "Registries refuse the push, and the build is refused before it starts.",
    help: "Use letters, digits, `_`, `.` and `-`, beginning with a letter, digit or `_`, at most 128 of them.",
    basis: Basis::Upstream { source: "opencontainers/distribution-spec spec.md, \"Pulling manifests\"" },
    since: "0.1.0",
    examples: &[
        Example::bad(""),
        Example::bad("-1"),
        Example::bad("1.0/1"),
        Example::fixed(" 1.0-1\n", "1.0-1"),
        Example::fixed("\"1.0-1\"", "1.0-1"),
        Example::fixed("1.0\u{2013}1", "1.0-1"),
        Example::good("1.0-1"),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(problem) = context.scan.problem else { return };
    if super::build_metadata::mended(context).is_some() || super::placeholder::find(context).is_some() {
        return;
    }
    let text = context.scan.text;
    let draft = findings.report(problem.to_string()).at(problem.span);
    if problem.kind == ProblemKind::Empty {
        draft.incomplete();
    }
    if let Some((tag, safety)) = meant(text) {
        draft.fix(safety, format!("write `{tag}`"), Span::new(0, text.len()), tag);
    }
}

/// The tag that was pasted with something around it, or with characters that a word processor made of it.
fn meant(text: &[u8]) -> Option<(String, Safety)> {
    /// As many bytes as a tag and what stands around it may have.
    const MAX_BYTES: usize = 4 * MAX_TAG_BYTES;
    let text = std::str::from_utf8(text).ok().filter(|text| text.len() <= MAX_BYTES)?;
    let is_blank = |c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}');
    let mut inner = text.trim_matches(is_blank);
    for (open, close) in QUOTES {
        let quoted = inner.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner = quoted.unwrap_or(inner).trim_matches(is_blank);
    }
    inner = inner.strip_prefix("tag").unwrap_or(inner).strip_prefix(':').unwrap_or(inner).trim_start();
    let straight: String = inner.chars().map(straight).collect();
    let safety = if straight == inner { Safety::Safe } else { Safety::Unsafe };
    Tag::parse(&straight).is_ok().then_some((straight, safety))
}

const QUOTES: [(char, char); 7] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('\u{201c}', '\u{201d}'),
    ('\u{2018}', '\u{2019}'),
    ('\u{201e}', '\u{201c}'),
    ('\u{ab}', '\u{bb}'),
];

/// The dash that a longer one stands for, and the ASCII character of a fullwidth one.
fn straight(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    }
}
