//! A name that each tool completes in its own way.

use super::Context;
use crate::{
    dockerfile::Arguments,
    finding::{Basis, Findings, Safety, Severity},
    image::base,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-base-short-name",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "base image is named without its registry",
    why: "Podman knows the name as one of Red Hat's; BuildKit looks for it in Docker Hub's own library, where there is \
          no such image.",
    help: "Name the registry: `registry.access.redhat.com/ubi9/ubi-minimal`.",
    basis: Basis::Upstream {
        source: "containers/shortnames shortnames.conf (2025-08-21); distribution/reference normalize.go",
    },
    since: "0.1.0",
    examples: &[
        Example::fixed("FROM ubi9-minimal:9.6\n", "FROM registry.access.redhat.com/ubi9-minimal:9.6\n"),
        Example::bad("ARG BASE=ubi9/ubi\nFROM $BASE\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\n"),
        Example::good("FROM golang\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(reference), Some(from)) = (context.base_reference(), context.base_from()) else { return };
    if !base::is_short_name(reference) {
        return;
    }
    let full = format!("registry.access.redhat.com/{reference}");
    let draft = findings.report(format!("expected `{full}`, found it without a registry")).at(from.span);
    if let Arguments::From { image, .. } = &from.arguments
        && image.text() == reference
    {
        draft.fix(Safety::Unsafe, "name the registry", image.span, full);
    }
}
