//! Nothing.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-empty",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL is empty",
    why: "Without a Git source URL there is nothing to clone.",
    help: "Give the HTTPS link of a public repository, or the SSH link of a private one.",
    basis: Basis::Inferred {
        source: "partner guide, \"The Build Service\": the Git source is the first thing to fill in",
    },
    since: "0.1.0",
    examples: &[Example::bad(""), Example::bad("  "), Example::good("https://github.com/acme/app")],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::Empty]) {
        context.report(findings, problem.to_string(), problem.span);
    }
}
