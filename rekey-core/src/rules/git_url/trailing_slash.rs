//! A slash at the end.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-trailing-slash",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL ends with a slash",
    why: "It clones, but the repository's name is then empty to programs that take what follows the last \
          slash.",
    help: "Leave the slash away.",
    basis: Basis::Practice { source: "names are compared as texts" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://github.com/acme/app/", "https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    let Some(slash) = scan.trailing_slash().filter(|_| context.is_sound()) else { return };
    if scan.extra.is_none() && scan.repository.is_some() {
        context.mend(findings, "expected the end after the repository, found a slash".to_owned(), slash);
    }
}
