//! A base that the file does not name.

use super::Context;
use crate::{
    dockerfile::Base,
    finding::{Basis, Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-base-unresolved",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "base image depends on a build argument that has no value",
    why: "The Build Service has no field for build arguments, so the build stops at this line.",
    help: "Give the `ARG` a default.",
    basis: Basis::Inferred { source: "the partner guide of 2021-06-30 names no field for build arguments" },
    since: "0.1.0",
    examples: &[
        Example::bad("ARG BASE\nFROM $BASE\n"),
        Example::good("ARG BASE=registry.access.redhat.com/ubi9\nFROM $BASE\n"),
        Example::good("ARG BASE\nFROM $BASE\n")
            .given(&[("build_args", "BASE=registry.access.redhat.com/ubi9")]),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let (Base::Unresolved(cause), Some(from)) = (&context.file.base, context.base_from()) {
        findings.report(cause.to_string()).at(from.span);
    }
}
