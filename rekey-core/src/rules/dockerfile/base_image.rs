//! Base images.

use super::{Context, Entry};
use crate::{
    dockerfile::{Arguments, Base},
    facts::base_images,
    finding::{Findings, Safety},
    preflight,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source,
    severity::Severity,
    target::{Flow, Policy},
};

pub(super) static BASE_NOT_RED_HAT: Entry = Entry {
    rule: Rule {
        id: "dockerfile-base-not-red-hat",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS
            .under(&[Policy::Container, Policy::Root, Policy::Konflux])
            .of_checks(&[preflight::Check::BasedOnUbi]),
        summary: "base image is not built on a Red Hat image",
        why: "An image is certified only if it is built on a Red Hat image; preflight looks for a layer of one in yours.",
        help: "Build on a Universal Base Image, such as `registry.access.redhat.com/ubi9/ubi-minimal`.",
        basis: source::preflight("internal/policy/container/base_on_ubi.go"),
        examples: &[
            Example::bad("FROM docker.io/library/debian:12\n"),
            Example::bad("FROM node:20-alpine\n"),
            Example::bad("FROM gcr.io/distroless/static\n"),
            Example::bad("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n"),
            Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n"),
            Example::good("FROM eclipse-temurin:21-jre-ubi9-minimal\n"),
            Example::good("FROM acme/base\n"),
        ],
    },
    check: base_not_red_hat,
};

fn base_not_red_hat(context: &Context<'_>, findings: &mut Findings) {
    let (Some(reference), Some(from)) = (context.base_reference(), context.base_from()) else { return };
    let Some(base) = context.foreign.filter(|_| context.is_judged() || context.is_windows()) else { return };
    let name = reference.split('@').next().unwrap_or(reference);
    let message = match base.system {
        _ if base.is_windows() => {
            format!("`{name}` is a Windows image; preflight checks Linux images only")
        }
        Some(system) => format!("`{name}` is built on {system}, not on a Red Hat image"),
        None => format!("`{name}` is not built on a Red Hat image"),
    };
    let draft = findings.report(message).at(from.span);
    if base.has_ubi_tags {
        draft.help(format!("Use a tag of the image that contains `ubi`. {}", BASE_NOT_RED_HAT.rule.help));
    }
}

pub(super) static BASE_SHORT_NAME: Entry = Entry {
    rule: Rule {
        id: "dockerfile-base-short-name",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "base image is named without its registry",
        why: "Podman resolves the name to a Red Hat image; BuildKit looks for it in Docker Hub's official library, \
              which has no such image.",
        help: "Name the registry: `registry.access.redhat.com/ubi9/ubi-minimal`.",
        basis: Basis::Upstream {
            source: "containers/shortnames shortnames.conf (2025-08-21); distribution/reference normalize.go",
        },
        examples: &[
            Example::fixed("FROM ubi9-minimal:9.6\n", "FROM registry.access.redhat.com/ubi9-minimal:9.6\n"),
            Example::bad("ARG BASE=ubi9/ubi\nFROM $BASE\n"),
            Example::good("FROM registry.access.redhat.com/ubi9\n"),
            Example::good("FROM golang\n"),
        ],
    },
    check: base_short_name,
};

fn base_short_name(context: &Context<'_>, findings: &mut Findings) {
    let (Some(reference), Some(from)) = (context.base_reference(), context.base_from()) else { return };
    if !base_images::is_short_name(reference) {
        return;
    }
    let full = format!("registry.access.redhat.com/{reference}");
    let draft = findings.report(format!("the registry is missing: the image is `{full}`")).at(from.span);
    if let Arguments::From { image, .. } = &from.arguments
        && image.text() == reference
    {
        draft.fix(Safety::Unsafe, "name the registry", image.span, full);
    }
}

pub(super) static BASE_UNKNOWN: Entry = Entry {
    rule: Rule {
        id: "dockerfile-base-unknown",
        subject: Subject::Dockerfile,
        severity: Severity::Note,
        scope: Scope::ALWAYS
            .under(&[Policy::Container, Policy::Root, Policy::Konflux])
            .of_checks(&[preflight::Check::BasedOnUbi]),
        summary: "rekey does not know whether the base image is built on a Red Hat image",
        why: "An image is certified only if one of its layers is Red Hat's. A third-party image may be built on one, \
              but its name does not show it.",
        help: "Check that the base is built on a Universal Base Image, and pass its config (`--base-config`) to check \
               the rest.",
        basis: Basis::Inferred {
            source: "internal/policy/container/base_on_ubi.go of openshift-preflight 1.21.0",
        },
        examples: &[
            Example::bad("FROM quay.io/acme/base:1\n"),
            Example::bad("FROM eclipse-temurin:21-jre-ubi9-minimal\n"),
            Example::good("FROM registry.access.redhat.com/ubi9\n"),
            Example::good("FROM debian\n"),
            Example::good("FROM scratch\n"),
            Example::good("FROM quay.io/acme/base:1\n").given(&[("policy", "scratch-nonroot")]),
        ],
    },
    check: base_unknown,
};

fn base_unknown(context: &Context<'_>, findings: &mut Findings) {
    let (Some(reference), Some(from)) = (context.base_reference(), context.base_from()) else { return };
    let red_hat = base_images::is_red_hat(reference) || base_images::is_short_name(reference);
    if context.is_judged() && !red_hat && context.foreign.is_none() {
        findings
            .report(format!("cannot tell whether `{reference}` is built on a Red Hat image"))
            .at(from.span);
    }
}

pub(super) static BASE_SCRATCH: Entry = Entry {
    rule: Rule {
        id: "dockerfile-base-scratch",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS
            .under(&[Policy::Container, Policy::Root, Policy::Konflux])
            .of_checks(&[preflight::Check::BasedOnUbi]),
        summary: "image is built from scratch",
        why: "The policy requires a Red Hat base image, and preflight recognizes one by its layers; copying files out \
              of a base image does not copy its layers.",
        help: "Build on `registry.access.redhat.com/ubi9/ubi-micro`, or have the project's type set to \"scratch\" \
               and check with `policy = \"scratch-nonroot\"`.",
        basis: source::preflight("internal/policy/container/base_on_ubi.go"),
        examples: &[
            Example::bad("FROM scratch\n"),
            Example::good("FROM registry.access.redhat.com/ubi9/ubi-micro\n"),
        ],
    },
    check: base_scratch,
};

fn base_scratch(context: &Context<'_>, findings: &mut Findings) {
    if context.is_judged()
        && context.file.base == Base::Scratch
        && let Some(from) = context.base_from()
    {
        findings.report("the image is built from `scratch`, not on a Red Hat image").at(from.span);
    }
}

pub(super) static BASE_UNRESOLVED: Entry = Entry {
    rule: Rule {
        id: "dockerfile-base-unresolved",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "base image depends on a build argument that has no value",
        why: "The Build Service has no field for build arguments, so the build stops at this line.",
        help: "Give the `ARG` a default.",
        basis: Basis::Inferred {
            source: "the partner guide of 2021-06-30 names no field for build arguments",
        },
        examples: &[
            Example::bad("ARG BASE\nFROM $BASE\n"),
            Example::good("ARG BASE=registry.access.redhat.com/ubi9\nFROM $BASE\n"),
            Example::good("ARG BASE\nFROM $BASE\n")
                .given(&[("build_args", "BASE=registry.access.redhat.com/ubi9")]),
        ],
    },
    check: base_unresolved,
};

fn base_unresolved(context: &Context<'_>, findings: &mut Findings) {
    if let (Base::Unresolved(cause), Some(from)) = (&context.file.base, context.base_from()) {
        findings.report(cause.to_string()).at(from.span);
    }
}

pub(super) static BASE_END_OF_LIFE: Entry = Entry {
    rule: Rule {
        id: "dockerfile-base-end-of-life",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "base image is past its end of life",
        why: "Its vulnerabilities are no longer fixed, and an image with open ones is graded down until it cannot be \
              published.",
        help: "Move to the Universal Base Image of a later RHEL, such as `registry.access.redhat.com/ubi9/ubi-minimal`.",
        basis: Basis::Upstream {
            source: "endoflife-date/endoflife.date products/rhel.md (2026-08-22); UBI follows RHEL's life cycle",
        },
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi7\n").given(&[("today", "2026-11-23")]),
            Example::good("FROM registry.access.redhat.com/ubi7\n").given(&[("today", "2024-06-30")]),
            Example::good("FROM registry.access.redhat.com/ubi9\n").given(&[("today", "2026-11-23")]),
        ],
    },
    check: base_end_of_life,
};

fn base_end_of_life(context: &Context<'_>, findings: &mut Findings) {
    let (Some(today), Some(from)) = (context.target.today(), context.base_from()) else { return };
    let Some(major) = context.base_reference().and_then(base_images::major) else { return };
    if let Some(end) = base_images::end_of_maintenance(major).filter(|end| *end < today) {
        findings.report(format!("maintenance of RHEL {major} ended on {end}")).at(from.span);
    }
}

pub(super) static BASE_MIRROR: Entry = Entry {
    rule: Rule {
        id: "dockerfile-base-mirror",
        subject: Subject::Dockerfile,
        severity: Severity::Note,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "base image is pulled from Docker Hub's mirror",
        why: "Docker Hub limits anonymous pulls, and builds at Red Hat do not use your Docker Hub account.",
        help: "Pull the image from `registry.access.redhat.com`.",
        basis: Basis::Inferred {
            source: "Docker Hub's pull limits, and docker-library/official-images .external-pins/redhat, which lists what is mirrored",
        },
        examples: &[
            Example::fixed(
                "FROM --platform=linux/amd64 redhat/ubi9-minimal:9.6 AS a\n",
                "FROM --platform=linux/amd64 registry.access.redhat.com/ubi9-minimal:9.6 AS a\n",
            ),
            Example::bad("ARG TAG=9.6\nFROM redhat/ubi9-minimal:$TAG\n"),
            Example::good("FROM redhat/ubi9-minimal:9.6\n").given(&[("flow", "quay")]),
            Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n"),
        ],
    },
    check: base_mirror,
};

fn base_mirror(context: &Context<'_>, findings: &mut Findings) {
    let (Some(reference), Some(from)) = (context.base_reference(), context.base_from()) else { return };
    if let Some(name) = base_images::mirrored(reference) {
        let message = format!("this is Docker Hub's copy of `registry.access.redhat.com/{name}`");
        let draft = findings.report(message).at(from.span);
        if let Arguments::From { image, .. } = &from.arguments
            && image.text() == reference
        {
            let text = format!("registry.access.redhat.com/{name}");
            draft.fix(Safety::Unsafe, "use Red Hat's registry", image.span, text);
        }
    }
}
