//! A text that no registry takes as a tag.

use super::Context;
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
    tag::ProblemKind,
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
    let Some(tag) = std::str::from_utf8(text).ok().map(str::trim) else { return };
    if tag.len() < text.len() && crate::Tag::parse(tag).is_ok() {
        draft.fix(Safety::Safe, "remove the blanks around the tag", whole(text), tag);
    }
}

fn whole(text: &[u8]) -> crate::Span {
    crate::Span::new(0, text.len())
}
