//! A host that only looks like a forge.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-confusable-host",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "host name looks like that of a forge and is another",
    why: "Letters of other scripts that look the same lead to somebody else's server.",
    help: "Type the host name anew.",
    basis: Basis::Upstream { source: "Unicode UTS #39, confusables; RFC 5890" },
    since: "0.1.0",
    examples: &[
        Example::bad("https://g\u{456}thub.com/acme/app"),
        Example::bad("https://\u{ff47}ithub.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(known), Some(host)) = (context.pretended_host(), context.scan.host) else { return };
    context.report(
        findings,
        format!("expected `{known}`, found a name that looks like it with other letters"),
        host,
    );
}
