//! Bytes that are not those a digest names.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::contents::FaultKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-digest-mismatch",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a digest of the archive does not fit its bytes",
    why: "Manifest and config name their parts by digest. Where one does not fit, the archive was damaged or put together by hand; registries refuse such a push, and preflight such an image.",
    help: "Save the image again.",
    basis: Basis::Upstream { source: "OCI image specification, descriptor.md, \"Verification\"" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "fault digest layer 0 has another digest")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "file app 1")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    context.report_faults(FaultKind::Digest, findings);
}
