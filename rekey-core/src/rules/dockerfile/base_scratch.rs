//! An image without a base.

use super::Context;
use crate::{
    dockerfile::Base,
    finding::{Findings, Severity},
    policy::PolicyKind,
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::source,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-base-scratch",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::Root, PolicyKind::Konflux]),
    checks: &[preflight::BASED_ON_UBI],
    summary: "image is built from scratch",
    why: "The policy asks for an image of Red Hat below yours; what is copied out of one leaves its layers behind, and \
          preflight knows the base by its layers.",
    help: "Build on `registry.access.redhat.com/ubi9/ubi-micro`, or have the project set to the type \"scratch\" and \
           check with `policy = \"scratch-nonroot\"`.",
    basis: source::preflight("internal/policy/container/base_on_ubi.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-micro\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.is_judged()
        && context.file.base == Base::Scratch
        && let Some(from) = context.base_from()
    {
        findings.report("expected an image of Red Hat as base, found `scratch`").at(from.span);
    }
}
