//! A base of which the name says nothing.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::base,
    policy::PolicyKind,
    preflight,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-base-unfamiliar",
    severity: Severity::Note,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::Root, PolicyKind::Konflux]),
    checks: &[preflight::BASED_ON_UBI],
    summary: "base image is none of Red Hat's by its name",
    why: "An image is certified only if one of its layers is Red Hat's. An image of somebody else's may be built on one; its \
          name does not tell.",
    help: "Check that the base is built on a Universal Base Image, and give its config (`--base-config`) to have the rest \
           judged.",
    basis: Basis::Inferred {
        source: "internal/policy/container/base_on_ubi.go of openshift-preflight 1.21.0",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM quay.io/acme/base:1\n"),
        Example::bad("FROM eclipse-temurin:21-jre-ubi9-minimal\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\n"),
        Example::good("FROM debian\n"),
        Example::good("FROM scratch\n"),
        Example::good("FROM quay.io/acme/base:1\n").given(&[("policy", "scratch-nonroot")]),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(reference), Some(from)) = (context.base_reference(), context.base_from()) else { return };
    let red_hat = base::is_red_hat(reference) || base::is_short_name(reference);
    if context.is_judged() && !red_hat && context.foreign.is_none() {
        findings
            .report(format!("whether `{reference}` is built on an image of Red Hat's is not known"))
            .at(from.span);
    }
}
