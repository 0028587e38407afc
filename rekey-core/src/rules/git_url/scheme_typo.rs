//! `https:/host`, `htps://host`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-scheme-typo",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "scheme is misspelt",
    why: "git takes `https:/host` for the ssh host `https`, `https//host` for a directory, and looks for a \
          program for any other scheme.",
    help: "Write `https://`.",
    basis: Basis::Upstream { source: "git url.c, is_url; connect.c, parse_connect_url" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https:/github.com/acme/app", "https://github.com/acme/app"),
        Example::fixed("https//github.com/acme/app", "https://github.com/acme/app"),
        Example::fixed("hhttps://gitlab.com/acme/app.git", "https://gitlab.com/acme/app.git"),
        Example::fixed("git:github.com/acme/app", "https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::SchemeTypo]) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
