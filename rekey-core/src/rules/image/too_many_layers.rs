//! An image of too many layers.

use super::{Context, Document};
use crate::{
    finding::{Findings, Severity},
    preflight::{LAYER_COUNT, LAYER_MAX},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-too-many-layers",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[LAYER_COUNT],
    summary: "image has more than 40 layers",
    why: "Preflight fails an image of more than 40 layers, those of its base included.",
    help: "Join `RUN` instructions with `&&`, and copy files together.",
    basis: preflight("internal/policy/container/max_layers.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("manifest", FORTY_ONE)]),
        Example::good("quay.io/a/b:1").given(&[("manifest", r#"{"layers": [0, 0]}"#)]),
    ],
    check: Check::Image(check),
};

const FORTY_ONE: &str =
    r#"{"layers": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"#;

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(layers) = context.layers().filter(|layers| *layers > LAYER_MAX) else { return };
    let draft = findings.report(format!("expected at most {LAYER_MAX} layers, found {layers}"));
    if let Some(document) = context.document {
        draft.pointer(Document::layers(document));
    }
}
