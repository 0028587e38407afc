//! A label of an image that nobody filled in.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::facts::Label,
    preflight::REQUIRED_LABELS,
    rule::{Applies, Check, Example, Rule},
    rules::filler,
};

pub(super) static RULE: Rule = Rule {
    id: "image-label-placeholder",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "required label has a placeholder for its value",
    why: "Preflight accepts any text, so the image would be published with it.",
    help: "Replace the placeholder in the Dockerfile, or set the label with `--label`, and build the image again.",
    basis: Basis::Inferred { source: "the catalogue shows the image by these labels" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1")
            .given(&[("config", r#"{"config": {"Labels": {"description": "TODO"}}}"#)]),
        Example::good("quay.io/a/b:1")
            .given(&[("config", r#"{"config": {"Labels": {"description": "TODO lists for teams"}}}"#)]),
        Example::good("quay.io/a/b:1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(config) = context.config() else { return };
    for label in REQUIRED_LABELS {
        let Some(Label::Value(value)) = config.facts.label(label).value() else { continue };
        if let Some(place) = filler::find_in_label(value) {
            let found = filler::name(value.get(place).unwrap_or_default());
            let message = format!("expected a value for `{label}`, found {found}");
            findings.report(message).parameter(*label).pointer(format!("{}/Labels/{label}", config.settings));
        }
    }
}
