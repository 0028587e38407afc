//! The user that the image runs as.

use super::{Context, Entry};
use crate::{
    facts::Fact,
    finding::Findings,
    preflight,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source,
    severity::Severity,
    target::Policy,
};

pub(super) static MISSING_USER: Entry = Entry {
    rule: Rule {
        id: "dockerfile-missing-user",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS
            .under(&[Policy::Container, Policy::ScratchNonroot, Policy::Konflux])
            .of_checks(&[preflight::Check::RunAsNonRoot]),
        summary: "no user is set, so the image runs as root",
        why: "A process that escapes a container as root may control the host; preflight rejects an image without a user.",
        help: "End the final stage with `USER 1001`, or with another nonzero number.",
        basis: source::preflight("internal/policy/container/runs_as_nonroot.go"),
        examples: &[
            Example::fixed(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCMD [\"/app\"]\n",
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCMD [\"/app\"]\nUSER 1001\n",
            ),
            Example::bad("FROM scratch\n"),
            Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER 1001\n"),
            Example::good("FROM acme/base\n"),
            Example::good("FROM registry.access.redhat.com/ubi9/python-312\n"),
        ],
    },
    check: missing_user,
};

fn missing_user(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };

    let set = context.file.user.step.is_some();
    if let Fact::Known(user, _) = &context.facts.user
        && user.is_empty()
        && !set
    {
        let draft = findings.report("no `USER` is set, so the image runs as root").at(from.span);
        context.leave_root(draft);
    }
}

pub(super) static USER_ROOT: Entry = Entry {
    rule: Rule {
        id: "dockerfile-user-root",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS
            .under(&[Policy::Container, Policy::ScratchNonroot, Policy::Konflux])
            .of_checks(&[preflight::Check::RunAsNonRoot]),
        summary: "image runs as root",
        why: "A process that escapes a container as root may control the host. Red Hat may allow a project to run as \
              root after a review: then use the policy `root`.",
        help: "Switch back with `USER 1001`, or another nonzero number, after the steps that need root.",
        basis: source::preflight("internal/policy/container/runs_as_nonroot.go"),
        examples: &[
            Example::fixed(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER root\n",
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER root\nUSER 1001\n",
            ),
            Example::bad(
                "ARG ID=0\nFROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nARG ID\nUSER $ID\n",
            ),
            Example::good(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER 0\nRUN true\nUSER 1001\n",
            ),
            Example::good("FROM scratch\nUSER root\n").given(&[("policy", "root")]),
        ],
    },
    check: user_root,
};

fn user_root(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };
    let set = &context.file.user;
    if let Fact::Known(user, _) = &context.facts.user
        && preflight::is_refused_user(user)
        && (set.step.is_some() || !user.is_empty())
    {
        let message = match user.as_str() {
            "" => "the user is empty after variables are expanded, which means root".to_owned(),
            user => format!("the image runs as root: its user is `{user}`"),
        };
        let place = set.span.unwrap_or(from.span);
        let draft = findings.report(message).at(place);
        if !super::variables::is_cause(context, place) {
            context.leave_root(draft);
        }
    }
}

pub(super) static USER_ROOT_UNDETECTED: Entry = Entry {
    rule: Rule {
        id: "dockerfile-user-root-undetected",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS.under(&[Policy::Container, Policy::ScratchNonroot, Policy::Konflux]),
        summary: "image runs as root, although preflight accepts the user",
        why: "Preflight rejects only `root`, `0` and an empty user; `0:0` and `root:root` are root as well, and the \
              policy guide forbids root.",
        help: "Run as a user other than 0; the group may be 0.",
        basis: Basis::Inferred {
            source: "the policy guide forbids root; internal/policy/container/runs_as_nonroot.go",
        },
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER 0:0\n"),
            Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER root:1001\n"),
            Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER 1001:0\n"),
        ],
    },
    check: user_root_undetected,
};

fn user_root_undetected(context: &Context<'_>, findings: &mut Findings) {
    let set = &context.file.user;
    if let (Fact::Known(user, _), Some(span)) = (&context.facts.user, set.span)
        && context.is_judged()
        && preflight::is_root(user)
        && !preflight::is_refused_user(user)
    {
        let draft = findings.report(format!("`{user}` is root")).at(span);
        context.leave_root(draft);
    }
}

pub(super) static USER_NAMED: Entry = Entry {
    rule: Rule {
        id: "dockerfile-user-named",
        subject: Subject::Dockerfile,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "user is a name, not a number",
        why: "With `runAsNonRoot: true`, Kubernetes does not start a container whose user is a name, because it \
              cannot tell whether the name is root.",
        help: "Write the user's number.",
        basis: Basis::Upstream {
            source: "kubernetes/kubernetes pkg/kubelet/kuberuntime/security_context_others.go",
        },
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER nginx\n"),
            Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER 101\n"),
            Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER root\n"),
        ],
    },
    check: user_named,
};

fn user_named(context: &Context<'_>, findings: &mut Findings) {
    let (Fact::Known(user, _), Some(span)) = (&context.facts.user, context.file.user.span) else { return };
    let name = user.split(':').next().unwrap_or_default();
    if context.is_judged() && !preflight::is_root(user) && name.bytes().any(|b| !b.is_ascii_digit()) {
        findings.report(format!("the user `{name}` is a name, not a number")).at(span);
    }
}
