//! `host/owner/repository`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-missing-scheme",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL has no scheme",
    why: "git takes it for a local directory.",
    help: "Write `https://` in front of it.",
    basis: Basis::Upstream { source: "git url.c, url_is_local_not_ssh" },
    since: "0.1.0",
    examples: &[
        Example::fixed("github.com/acme/app", "https://github.com/acme/app"),
        Example::fixed("//github.com/acme/app", "https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::MissingScheme]) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
