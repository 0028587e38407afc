//! An image with as many layers as preflight lets pass.

use super::{Context, Document};
use crate::{
    finding::{Basis, Findings, Severity},
    preflight::LAYER_MAX,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-layer-limit",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "image has 40 layers, and the policy guide asks for fewer",
    why: "Preflight lets 40 layers pass, while the policy guide and preflight's own texts ask for fewer than 40.",
    help: "Join `RUN` instructions with `&&`, and copy files together.",
    basis: Basis::Inferred {
        source: "Red Hat OpenShift Software Certification Policy Guide, image content requirements",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("manifest", FORTY)]),
        Example::good("quay.io/a/b:1").given(&[("manifest", r#"{"layers": [0, 0]}"#)]),
    ],
    check: Check::Image(check),
};

const FORTY: &str =
    r#"{"layers": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"#;

fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.layers() == Some(LAYER_MAX) {
        let message = format!("expected fewer than {LAYER_MAX} layers, found {LAYER_MAX}");
        let draft = findings.report(message);
        if let Some(document) = context.document {
            draft.pointer(Document::layers(document));
        }
    }
}
