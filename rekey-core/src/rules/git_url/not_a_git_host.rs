//! A host of a forge that serves files.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::Forge,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-not-a-git-host",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "host serves files, not repositories",
    why: "It belongs to a forge but answers downloads and programs; git cannot clone from it.",
    help: "Give the address of the repository at `github.com`.",
    basis: Basis::Upstream { source: "docs.github.com, REST API, \"Repository contents\"" },
    since: "0.1.0",
    examples: &[
        Example::fixed(
            "https://raw.githubusercontent.com/acme/app/main/Dockerfile",
            "https://github.com/acme/app",
        ),
        Example::fixed("https://api.github.com/repos/acme/app", "https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(host) = context.scan.host.filter(|_| context.scan.forge == Forge::NoGit && context.is_sound())
    else {
        return;
    };
    context.mend(findings, "expected a host with repositories, found one that serves files".to_owned(), host);
}
