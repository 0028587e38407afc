//! `#…`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-fragment",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL has a fragment",
    why: "The server never sees a fragment nor what git appends after it, so the clone fails; over ssh the \
          text becomes part of the repository's name.",
    help: "Leave away `#` and what follows. The URL cannot carry a branch.",
    basis: Basis::Upstream { source: "RFC 3986, section 3.5; git remote-curl.c, discover_refs" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://github.com/acme/app#main", "https://github.com/acme/app"),
        Example::fixed("git@github.com:acme/app.git#v1", "git@github.com:acme/app.git"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::Fragment]) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
