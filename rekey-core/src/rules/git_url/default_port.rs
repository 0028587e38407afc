//! `:443`, `:22`, `:`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-default-port",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL names the default port",
    why: "It says nothing, and programs that compare texts take it for another repository.",
    help: "Leave the colon and the port away.",
    basis: Basis::Upstream { source: "RFC 3986, section 6.2.3" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://github.com:443/acme/app", "https://github.com/acme/app"),
        Example::fixed("ssh://git@github.com:22/acme/app.git", "ssh://git@github.com/acme/app.git"),
        Example::fixed("https://github.com:/acme/app", "https://github.com/acme/app"),
        Example::good("ssh://git@ssh.github.com:443/acme/app.git"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(port), Some(transport), true) =
        (context.scan.port, context.scan.transport(), context.is_sound())
    else {
        return;
    };
    let default = context.scan.port_number.is_none_or(|port| port == transport.default_port());
    if default {
        let with_colon = Span { start: port.start - 1, end: port.end };
        let found = if port.is_empty() { "a colon without a port" } else { "the default port" };
        context.mend(findings, format!("expected no port, found {found}"), with_colon);
    }
}
