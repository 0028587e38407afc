//! `HTTPS://`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-scheme-case",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "scheme is written in upper case",
    why: "git compares schemes letter by letter and looks for a program `git-remote-HTTPS`.",
    help: "Write the scheme in lower case.",
    basis: Basis::Upstream { source: "git transport.c: remote-HTTPS is not a git command" },
    since: "0.1.0",
    examples: &[
        Example::fixed("HTTPS://github.com/acme/app", "https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::SchemeCase]) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
