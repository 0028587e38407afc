//! `https:///owner/repository`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-missing-host",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL has no host",
    why: "curl takes the first part of the path for the host, and ssh is called without one \
          (CVE-2020-11008).",
    help: "Write the host after `//`.",
    basis: Basis::Upstream { source: "git fsck.c, CVE-2020-11008; curl" },
    since: "0.1.0",
    examples: &[
        Example::bad("https:///acme/app"),
        Example::bad("git@:acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::MissingHost]) {
        context.report(findings, problem.to_string(), problem.span);
    }
}
