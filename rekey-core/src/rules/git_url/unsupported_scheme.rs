//! A scheme that no service fetches from.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-unsupported-scheme",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "scheme is not one of git's",
    why: "git fetches over https and ssh; for other schemes it looks for a program that the service does \
          not have.",
    help: "Give an `https://` or SSH address.",
    basis: Basis::Upstream { source: "git transport.c, transport_get" },
    since: "0.1.0",
    examples: &[
        Example::bad("svn://example.com/app"),
        Example::bad("ftp://example.com/app.git"),
        Example::bad("oci://registry.example.com/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::UnsupportedScheme]) {
        context.report(findings, problem.to_string(), problem.span);
    }
}
