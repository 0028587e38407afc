//! An image without one of the labels that certification asks for.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::facts::Label,
    preflight::{REQUIRED_LABEL, REQUIRED_LABELS},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-label-missing",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[REQUIRED_LABEL],
    summary: "image lacks a required label",
    why: "Preflight fails an image that lacks one of seven labels, or has it empty. Labels of the base image count.",
    help: "Set the label in the Dockerfile, or with `--label` when the image is built.",
    basis: preflight("internal/policy/container/has_required_labels.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("config", r#"{"config": {"Labels": {"name": "app"}}}"#)]),
        Example::good("quay.io/a/b:1").given(&[(
            "config",
            r#"{"config": {"Labels": {"name": "app", "vendor": "Acme", "version": "1.0", "release": "1", "summary": "s",
            "description": "d", "maintainer": "m"}}}"#,
        )]),
        Example::good("quay.io/a/b:1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(config) = context.config() else { return };
    for label in REQUIRED_LABELS {
        let found = match config.facts.label(label).value() {
            Some(Label::Absent) => "none",
            Some(Label::Value(value)) if value.is_empty() => "an empty one",
            _ => continue,
        };
        let message = format!("expected a label `{label}`, found {found}");
        findings.report(message).parameter(*label).pointer(format!("{}/Labels", config.settings));
    }
}
