//! A label that a later line replaces.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-label-duplicate",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "label is set twice",
    why: "The last one counts, so the first one is not what the image says.",
    help: "Keep one of them.",
    basis: Basis::Upstream { source: "docs.docker.com/reference/dockerfile, \"LABEL\"" },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\nLABEL a=1\nLABEL a=2\n"),
        Example::good("FROM scratch\nLABEL a=1 b=2\n"),
        Example::good("FROM scratch AS base\nLABEL a=1\nFROM base\nLABEL a=2\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let labels = &context.file.labels;
    for label in labels.settings() {
        let Some(key) = label.key.value() else { continue };
        let Some(last) = labels.get(key).filter(|last| last.key_span != label.key_span) else { continue };
        // A stage that begins with another may well have words of its own.
        let stage = |step: Option<usize>| step.and_then(|step| Some(context.file.steps.get(step)?.stage));
        if stage(label.step).is_some() && stage(label.step) == stage(last.step) {
            let draft = findings.report(format!("label `{key}` is set again below"));
            draft.at(label.key_span).related(last.key_span, "this one counts").parameter(key.to_owned());
        }
    }
}
