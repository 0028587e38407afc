//! A port that is none.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-bad-port",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "port is not a number from 1 to 65535",
    why: "curl refuses the URL, and git takes the text for part of the ssh host name.",
    help: "Correct the port or leave it away.",
    basis: Basis::Upstream { source: "git connect.c, get_host_and_port; curl: URL using bad/illegal format" },
    since: "0.1.0",
    examples: &[
        Example::bad("https://github.com:99999/acme/app"),
        Example::bad("ssh://git@github.com:0/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::Port]) {
        context.report(findings, problem.to_string(), problem.span);
    }
}
