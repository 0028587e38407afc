//! A name that only old accounts have.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::NameDefect,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-old-name",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "name is one that the forge no longer allows",
    why: "Some old accounts and projects have such names, but it may as well be a slip.",
    help: "Check the name.",
    basis: Basis::Upstream {
        source: "GitHub: dead-claudia/github-limits; docs.gitlab.com, \"Reserved project and group names\"",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("https://github.com/acme-/app"),
        Example::bad("https://gitlab.com/acme/_app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let defects = [context.owner_defect(), context.repository_defect()];
    for (span, defect) in defects.into_iter().flatten() {
        if defect == NameDefect::OldStyle {
            let forge = context.scan.forge.name();
            context.report(
                findings,
                format!("expected a name that {forge} gives today, found an older style"),
                span,
            );
        }
    }
}
