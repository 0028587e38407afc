//! Docker Hub's copy of a Red Hat image.

use super::Context;
use crate::{
    dockerfile::Arguments,
    finding::{Basis, Findings, Safety, Severity},
    image::base,
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-base-mirror",
    severity: Severity::Note,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "base image is pulled from Docker Hub's mirror",
    why: "Docker Hub limits how often it is pulled from, and a build at Red Hat pulls from there without your account.",
    help: "Name the image at `registry.access.redhat.com`.",
    basis: Basis::Inferred {
        source: "Docker Hub's pull limits, and docker-library/official-images .external-pins/redhat, which lists what is mirrored",
    },
    since: "0.1.0",
    examples: &[
        Example::fixed(
            "FROM --platform=linux/amd64 redhat/ubi9-minimal:9.6 AS a\n",
            "FROM --platform=linux/amd64 registry.access.redhat.com/ubi9-minimal:9.6 AS a\n",
        ),
        Example::bad("ARG TAG=9.6\nFROM redhat/ubi9-minimal:$TAG\n"),
        Example::good("FROM redhat/ubi9-minimal:9.6\n").given(&[("flow", "quay")]),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(reference), Some(from)) = (context.base_reference(), context.base_from()) else { return };
    if let Some(name) = base::mirrored(reference) {
        let message = format!("expected `registry.access.redhat.com/{name}`, found Docker Hub's copy of it");
        let draft = findings.report(message).at(from.span);
        if let Arguments::From { image, .. } = &from.arguments
            && image.text() == reference
        {
            let text = format!("registry.access.redhat.com/{name}");
            draft.fix(Safety::Unsafe, "name Red Hat's own", image.span, text);
        }
    }
}
