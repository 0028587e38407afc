//! An image that says that it runs as root.

use super::{Context, variable_undeclared};
use crate::{
    finding::{Findings, Severity},
    image::facts::Fact,
    policy::PolicyKind,
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::source,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-user-root",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::ScratchNonroot, PolicyKind::Konflux]),
    checks: &[preflight::RUN_AS_NON_ROOT],
    summary: "image runs as root",
    why: "A container that runs as root can do to its host what its sandbox does not prevent. A project may be allowed \
          to, after Red Hat's review: then the policy is `root`.",
    help: "Switch back with `USER 1001`, or another number that is not 0, after what needs root.",
    basis: source::preflight("internal/policy/container/runs_as_nonroot.go"),
    since: "0.1.0",
    examples: &[
        Example::fixed(
            "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER root\n",
            "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER root\nUSER 1001\n",
        ),
        Example::bad("ARG ID=0\nFROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nARG ID\nUSER $ID\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER 0\nRUN true\nUSER 1001\n"),
        Example::good("FROM scratch\nUSER root\n").given(&[("policy", "root")]),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };
    let set = &context.file.user;
    if let Fact::Known(user, _) = &context.facts.user
        && preflight::is_refused_user(user)
        && (set.step.is_some() || !user.is_empty())
    {
        let message = match user.as_str() {
            "" => "the user is empty after replacing variables, which is root".to_owned(),
            user => format!("expected a user other than root, found `{user}`"),
        };
        let place = set.span.unwrap_or(from.span);
        let draft = findings.report(message).at(place);
        if !variable_undeclared::is_cause(context, place) {
            context.leave_root(draft);
        }
    }
}
