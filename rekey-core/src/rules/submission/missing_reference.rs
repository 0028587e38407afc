//! Without the Build Service an image is named by where it was pushed.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "submission-missing-reference",
    severity: Severity::Error,
    applies: Applies::outside_flow(Flow::BuildService),
    checks: &[],
    summary: "submission has no image reference",
    why: "The image is certified where it lies: preflight is given the reference and reads it from that registry.",
    help: "Give the reference that you push to, `quay.io/redhat-isv-containers/PROJECT:TAG` for a hosted project.",
    basis: Basis::Enforced { source: "cmd/preflight/cmd/check_container.go", version: "1.21.0" },
    since: "0.1.0",
    examples: &[
        Example::bad("dockerfile = FROM scratch"),
        Example::good("reference = quay.io/redhat-isv-containers/0123456789abcdef01234567:1.0-1"),
    ],
    check: Check::Submission(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    context.missing(findings, "an image reference", |image| image.reference.is_some());
}
