//! An image that runs as root because nobody said otherwise.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::facts::Fact,
    policy::PolicyKind,
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::source,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-user-missing",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::ScratchNonroot, PolicyKind::Konflux]),
    checks: &[preflight::RUN_AS_NON_ROOT],
    summary: "no user is set, so the image runs as root",
    why: "A container that runs as root can do to its host what its sandbox does not prevent; preflight refuses an image \
          without a user.",
    help: "End the final stage with `USER 1001`, or with another number that is not 0.",
    basis: source::preflight("internal/policy/container/runs_as_nonroot.go"),
    since: "0.1.0",
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
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };

    let set = context.file.user.step.is_some();
    if let Fact::Known(user, _) = &context.facts.user
        && user.is_empty()
        && !set
    {
        let draft = findings.report("expected `USER` with a user other than root, found none").at(from.span);
        context.leave_root(draft);
    }
}
