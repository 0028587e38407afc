//! The build, its base images and the built image.

use super::{Context, Entry, Judge, quoted};
use crate::{
    finding::Findings,
    rehearsal::{BaseFailure, BuildFailure, StepName},
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
};

pub(super) static BASE_UNREACHABLE: Entry = Entry {
    rule: Rule {
        id: "rehearsal-base-unreachable",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "base image cannot be pulled from here",
        why: "The registry does not answer, or the transfer fails. The rehearsal cannot tell whether a service would reach it.",
        help: "Try again, or pass an image on disk as `--base NAME=oci:DIR`.",
        basis: Basis::Upstream { source: "containers/image docker/docker_client.go, \"pinging container registry\"" },
        examples: &[
            Example::bad("FROM registry.acme.example/base:1\n").given(&[("facts", r#"{"bases": [{"name": "registry.acme.example/base:1", "failure": "unreachable", "message": "no such host"}]}"#)]),
            Example::good("FROM registry.acme.example/base:1\n").given(&[("facts", r#"{"build": {"engine": "buildah"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Base, base_unreachable),
};

fn base_unreachable(context: &Context<'_>, findings: &mut Findings) {
    for base in
        context.bases().filter(|base| matches!(base.failure, BaseFailure::Unreachable | BaseFailure::Other))
    {
        let (name, message) = (quoted(&base.name), quoted(&base.message));
        let draft = findings.report(format!("the base image `{name}` cannot be pulled: `{message}`"));
        if let Some(span) = context.base_span(&base.name) {
            draft.at(span);
        }
    }
}

pub(super) static BASE_NOT_FOUND: Entry = Entry {
    rule: Rule {
        id: "rehearsal-base-not-found",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "base image does not exist",
        why: "The registry answers and has no such image or tag, so every build fails.",
        help: "Correct the reference in `FROM`; `skopeo list-tags` prints the tags of an image.",
        basis: Basis::Upstream { source: "opencontainers distribution-spec, \"MANIFEST_UNKNOWN\"" },
        examples: &[
            Example::bad("FROM registry.acme.example/base:1\n").given(&[("facts", r#"{"bases": [{"name": "registry.acme.example/base:1", "failure": "not-found", "message": "no such host"}]}"#)]),
            Example::good("FROM registry.acme.example/base:1\n").given(&[("facts", r#"{"build": {"engine": "buildah"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Base, base_not_found),
};

fn base_not_found(context: &Context<'_>, findings: &mut Findings) {
    for base in context.bases().filter(|base| matches!(base.failure, BaseFailure::NotFound)) {
        let (name, message) = (quoted(&base.name), quoted(&base.message));
        let draft = findings.report(format!("the registry has no image `{name}`: `{message}`"));
        if let Some(span) = context.base_span(&base.name) {
            draft.at(span);
        }
    }
}

pub(super) static BASE_LOGIN_REQUIRED: Entry = Entry {
    rule: Rule {
        id: "rehearsal-base-login-required",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "registry of the base image requires a login",
        why: "A rehearsal pulls without any login, because a service does not have yours. registry.redhat.io requires one, registry.access.redhat.com does not.",
        help: "Build `FROM registry.access.redhat.com/ubi9/…`, or pull the image yourself and pass it as `--base NAME=oci:DIR`.",
        basis: Basis::Upstream { source: "access.redhat.com/RegistryAuthentication" },
        examples: &[
            Example::bad("FROM registry.acme.example/base:1\n").given(&[("facts", r#"{"bases": [{"name": "registry.acme.example/base:1", "failure": "login-required", "message": "no such host"}]}"#)]),
            Example::good("FROM registry.acme.example/base:1\n").given(&[("facts", r#"{"build": {"engine": "buildah"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Base, base_login_required),
};

fn base_login_required(context: &Context<'_>, findings: &mut Findings) {
    for base in context.bases().filter(|base| matches!(base.failure, BaseFailure::LoginRequired)) {
        let (name, message) = (quoted(&base.name), quoted(&base.message));
        let draft = findings.report(format!("the registry of `{name}` requires a login: `{message}`"));
        if let Some(span) = context.base_span(&base.name) {
            draft.at(span);
        }
    }
}

pub(super) static MISSING_ENGINE: Entry = Entry {
    rule: Rule {
        id: "rehearsal-missing-engine",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "no program that builds images is installed",
        why: "A rehearsal builds with buildah, podman or docker, whichever is there.",
        help: "Install buildah or podman, or stop before the build with `--no-build`.",
        basis: Basis::Practice { source: "the engines that read Dockerfiles" },
        examples: &[
            Example::bad("")
                .given(&[("facts", r#"{"build": {"engine": "", "failure": {"kind": "missing-engine"}}}"#)]),
            Example::good("").given(&[("facts", r#"{"build": {"engine": "buildah"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Build, missing_engine),
};

fn missing_engine(context: &Context<'_>, findings: &mut Findings) {
    if matches!(context.build_failure(), Some(BuildFailure::MissingEngine)) {
        findings.report("neither buildah, podman nor docker is installed");
    }
}

pub(super) static ENGINE_ERROR: Entry = Entry {
    rule: Rule {
        id: "rehearsal-engine-error",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "engine cannot build on this machine",
        why: "The engine stops before the first instruction: its storage, a helper such as `newuidmap`, or rights are missing.",
        help: "Follow the engine's message, or choose another engine with `--engine`.",
        basis: Basis::Upstream { source: "github.com/containers/buildah install.md" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"build": {"engine": "buildah", "failure": {"kind": "engine", "message": "cannot find newuidmap"}}}"#)]),
            Example::good("").given(&[("facts", r#"{"build": {"engine": "buildah"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Build, engine_error),
};

fn engine_error(context: &Context<'_>, findings: &mut Findings) {
    if let Some(BuildFailure::Engine { message }) = context.build_failure() {
        findings.report(format!("the engine cannot build: `{}`", quoted(message)));
    }
}

pub(super) static BUILD_FAILED: Entry = Entry {
    rule: Rule {
        id: "rehearsal-build-failed",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "instruction of the Dockerfile fails",
        why: "The build stops at this instruction. With the files of the commit and without a cache, it would stop at a service, too.",
        help: "Read the last lines of output. If the instruction works in your own folder, compare the folder with the commit.",
        basis: Basis::Upstream { source: "github.com/containers/buildah imagebuildah/stage_executor.go, \"building at STEP\"" },
        examples: &[
            Example::bad("FROM scratch\nRUN false\n").given(&[("facts", r#"{"build": {"engine": "buildah", "failure": {"kind": "instruction", "instruction": "RUN false", "message": "exit status 1", "output": ["no such command"]}}}"#)]),
            Example::good("FROM scratch\nRUN false\n").given(&[("facts", r#"{"build": {"engine": "buildah"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Build, build_failed),
};

fn build_failed(context: &Context<'_>, findings: &mut Findings) {
    let Some(BuildFailure::Instruction { instruction, before, message, output }) = context.build_failure()
    else {
        return;
    };
    let draft = findings.report(format!("`{}` fails: {}", quoted(instruction), quoted(message)));
    let place = context.instruction_span(instruction, *before);
    if let Some(span) = place {
        draft.at(span);
        for line in output {
            draft.related(span, format!("output: {}", quoted(line)));
        }
    }
}

pub(super) static BUILD_TIMEOUT: Entry = Entry {
    rule: Rule {
        id: "rehearsal-build-timeout",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "build takes longer than the limit",
        why: "An instruction waits for something, such as an answer or a slow mirror, or the build is just long.",
        help: "Pass a longer `--timeout`, and make sure that no command waits for an answer.",
        basis: Basis::Practice { source: "a service has a limit, too, which is not known" },
        examples: &[
            Example::bad("FROM scratch\nRUN sleep 999\n").given(&[("facts", r#"{"build": {"engine": "buildah", "failure": {"kind": "timeout", "seconds": 60, "instruction": "RUN sleep 999"}}}"#)]),
            Example::good("").given(&[("facts", r#"{"build": {"engine": "buildah"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Build, build_timeout),
};

fn build_timeout(context: &Context<'_>, findings: &mut Findings) {
    if let Some(BuildFailure::Timeout { seconds, instruction, before }) = context.build_failure() {
        let draft = findings.report(format!("the build takes longer than {seconds} s"));
        if let Some(span) = context.instruction_span(instruction, *before) {
            draft.at(span);
        }
    }
}

pub(super) static IMAGE_UNREAD: Entry = Entry {
    rule: Rule {
        id: "rehearsal-image-unread",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "built image cannot be read",
        why: "The engine built an image, and its archive could not be written or read.",
        help: "Check the free space of the disk, and try another engine with `--engine`.",
        basis: Basis::Practice { source: "the checks of an image need its layers" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"image": {"unread": "the archive ends early"}}"#)]),
            Example::good("").given(&[("facts", r#"{"image": {"outcomes": []}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Image, image_unread),
};

fn image_unread(context: &Context<'_>, findings: &mut Findings) {
    if let Some(reason) = context.image().and_then(|image| image.unread.as_ref()) {
        findings.report(format!("the built image cannot be read: `{}`", quoted(reason)));
    }
}

pub(super) static FORECAST_DIFFERS: Entry = Entry {
    rule: Rule {
        id: "rehearsal-forecast-differs",
        subject: Subject::Rehearsal,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "built image differs from the forecast of the Dockerfile",
        why: "The Dockerfile alone gave the opposite result. The image is right; either the base image or a command does something that the Dockerfile does not show, or the forecast is wrong.",
        help: "Trust the result of the image. If nothing explains the difference, report it to rekey's authors with the Dockerfile.",
        basis: Basis::Practice { source: "two ways to the same result should agree" },
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9/ubi:9.6\nUSER root\n")
                .given(&[("facts", r#"{"image": {"outcomes": [["RunAsNonRoot", "pass"]]}}"#)]),
            Example::good("FROM registry.access.redhat.com/ubi9/ubi:9.6\nUSER root\n")
                .given(&[("facts", r#"{"image": {"outcomes": [["RunAsNonRoot", "fail"]]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Image, forecast_differs),
};

fn forecast_differs(context: &Context<'_>, findings: &mut Findings) {
    for (check, expected, found) in context.differences() {
        let message = format!("`{check}` was expected to {expected}, and the built image will {found}");
        findings.report(message).parameter(check.to_owned());
    }
}
