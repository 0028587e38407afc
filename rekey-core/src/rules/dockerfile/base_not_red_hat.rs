//! An image of another distribution.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::base,
    policy::PolicyKind,
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::source,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-base-not-red-hat",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::Root, PolicyKind::Konflux]),
    checks: &[preflight::BASED_ON_UBI],
    summary: "base image is another distribution's",
    why: "An image is certified only if it is built on Red Hat's; preflight looks for one of their layers in yours.",
    help: "Build on a Universal Base Image, such as `registry.access.redhat.com/ubi9/ubi-minimal`.",
    basis: source::preflight("internal/policy/container/base_on_ubi.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("FROM docker.io/library/debian:12\n"),
        Example::bad("FROM alpine\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n"),
        Example::good("FROM acme/base\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(reference), Some(from)) = (context.base_reference(), context.base_from()) else { return };
    let Some(name) = base::other_distribution(reference).filter(|_| context.is_judged()) else { return };
    findings.report(format!("expected an image of Red Hat as base, found `{name}`")).at(from.span);
}
