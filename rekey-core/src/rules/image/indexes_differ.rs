//! An archive whose two indexes name different images.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::contents::FaultKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-indexes-differ",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "`index.json` and `manifest.json` of an archive name different images",
    why: "An archive that docker writes has two indexes. `docker load`, `crane push` and `skopeo copy docker-archive:` read `manifest.json`; `podman load`, `skopeo copy oci-archive:` and docker with containerd's store read `index.json`. If they differ, the tool decides which image is pushed.",
    help: "Save the image again with a current version of docker, or with `podman save`; `docker-archive:FILE` and `oci-archive:FILE` judge one of the two.",
    basis: Basis::Upstream { source: "moby/moby issues 51389 and 47065" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1")
            .given(&[("layers", "fault indexes `index.json` names 1 image, and `manifest.json` 2")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "file app 1")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    context.report_faults(FaultKind::Indexes, findings);
}
