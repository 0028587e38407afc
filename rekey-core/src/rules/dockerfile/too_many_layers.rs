//! More layers than preflight lets pass.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::source,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-too-many-layers",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[preflight::LAYER_COUNT],
    summary: "image has more than 40 layers",
    why: "Each `RUN`, `COPY`, `ADD` and `WORKDIR` of the final image is a layer, and those of its base count, too.",
    help: "Join `RUN` instructions with `&&`, or build in one stage and copy the result into another.",
    basis: source::preflight("internal/policy/container/max_layers.go"),
    since: "0.1.0",
    examples: &[Example::bad(FORTY_ONE), Example::good("FROM scratch\nCOPY a /a\n")],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };
    let least = context.facts.layers.value().copied().unwrap_or(context.facts.layers_at_least);
    if least > preflight::LAYER_MAX {
        let exactly = if context.facts.layers.value().is_some() { "" } else { "at least " };
        let message = format!("expected at most {} layers, found {exactly}{least}", preflight::LAYER_MAX);
        findings.report(message).at(from.span);
    }
}

const FORTY_ONE: &str = "FROM scratch
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
COPY a /a
";
