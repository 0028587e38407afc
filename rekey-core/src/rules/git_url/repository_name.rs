//! A repository that the forge cannot have.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::NameDefect,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-repository-name",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "forge allows no repository of that name",
    why: "There is no such repository, so the clone fails and asks for a password that nobody gives.",
    help: "Correct the name.",
    basis: Basis::Upstream {
        source: "github/docs pull request 44805; docs.gitlab.com, \"Reserved project and group names\"",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("https://github.com/acme/my+app"),
        Example::bad("https://gitlab.com/acme/tree"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((name, defect)) = context.repository_defect() else { return };
    let found = match defect {
        NameDefect::Character => "a character that it allows in none",
        NameDefect::TooLong => "a longer one",
        NameDefect::Start => "a dash at its beginning",
        NameDefect::Reserved => "one that it keeps for itself",
        _ => return,
    };
    context.report(
        findings,
        format!("expected a name that {} allows, found {found}", context.scan.forge.name()),
        name,
    );
}
