//! A layer that cannot be read.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::contents::FaultKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-layer-unreadable",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a layer cannot be read to its end",
    why: "What the layers hold decides over four checks. A layer that is cut short, or is no tar, keeps all of them from being judged, here and in preflight.",
    help: "Save the image again; look at what wrote the archive.",
    basis: Basis::Upstream { source: "OCI image specification, layer.md" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "fault unreadable the tar ends within a header")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "file app 1")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    context.report_faults(FaultKind::Unreadable, findings);
}
