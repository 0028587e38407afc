//! A user that Kubernetes cannot judge.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::facts::Fact,
    preflight,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-user-named",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "user is a name, not a number",
    why: "With `runAsNonRoot: true` Kubernetes does not start a container whose user is a name, since it cannot tell \
          whether the name is root.",
    help: "Give the number of the user.",
    basis: Basis::Upstream {
        source: "kubernetes/kubernetes pkg/kubelet/kuberuntime/security_context_others.go",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER nginx\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER 101\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER root\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Fact::Known(user, _), Some(span)) = (&context.facts.user, context.file.user.span) else { return };
    let name = user.split(':').next().unwrap_or_default();
    if context.is_judged() && !preflight::is_root(user) && name.bytes().any(|b| !b.is_ascii_digit()) {
        findings.report(format!("expected a number, found the name `{name}`")).at(span);
    }
}
