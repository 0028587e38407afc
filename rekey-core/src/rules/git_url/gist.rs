//! A gist.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::Forge,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-gist",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL is a gist",
    why: "A gist can be cloned, but it has no directories, no owner's settings, and an id for a name: \
          nobody sees from it what is built.",
    help: "Put the files into a repository.",
    basis: Basis::Practice { source: "a gist holds files without directories" },
    since: "0.1.0",
    examples: &[
        Example::bad("https://gist.github.com/acme/0123456789abcdef0123"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(host) = context.scan.host.filter(|_| context.scan.forge == Forge::Gist && context.is_sound())
    else {
        return;
    };
    context.report(findings, "expected a repository, found a gist".to_owned(), host);
}
