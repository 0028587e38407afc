//! A host that only your network knows.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::Reach,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-private-host",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "host cannot be reached from outside",
    why: "The service clones from outside of your network: names without a dot, names that public name \
          servers do not know and private addresses mean nothing there, or something else.",
    help: "Give a repository on a host that the Internet reaches.",
    basis: Basis::Inferred {
        source: "partner guide, \"The Build Service\": the service clones onto a build server",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("https://intranet/acme/app"),
        Example::bad("https://localhost/acme/app"),
        Example::bad("ssh://git@10.0.0.5/acme/app"),
        Example::bad("https://git.acme.internal/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(host), true) = (context.scan.host, context.is_sound()) else { return };
    let found = match context.reach() {
        Some(Reach::PrivateAddress) => "an address of a private network",
        Some(Reach::PrivateName) => "a name that public name servers do not know",
        Some(Reach::SingleLabel) => "a name without a dot",
        _ => return,
    };
    context.report(findings, format!("expected a host on the Internet, found {found}"), host);
}
