//! A comment that is no longer needed.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-ignore-unused",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "comment silences nothing",
    why: "What it silenced is mended, or stands at another instruction; left alone, the comment will hide the next mistake.",
    help: "Remove the comment, or put it right above the instruction that the finding marks.",
    basis: Basis::Practice { source: "a silenced finding is to be silenced on purpose" },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\n# rekey ignore=dockerfile-user-root it drops its rights\nUSER 1001\n"),
        Example::good("FROM scratch\n# rekey ignore=dockerfile-user-root it drops its rights\nUSER root\n"),
        Example::good(
            "# rekey ignore-file=dockerfile-user-root it drops its rights\nFROM scratch\nUSER root\n",
        ),
        Example::good("FROM scratch\n# hadolint ignore=DL3002\nUSER 1001\n"),
    ],
    check: Check::Dockerfile(check),
};

/// Runs after all others, when it is known what was silenced.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for ignore in context.ignores.idle() {
        findings.report(format!("`{}` finds nothing here to be silenced", ignore.selector)).at(ignore.span);
    }
}
