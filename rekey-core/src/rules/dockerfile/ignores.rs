//! Comments that ignore findings.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::rules,
    severity::Severity,
    suggest::closest,
};

pub(super) static IGNORE_UNKNOWN_RULE: Entry = Entry {
    rule: Rule {
        id: "dockerfile-ignore-unknown-rule",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "comment ignores an unknown rule",
        why: "The comment has no effect, although its author expects one.",
        help: "Name a rule by its id, `rule:parameter`, or one of preflight's checks: `rekey rules` lists them.",
        basis: Basis::Practice { source: "findings should be ignored on purpose, not by accident" },
        examples: &[
            Example::bad("# rekey ignore=dockerfile-user-rot it drops its rights\nFROM scratch\n"),
            Example::bad("# rekey ignore=\nFROM scratch\n"),
            Example::good("# rekey ignore=dockerfile-missing-user it drops its rights\nFROM scratch\n"),
            Example::good("# rekey ignore=HasLicense a sample\nFROM scratch\n"),
            Example::good("# hadolint ignore=DL9999\nFROM scratch\n"),
        ],
    },
    check: ignore_unknown_rule,
};

fn ignore_unknown_rule(context: &Context<'_>, findings: &mut Findings) {
    for ignore in context.ignores.all.iter().filter(|ignore| !ignore.is_known()) {
        let near = closest(&ignore.selector, rules().map(|rule| rule.id));
        let meant = near.map(|id| format!("; did you mean `{id}`?")).unwrap_or_default();
        let message = match &*ignore.selector {
            "" => "expected a rule after `ignore=`, found none".to_owned(),
            selector => format!("unknown rule `{selector}`{meant}"),
        };
        findings.report(message).at(ignore.span);
    }
}

pub(super) static IGNORE_UNUSED: Entry = Entry {
    rule: Rule {
        id: "dockerfile-ignore-unused",
        subject: Subject::Dockerfile,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "comment ignores nothing",
        why: "The finding is fixed or belongs to another instruction; if the comment stays, it will hide the next \
              mistake.",
        help: "Remove the comment, or put it right above the instruction of the finding.",
        basis: Basis::Practice { source: "findings should be ignored on purpose, not by accident" },
        examples: &[
            Example::bad(
                "FROM scratch\n# rekey ignore=dockerfile-user-root it drops its rights\nUSER 1001\n",
            ),
            Example::good(
                "FROM scratch\n# rekey ignore=dockerfile-user-root it drops its rights\nUSER root\n",
            ),
            Example::good(
                "# rekey ignore-file=dockerfile-user-root it drops its rights\nFROM scratch\nUSER root\n",
            ),
            Example::good("FROM scratch\n# hadolint ignore=DL3002\nUSER 1001\n"),
        ],
    },
    check: ignore_unused,
};

/// Runs after all other rules, when it is known what the comments matched.
fn ignore_unused(context: &Context<'_>, findings: &mut Findings) {
    for ignore in context.ignores.idle() {
        findings
            .report(format!("unused comment: `{}` reports nothing here", ignore.selector))
            .at(ignore.span);
    }
}
