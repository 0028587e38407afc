//! Provenance that BuildKit attached to an image.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::contents::FaultKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-provenance-attached",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "an image carries attestations of its build",
    why: "BuildKit attaches provenance to what it builds, and lists it beside the image as a manifest of the platform `unknown/unknown`. preflight passes over it; publishing such images in Red Hat's catalogue has failed.",
    help: "Build with `--provenance=false --sbom=false`, or with `BUILDX_NO_DEFAULT_ATTESTATIONS=1`.",
    basis: Basis::Upstream {
        source: "hazelcast/hazelcast-docker issue 1055; CrowdStrike/falcon-operator issue 579",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1")
            .given(&[("layers", "fault attestation the image carries an attestation")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "file app 1")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    context.report_faults(FaultKind::Attestation, findings);
}
