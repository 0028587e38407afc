//! More credentials than Red Hat needs to have.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-auth-file-several",
    severity: Severity::Warning,
    applies: Applies::in_flow(Flow::External),
    checks: &[],
    summary: "auth file holds more than one credential",
    why: "`preflight check container --submit --docker-config FILE` sends the whole file to Red Hat, unless the project's \
          registry is Red Hat's own.",
    help: "Write a file for this alone: `podman login --authfile FILE REGISTRY`.",
    basis: preflight("internal/lib/types.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("registry.example.com/app:1.0-1").given(&[(
            "auth_file",
            r#"{"auths": {"registry.example.com": {"auth": "dTprZXk="}, "docker.io": {"auth": "dTprZXk="}}}"#,
        )]),
        Example::good("registry.example.com/app:1.0-1")
            .given(&[("auth_file", r#"{"auths": {"registry.example.com": {"auth": "dTprZXk="}}}"#)]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let count = context.auth_file().map_or(0, crate::image::auth_file::AuthFile::credentials);
    if count > 1 {
        findings.report(format!("expected one credential, found {count}")).pointer("/auths");
    }
}
