//! An image that runs as root.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    policy::PolicyKind,
    preflight::{RUN_AS_NON_ROOT, is_refused_user},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-user-root",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::ScratchNonroot, PolicyKind::Konflux]),
    checks: &[RUN_AS_NON_ROOT],
    summary: "image runs as root",
    why: "Preflight fails an image whose user is empty, `0` or `root`, unless the project is allowed to run privileged.",
    help: "End the Dockerfile with a `USER` that is a number other than 0: `USER 1001`.",
    basis: preflight("internal/policy/container/runs_as_nonroot.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "root"}}"#)]),
        Example::bad("quay.io/a/b:1").given(&[("config", r#"{"config": {}, "rootfs": {}}"#)]),
        Example::good("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "1001"}}"#)]),
        Example::good("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "0:0"}}"#)]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(config) = context.config() else { return };
    if let Some(user) = config.facts.user.value().filter(|user| is_refused_user(user)) {
        let found = if user.is_empty() { "none, which is root".to_owned() } else { format!("`{user}`") };
        findings
            .report(format!("expected a user other than root, found {found}"))
            .pointer(format!("{}/User", config.settings));
    }
}
