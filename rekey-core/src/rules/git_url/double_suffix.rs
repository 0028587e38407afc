//! `app.git.git`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::Forge,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-double-suffix",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "repository ends with `.git` twice",
    why: "Forges strip one `.git`; no repository's name ends with another.",
    help: "Leave one `.git` away.",
    basis: Basis::Upstream {
        source: "docs.gitlab.com, \"Reserved project and group names\": not ending in .git",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("https://github.com/acme/app.git.git"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(name) = context.scan.repository.filter(|_| context.is_sound()) else { return };
    // At Azure Repos `.git` is part of the name, and a rule of its own says so.
    if context.scan.forge != Forge::Azure && name.of(context.scan.text()).ends_with(b".git") {
        let suffix = Span { start: name.end - 4, end: name.end };
        context.report(findings, "expected `.git` once, found it twice".to_owned(), suffix);
    }
}
