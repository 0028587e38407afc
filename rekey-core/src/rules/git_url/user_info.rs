//! A name in front of the host.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-user-info",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL names a user",
    why: "Over https the name is no part of the address: it makes git ask for a password, which nobody \
          answers, where it need not.",
    help: "Leave the name and the `@` away.",
    basis: Basis::Practice { source: "non-interactive clones; the name goes to .git/config and to logs" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://jane@bitbucket.org/acme/app.git", "https://bitbucket.org/acme/app.git"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::UserInfo]) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
