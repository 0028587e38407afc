//! `www.github.com`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-www",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "host begins with `www.`",
    why: "The forge answers with a redirect to the name without `www.`, and ssh does not know the name at \
          all.",
    help: "Leave `www.` away.",
    basis: Basis::Upstream { source: "github.com and gitlab.com redirect `www.`" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://www.github.com/acme/app", "https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(host), Some(known), true) = (context.scan.host, context.known_host(), context.is_sound())
    else {
        return;
    };
    let begins =
        host.of(context.scan.text()).get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"www."));
    if begins {
        let www = Span { start: host.start, end: host.start + 4 };
        context.mend(findings, format!("expected `{known}`, found `www.` in front of it"), www);
    }
}
