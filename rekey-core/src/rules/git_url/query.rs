//! `?…`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-query",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL has a query",
    why: "git appends `/info/refs` to the URL, and the query swallows it, so the clone fails; over ssh the \
          text becomes part of the repository's name.",
    help: "Leave away `?` and what follows.",
    basis: Basis::Upstream { source: "git remote-curl.c, discover_refs; curl" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://github.com/acme/app?tab=readme", "https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::Query]) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
