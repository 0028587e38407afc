//! A path that git, curl and servers read differently.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-bad-path",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "path is read differently by different programs",
    why: "An encoded slash or dot separates for one program and not for another; git drops the byte before \
          a `~` that stands second.",
    help: "Write the path without such escapes.",
    basis: Basis::Upstream { source: "git url.c, url_decode; connect.c, parse_connect_url" },
    since: "0.1.0",
    examples: &[
        Example::bad("https://github.com/acme%2fapp"),
        Example::bad("https://github.com/acme/app%zz"),
        Example::bad("git.example.com:x~jane/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in
        context.problems(&[ProblemKind::SwallowedByte, ProblemKind::Escape, ProblemKind::EncodedSeparator])
    {
        context.report(findings, problem.to_string(), problem.span);
    }
}
