//! A label that uses Red Hat's name.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::facts::Label,
    policy::PolicyKind,
    preflight::{NO_PROHIBITED_LABELS, REQUIRED_LABEL, TRADEMARK_LABELS, infringes_trademark},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-label-trademark",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(&[
        PolicyKind::Container,
        PolicyKind::Root,
        PolicyKind::ScratchNonroot,
        PolicyKind::ScratchRoot,
    ]),
    checks: &[NO_PROHIBITED_LABELS, REQUIRED_LABEL],
    summary: "label infringes Red Hat's trademark",
    why: "Preflight fails a `name`, `vendor` or `maintainer` that begins with Red Hat's name, or holds it without one \
          `for` in front; until 1.13 as part of `HasRequiredLabel`. It knows no word boundaries: `Hundred Hats` fails \
          as well.",
    help: "Name your own product and company; `App for Red Hat OpenShift` is allowed.",
    basis: preflight("internal/policy/container/has_prohibited_labels.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1")
            .given(&[("config", r#"{"config": {"Labels": {"vendor": "Red Hat, Inc."}}}"#)]),
        Example::good("quay.io/a/b:1")
            .given(&[("config", r#"{"config": {"Labels": {"name": "App for Red Hat"}}}"#)]),
        Example::good("quay.io/a/b:1")
            .given(&[("config", r#"{"config": {"Labels": {"summary": "Red Hat"}}}"#)]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(config) = context.config() else { return };
    for label in TRADEMARK_LABELS {
        let Some(Label::Value(value)) = config.facts.label(label).value() else { continue };
        if infringes_trademark(value) {
            let message = format!("expected a label `{label}` without Red Hat's trademark, found `{value}`");
            findings.report(message).parameter(*label).pointer(format!("{}/Labels/{label}", config.settings));
        }
    }
}
