//! A label that a person is still to fill in.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::facts::{Fact, Label},
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::filler,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-label-placeholder",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "required label has a placeholder for its value",
    why: "Preflight accepts any text, so the image would be published with it. Fixes write `TODO` where they do not know \
          the value.",
    help: "Replace the placeholder by the value.",
    basis: Basis::Inferred { source: "the catalogue shows the image by these labels" },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\nLABEL description=TODO\n"),
        Example::bad("FROM scratch\nLABEL name=acme/CHANGEME\n"),
        Example::bad("FROM scratch\nLABEL summary=\"FIXME: what it does\"\n"),
        Example::bad("FROM scratch\nLABEL vendor=\"<your company>\"\n"),
        Example::bad("FROM scratch\nARG VERSION=TODO\nLABEL version=$VERSION\n"),
        Example::good("FROM scratch\nLABEL name=acme/todo summary=\"TODO lists for teams\"\n"),
        Example::good("FROM scratch\nLABEL maintainer=\"Acme <a@acme.example>\"\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for key in preflight::REQUIRED_LABELS.iter().filter(|_| context.is_judged()) {
        let Fact::Known(Label::Value(value), _) = context.facts.label(key) else { continue };
        let Some(label) = context.file.labels.get(key).filter(|label| label.step.is_some()) else { continue };
        if let Some(place) = filler::find_in_label(value) {
            let found = filler::name(value.get(place).unwrap_or_default());
            let message = format!("expected a value for `{key}`, found {found}");
            findings.report(message).at(label.value_span).parameter(*key);
        }
    }
}
