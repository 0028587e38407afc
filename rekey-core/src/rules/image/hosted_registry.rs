//! An image that is said to stay in the partner's own registry and is on Red Hat's.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-hosted-registry",
    severity: Severity::Warning,
    applies: Applies::in_flow(Flow::External),
    checks: &[],
    summary: "registry is Red Hat's, though the project's is the partner's own",
    why: "A project is set up for one of the two when it is created, and takes images from there only.",
    help: "Give the reference in your own registry, or check with the flow `quay`.",
    basis: Basis::Inferred { source: "RHC4TP/documentation remote-scan.md" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"),
        Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
        Example::good("quay.io/acme/app:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference else { return };
    if context.on_scan_registry().is_some() || context.below_quay_namespace().is_some() {
        let message = format!("expected a registry of your own, found `{}`", reference.name());
        findings.report(message).at(context.registry_place());
    }
}
