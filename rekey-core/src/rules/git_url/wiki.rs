//! `app.wiki.git`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-wiki",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL is the repository of a wiki",
    why: "Forges keep a wiki's pages in a repository of their own; it has no Dockerfile.",
    help: "Leave `.wiki` away.",
    basis: Basis::Upstream { source: "docs.github.com, \"Adding or editing wiki pages\"" },
    since: "0.1.0",
    examples: &[
        Example::bad("https://github.com/acme/app.wiki.git"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(name) = context.scan.repository.filter(|_| context.is_sound()) else { return };
    if name.of(context.scan.text()).ends_with(b".wiki") {
        let suffix = Span { start: name.end - 5, end: name.end };
        context.report(findings, "expected a repository with sources, found a wiki".to_owned(), suffix);
    }
}
