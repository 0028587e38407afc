//! A comment that silences nothing that there is.

use super::Context;
use crate::{
    dockerfile::keyword::closest,
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
    rules::rules,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-ignore-unknown",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "comment silences a rule that there is not",
    why: "The comment has no effect, and whoever wrote it believes that it has.",
    help: "Name a rule by its id, `rule:parameter`, or one of preflight's checks: `rekey rules` lists them.",
    basis: Basis::Practice { source: "a silenced finding is to be silenced on purpose" },
    since: "0.1.0",
    examples: &[
        Example::bad("# rekey ignore=dockerfile-user-rot it drops its rights\nFROM scratch\n"),
        Example::bad("# rekey ignore=\nFROM scratch\n"),
        Example::good("# rekey ignore=dockerfile-user-missing it drops its rights\nFROM scratch\n"),
        Example::good("# rekey ignore=HasLicense a sample\nFROM scratch\n"),
        Example::good("# hadolint ignore=DL9999\nFROM scratch\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for ignore in context.ignores.all.iter().filter(|ignore| !ignore.is_known()) {
        let near = closest(&ignore.selector, rules().map(|rule| rule.id));
        let meant = near.map(|id| format!("; did you mean `{id}`?")).unwrap_or_default();
        let message = match &*ignore.selector {
            "" => "expected a rule after `ignore=`, found none".to_owned(),
            selector => format!("expected a rule after `ignore=`, found `{selector}`{meant}"),
        };
        findings.report(message).at(ignore.span);
    }
}
