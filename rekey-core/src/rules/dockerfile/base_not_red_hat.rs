//! An image that is known not to be built on one of Red Hat's.

use super::Context;
use crate::{
    finding::{Findings, Severity},
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
    summary: "base image is not built on one of Red Hat's",
    why: "An image is certified only if it is built on Red Hat's; preflight looks for one of their layers in yours.",
    help: "Build on a Universal Base Image, such as `registry.access.redhat.com/ubi9/ubi-minimal`.",
    basis: source::preflight("internal/policy/container/base_on_ubi.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("FROM docker.io/library/debian:12\n"),
        Example::bad("FROM node:20-alpine\n"),
        Example::bad("FROM gcr.io/distroless/static\n"),
        Example::bad("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n"),
        Example::good("FROM eclipse-temurin:21-jre-ubi9-minimal\n"),
        Example::good("FROM acme/base\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(reference), Some(from)) = (context.base_reference(), context.base_from()) else { return };
    let Some(base) = context.foreign.filter(|_| context.is_judged() || context.is_windows()) else { return };
    let name = reference.split('@').next().unwrap_or(reference);
    let message = match base.system {
        _ if base.is_windows() => {
            format!("`{name}` is an image for Windows, and preflight judges Linux images")
        }
        Some(system) => format!("`{name}` is built on {system}, not on an image of Red Hat's"),
        None => format!("`{name}` is not built on an image of Red Hat's"),
    };
    let draft = findings.report(message).at(from.span);
    if base.has_ubi_tags {
        draft.help(format!("Take a tag of the image with `ubi` in it. {}", RULE.help));
    }
}
