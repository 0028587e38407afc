//! `git+https://`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-package-manager-scheme",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "scheme is that of a package manager",
    why: "npm and pip write `git+https://`; git has no such transport.",
    help: "Leave `git+` away.",
    basis: Basis::Upstream { source: "git: 'remote-git+https' is not a git command" },
    since: "0.1.0",
    examples: &[
        Example::fixed("git+https://github.com/acme/app.git", "https://github.com/acme/app.git"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::PackageManagerScheme]) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
