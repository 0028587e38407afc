//! A label written with a blank.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-label-legacy",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "label is written without `=`",
    why: "All of the line becomes the value, so a second pair on the line is lost in the first.",
    help: "Write `LABEL key=\"value\"`.",
    basis: Basis::Upstream {
        source: "moby/buildkit frontend/dockerfile/linter/ruleset.go, LegacyKeyValueFormat",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\nLABEL name acme/app\n"),
        Example::good("FROM scratch\nLABEL name=acme/app\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for label in context.file.labels.settings().iter().filter(|label| label.legacy && label.step.is_some()) {
        let key = label.key.value().unwrap_or("…");
        findings
            .report(format!("expected `=` after `{key}`, found a blank"))
            .at(label.key_span.to(label.value_span));
    }
}
