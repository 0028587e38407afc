//! An upload by the partner guide that goes elsewhere.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::registry::{SCAN, SCAN_ENDED, is_pull_registry},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "image-not-scan-registry",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "registry is not `scan.connect.redhat.com`",
    why: "Only what is pushed to this registry is scanned, and a project's registry key is good for no other.",
    help: "Begin the reference with `scan.connect.redhat.com/`.",
    basis: partner_guide("podman login -u unused scan.connect.redhat.com"),
    since: "0.1.0",
    examples: &[
        Example::bad("docker.io/acme/app:1.0-1"),
        Example::bad("acme/app:1.0-1"),
        Example::bad("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"),
        Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
        Example::good("registry.connect.redhat.com/acme/app:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference.filter(|_| context.on_scan_registry().is_none()) else { return };
    let domain = reference.domain();
    if is_pull_registry(domain) {
        return; // `image-pull-registry` says more.
    }
    let found = if context.scan.domain.is_none() { "no registry".to_owned() } else { format!("`{domain}`") };
    let message = format!("expected the registry `{SCAN}`, found {found}");
    let hosted = context.below_quay_namespace().is_some();
    let draft = findings.report(message).at(context.registry_place());
    if hosted {
        draft.help(format!(
            "This is where images are pushed since {SCAN_ENDED}: check it with the flow `quay`."
        ));
    }
}
