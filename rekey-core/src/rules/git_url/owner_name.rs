//! An owner whom the forge cannot have.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::NameDefect,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-owner-name",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "forge allows no owner of that name",
    why: "There is no such account or group, so the clone fails and asks for a password that nobody gives.",
    help: "Correct the owner.",
    basis: Basis::Upstream {
        source: "GitHub: dead-claudia/github-limits; docs.gitlab.com, \"Reserved project and group names\"",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("https://github.com/ac.me/app"),
        Example::bad("https://github.com/orgs/acme"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    // A port where the path begins is reported by a rule of its own.
    let Some((name, defect)) = context.owner_defect().filter(|_| context.scan.scp_port().is_none()) else {
        return;
    };
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
