//! As many layers as preflight lets pass, and more than the guide does.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    preflight,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-layers-at-limit",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "image has 40 layers",
    why: "Preflight lets 40 layers pass; the policy guide asks for fewer than 40.",
    help: "Join two `RUN` instructions with `&&`.",
    basis: Basis::Inferred {
        source: "the policy guide asks for fewer than 40 layers; internal/policy/container/max_layers.go allows 40",
    },
    since: "0.1.0",
    examples: &[Example::bad(FORTY), Example::good("FROM scratch\nCOPY a /a\n")],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };
    let least = context.facts.layers.value().copied().unwrap_or(context.facts.layers_at_least);
    if least == preflight::LAYER_MAX {
        findings.report(format!("expected fewer than {least} layers, found {least}")).at(from.span);
    }
}

const FORTY: &str = "FROM scratch
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
