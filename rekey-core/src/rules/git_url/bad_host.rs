//! A host name that programs read differently, or not at all.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-bad-host",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "host name is not one",
    why: "git decodes what curl refuses, curl takes `0x7f.1` for 127.0.0.1, and a shell may read special \
          characters (CVE-2023-51385): nobody can say which machine is meant.",
    help: "Write a host name of letters, digits, dots and dashes.",
    basis: Basis::Upstream { source: "git connect.c; curl; WHATWG URL, \"host parsing\"; CVE-2023-51385" },
    since: "0.1.0",
    examples: &[
        Example::bad("https://github%2ecom/acme/app"),
        Example::bad("https://2130706433/acme/app"),
        Example::bad("https://git..example.com/acme/app"),
        Example::bad("ssh://git@[git]/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let kinds = [
        ProblemKind::HostCharacter,
        ProblemKind::HostEscape,
        ProblemKind::HostLabel,
        ProblemKind::HostNotAscii,
        ProblemKind::NumericHost,
        ProblemKind::Brackets,
    ];
    for problem in context.problems(&kinds) {
        if context.pretended_host().is_none() {
            context.report(findings, problem.to_string(), problem.span);
        }
    }
}
