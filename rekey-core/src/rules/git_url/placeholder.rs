//! A URL that a person is still to fill in.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
    rules::filler,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-placeholder",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL has a placeholder",
    why: "The URL was copied from a template or a manual; no such repository is meant.",
    help: "Replace the placeholder by the name of the owner or the repository.",
    basis: Basis::Inferred {
        source: "docs.github.com, \"Cloning a repository\": `YOUR-USERNAME` in its commands",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("https://github.com/TODO/app"),
        Example::bad("git@github.com:YOUR-USERNAME/CHANGEME.git"),
        Example::bad("https://gitlab.com/<group>/app"),
        Example::good("https://github.com/acme/todo"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let Some(place) = context.placeholder() {
        let found = filler::name(context.scan.str(Some(place)).unwrap_or_default());
        context.report(findings, format!("expected a name, found {found}"), place);
    }
}

/// The placeholder in the path of a URL.
pub(super) fn find(path: &str, start: u32) -> Option<Span> {
    let place = filler::find(path.strip_suffix(".git").unwrap_or(path), b"/")?;
    Some(Span::new(start as usize + place.start, start as usize + place.end))
}
