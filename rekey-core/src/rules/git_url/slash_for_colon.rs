//! `git@host/owner/repository`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-slash-for-colon",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a slash stands where the SSH link has a colon",
    why: "Without the colon git takes the text for a local directory.",
    help: "Write a colon between host and path.",
    basis: Basis::Upstream { source: "git url.c, url_is_local_not_ssh" },
    since: "0.1.0",
    examples: &[
        Example::fixed("git@github.com/acme/app.git", "git@github.com:acme/app.git"),
        Example::good("git@github.com:acme/app.git"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::SlashForColon]) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
