//! An image that runs as root although preflight does not see it.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::PolicyKind,
    preflight::{is_refused_user, is_root},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-user-root-unseen",
    severity: Severity::Warning,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::ScratchNonroot, PolicyKind::Konflux]),
    checks: &[],
    summary: "image runs as root by another spelling",
    why: "Preflight compares the user letter by letter, so `0:0` and `root:root` pass. The image runs as root all the \
          same, which the policy guide allows to privileged projects only.",
    help: "End the Dockerfile with a `USER` that is a number other than 0: `USER 1001`.",
    basis: Basis::Inferred {
        source: "Red Hat OpenShift Software Certification Policy Guide, image content requirements",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "0:0"}}"#)]),
        Example::bad("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "root:1001"}}"#)]),
        Example::good("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "1001:0"}}"#)]),
        Example::good("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "0"}}"#)]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(config) = context.config() else { return };
    if let Some(user) = config.facts.user.value().filter(|user| is_root(user) && !is_refused_user(user)) {
        let message = format!("expected a user other than root, found `{user}`");
        findings.report(message).pointer(format!("{}/User", config.settings));
    }
}
