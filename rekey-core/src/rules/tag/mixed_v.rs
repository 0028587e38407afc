//! A `v` that the published tags do not have, or have.

use super::Context;
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
    tag::order::has_v,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-mixed-v",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "tag begins otherwise than the published ones",
    why: "Tools that compare versions put letters before digits, so `v2.0` is taken for older than `1.0`.",
    help: "Begin every tag of an image with `v`, or none.",
    basis: Basis::Upstream { source: "rpm rpmio/rpmvercmp.cc: letters are older than digits" },
    since: "0.1.0",
    examples: &[
        Example::fixed("v1.1-1", "1.1-1").given(&[("published", "1.0-1 latest")]),
        Example::fixed("1.1-1", "v1.1-1").given(&[("published", "v1.0-1")]),
        Example::good("v1.1-1").given(&[("published", "v1.0-1 0.9-1")]),
        Example::good("v1.1-1"),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(tag) = context.tag().filter(|tag| !context.published.is_empty() && is_version(tag)) else {
        return;
    };
    let mine = has_v(tag.as_bytes());
    let mut others = context.published().filter(|published| is_version(published));
    let Some(other) = others.next() else { return };
    if has_v(other.as_bytes()) == mine || others.any(|other| has_v(other.as_bytes()) == mine) {
        return;
    }
    if mine {
        let message = format!("expected no `v` in front, as in `{other}`, found `{tag}`");
        findings.report(message).at(Span::new(0, 1)).fix(
            Safety::Unsafe,
            "remove the `v`",
            Span::new(0, 1),
            "",
        );
    } else {
        let message = format!("expected a `v` in front, as in `{other}`, found `{tag}`");
        let whole = Span::new(0, tag.len());
        findings.report(message).at(whole).fix(Safety::Unsafe, "put a `v` in front", Span::at(0), "v");
    }
}

fn is_version(tag: &str) -> bool {
    has_v(tag.as_bytes()) || tag.as_bytes().first().is_some_and(u8::is_ascii_digit)
}
