//! `name::address`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-remote-helper",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL calls a git remote helper",
    why: "git runs a program called `git-remote-name` for it; `ext::` runs any command at all \
          (CVE-2022-24439, CVE-2023-40267).",
    help: "Give an `https://` or SSH address.",
    basis: Basis::Upstream { source: "git transport.c, transport_get; gitremote-helpers(7)" },
    since: "0.1.0",
    examples: &[
        Example::bad("ext::sh -c id"),
        Example::fixed("git::git@github.com:acme/app.git", "git@github.com:acme/app.git"),
        Example::bad("http::https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::Helper]) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
