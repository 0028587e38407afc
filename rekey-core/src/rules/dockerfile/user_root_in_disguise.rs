//! Root in a spelling that preflight does not know.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::facts::Fact,
    policy::PolicyKind,
    preflight,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-user-root-in-disguise",
    severity: Severity::Warning,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::ScratchNonroot, PolicyKind::Konflux]),
    checks: &[],
    summary: "image runs as root although preflight lets it pass",
    why: "Preflight compares with `root`, `0` and nothing; `0:0` and `root:root` are root all the same, and the policy \
          guide forbids root.",
    help: "Run as a user other than 0; the group may be 0.",
    basis: Basis::Inferred {
        source: "the policy guide forbids root; internal/policy/container/runs_as_nonroot.go",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER 0:0\n"),
        Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER root:1001\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER 1001:0\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
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
