//! A user that ssh would not get as it stands.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-bad-user",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "user name is not one that ssh takes",
    why: "Programs disagree where a user name with `@`, `:` or other special characters ends, and a shell \
          may read them (CVE-2023-51385).",
    help: "Write the user as letters, digits, `.`, `_` and `-`, and an `@` in it as `%40` after `ssh://`; forges know the user \
           `git` only.",
    basis: Basis::Upstream { source: "OpenSSH 9.6 release notes, CVE-2023-51385; git connect.c" },
    since: "0.1.0",
    examples: &[
        Example::bad("ssh://me@work@git.example.com/acme/app"),
        Example::fixed("@github.com:acme/app.git", "git@github.com:acme/app.git"),
        Example::good("ssh://me%40corp.com@git.example.com/acme/app"),
        Example::good("git@github.com:acme/app.git"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in
        context.problems(&[ProblemKind::SecondAt, ProblemKind::EmptyUser, ProblemKind::UserCharacter])
    {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
