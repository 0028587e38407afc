//! More parts than an address at that forge has.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-extra-path",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "path goes on after the repository",
    why: "GitHub's addresses have an owner and a repository and nothing more; a directory inside cannot be \
          cloned.",
    help: "Give the address of the repository.",
    basis: Basis::Upstream { source: "docs.github.com, \"About remote repositories\"" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://github.com/acme/app/docker", "https://github.com/acme/app"),
        Example::good("https://gitlab.com/acme/sub/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    if scan.page.is_some() || scan.scp_port().is_some() || !context.is_sound() {
        return;
    }
    let Some(extra) = scan.extra else { return };
    context.mend(findings, "expected the end after the repository, found more".to_owned(), extra);
}
