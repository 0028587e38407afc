//! A public address instead of a name.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::Reach,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-ip-address",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "host is an IP address",
    why: "Certificates and host keys are known by name, so the connection is refused or believed blindly.",
    help: "Write the name of the host.",
    basis: Basis::Inferred {
        source: "a non-interactive clone cannot confirm an unknown certificate or host key",
    },
    since: "0.1.0",
    examples: &[Example::bad("https://8.8.8.8/acme/app"), Example::good("https://github.com/acme/app")],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(host) =
        context.scan.host.filter(|_| context.reach() == Some(Reach::Address) && context.is_sound())
    else {
        return;
    };
    context.report(findings, "expected the name of a host, found an IP address".to_owned(), host);
}
