//! `git@host:22/owner/repository`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-scp-port",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a port stands in an SSH link that cannot hold one",
    why: "In the form `host:path` everything after the colon is the path: git looks for a directory `22`.",
    help: "Leave the port away, or write `ssh://git@host:22/…`.",
    basis: Basis::Upstream { source: "git-clone(1), \"GIT URLS\"; connect.c, parse_connect_url" },
    since: "0.1.0",
    examples: &[
        Example::fixed("git@github.com:22/acme/app.git", "git@github.com:acme/app.git"),
        Example::good("ssh://git@github.com/acme/app.git"),
        Example::good("git@github.com:acme/app.git"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(port) = context.scan.scp_port().filter(|_| context.is_sound()) else { return };
    context.mend(
        findings,
        "expected the path after the colon, found what looks like a port".to_owned(),
        port,
    );
}
