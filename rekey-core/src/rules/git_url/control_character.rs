//! Characters that work on programs instead of people.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-control-character",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL holds a control or invisible character",
    why: "Line ends and control characters reached credential helpers and terminals (CVE-2020-5260, \
          CVE-2024-50349, CVE-2024-52006, CVE-2025-48384); invisible and reordering ones show another URL \
          than git reads.",
    help: "Type the URL anew instead of pasting it.",
    basis: Basis::Upstream {
        source: "git credential.c; CVE-2020-5260, CVE-2024-50349, CVE-2024-52006, CVE-2025-48384",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("https://github.com/ac\nme/app"),
        Example::bad("https://github.com/acme/app%0a"),
        Example::bad("https://github.com/acme/app%0D"),
        Example::bad("https://github.com/acme/\u{202e}ppa"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[
        ProblemKind::Control,
        ProblemKind::Invisible,
        ProblemKind::EncodedControl,
        ProblemKind::NotUtf8,
    ]) {
        context.report(findings, problem.to_string(), problem.span);
    }
}
