//! `ssh://git@host:owner/repository`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-path-for-port",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a path stands where the URL has a port",
    why: "After the colon of an `ssh://` URL comes a port; git takes anything else for part of the host \
          name and never reaches the host.",
    help: "Write a slash instead of the colon, or leave `ssh://` away.",
    basis: Basis::Upstream { source: "git connect.c, get_host_and_port" },
    since: "0.1.0",
    examples: &[
        Example::fixed("ssh://git@github.com:acme/app.git", "ssh://git@github.com/acme/app.git"),
        Example::fixed("https://github.com:acme/app.git", "https://github.com/acme/app.git"),
        Example::good("ssh://git@gitlab.com/acme/app.git"),
        Example::good("git@github.com:acme/app.git"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::PathForPort]) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
