//! `owner/repository`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-shorthand",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL is a short form",
    why: "Only command lines and package managers know short forms; git takes `acme/app` for a directory \
          and `github:acme/app` for an ssh host.",
    help: "Write the whole URL.",
    basis: Basis::Upstream { source: "git url.c, url_is_local_not_ssh" },
    since: "0.1.0",
    examples: &[
        Example::fixed("acme/app", "https://github.com/acme/app"),
        Example::fixed("github:acme/app", "https://github.com/acme/app"),
        Example::fixed("gitlab:group/sub/app", "https://gitlab.com/group/sub/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::Shorthand]) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
