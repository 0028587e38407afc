//! The number of layers of the image.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    preflight,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source,
    severity::Severity,
};

pub(super) static TOO_MANY_LAYERS: Entry = Entry {
    rule: Rule {
        id: "dockerfile-too-many-layers",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS.of_checks(&[preflight::Check::LayerCountAcceptable]),
        summary: "image has more than 40 layers",
        why: "Each `RUN`, `COPY`, `ADD` and `WORKDIR` of the final image is a layer, and those of its base count, too.",
        help: "Join `RUN` instructions with `&&`, or build in one stage and copy the result into another.",
        basis: source::preflight("internal/policy/container/max_layers.go"),
        examples: &[Example::bad(FORTY_ONE), Example::good("FROM scratch\nCOPY a /a\n")],
    },
    check: too_many_layers,
};

fn too_many_layers(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };
    let least = context.facts.layers.value().copied().unwrap_or(context.facts.layers_at_least);
    if least > preflight::LAYER_MAX {
        let exactly = if context.facts.layers.value().is_some() { "" } else { "at least " };
        let message = format!(
            "the image has {exactly}{least} layers; preflight allows at most {}",
            preflight::LAYER_MAX
        );
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

pub(super) static LAYER_LIMIT: Entry = Entry {
    rule: Rule {
        id: "dockerfile-layer-limit",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "image has 40 layers",
        why: "Preflight accepts 40 layers; the policy guide asks for fewer than 40.",
        help: "Join two `RUN` instructions with `&&`.",
        basis: Basis::Inferred {
            source: "the policy guide asks for fewer than 40 layers; internal/policy/container/max_layers.go allows 40",
        },
        examples: &[Example::bad(FORTY), Example::good("FROM scratch\nCOPY a /a\n")],
    },
    check: layer_limit,
};

fn layer_limit(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };
    let least = context.facts.layers.value().copied().unwrap_or(context.facts.layers_at_least);
    if least == preflight::LAYER_MAX {
        findings
            .report(format!("the image has {least} layers; the policy guide allows fewer than {least}"))
            .at(from.span);
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
