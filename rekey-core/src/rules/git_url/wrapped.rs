//! What is copied along with a URL.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-wrapped",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "something stands around the URL",
    why: "git reads a leading blank or quote as part of the scheme, and a line end as part of the \
          repository's name.",
    help: "Give the URL alone: no whitespace, quotes, brackets, comma or command such as `git clone`.",
    basis: Basis::Upstream { source: "git transport.c: protocol ' https' is not supported" },
    since: "0.1.0",
    examples: &[
        Example::fixed(" https://github.com/acme/app\n", "https://github.com/acme/app"),
        Example::fixed("<https://github.com/acme/app>", "https://github.com/acme/app"),
        Example::fixed("git clone git@github.com:acme/app.git", "git@github.com:acme/app.git"),
        Example::fixed(
            "git remote add origin https://github.com/acme/app.git",
            "https://github.com/acme/app.git",
        ),
        Example::fixed("[app](https://github.com/acme/app)", "https://github.com/acme/app"),
        Example::fixed("https://github.com/acme/app,", "https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::Wrapped]) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
