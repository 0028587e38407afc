//! Capital letters in the host.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-host-case",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "host is written in upper case",
    why: "Hosts are the same in any case, but programs that compare texts do not know that.",
    help: "Write the host in lower case.",
    basis: Basis::Upstream { source: "RFC 3986, section 6.2.2.1" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://GitHub.com/acme/app", "https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(host) = context.scan.host.filter(|_| context.is_sound()) else { return };
    let text = host.of(context.scan.text());
    let usual = context.scan.known_host().is_some_and(|name| name.as_bytes() == text);
    if !usual && text.iter().any(u8::is_ascii_uppercase) {
        context.mend(findings, "expected the host in lower case, found upper case".to_owned(), host);
    }
}
