//! One name for two images.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "submission-reference-reused",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "another image is pushed under the same reference",
    why: "A tag names one image. The second push takes it from the first, which is then scanned and published no more.",
    help: "Give each image its own project, and each build of one its own tag.",
    basis: Basis::Upstream { source: "opencontainers/distribution-spec spec.md, \"Pushing Manifests\"" },
    since: "0.1.0",
    examples: &[
        Example::bad("reference = quay.io/acme/app:1.0-1\n\nreference = quay.io/acme/app:1.0-1"),
        Example::bad("reference = acme/app:1.0-1\n\nreference = docker.io/acme/app:1.0-1"),
        Example::good("reference = quay.io/acme/app:1.0-1\n\nreference = quay.io/acme/app:1.0-2"),
        Example::good("reference = quay.io/acme/app\n\nreference = quay.io/acme/app"),
    ],
    check: Check::Submission(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (image, shared) in context.images() {
        let expected = "expected a reference for this image alone, found that of";
        context.reused(findings, image.reference.as_ref(), &shared.reference, expected, "the same reference");
    }
}
