//! `https://ssh.github.com/…`, `git@dev.azure.com:…`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-forge-host",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "host of the forge does not serve the transport",
    why: "Some forges have one host for https and another for ssh. The wrong one of the two answers no clone.",
    help: "Write the host that the forge has for the transport.",
    basis: Basis::Upstream {
        source: "docs.github.com, \"Using SSH over the HTTPS port\"; learn.microsoft.com, Azure Repos, \"Use SSH key \
                 authentication\"",
    },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://ssh.github.com/acme/app", "https://github.com/acme/app"),
        Example::fixed("git@dev.azure.com:v3/acme/shop/app", "git@ssh.dev.azure.com:v3/acme/shop/app"),
        Example::good("ssh://git@ssh.github.com:443/acme/app.git"),
        Example::good("git@ssh.dev.azure.com:v3/acme/shop/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    let right = scan.host_for_transport().filter(|_| context.is_sound());
    if let (Some(right), Some(host), Some(transport)) = (right, scan.host, scan.transport()) {
        context.mend(findings, format!("expected `{right}`, found a host that serves no {transport}"), host);
    }
}
