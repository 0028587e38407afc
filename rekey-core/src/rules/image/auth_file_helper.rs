//! A credential that is not in the file.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::auth_file::Login,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-auth-file-helper",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "credential is kept by another program",
    why: "`credHelpers` names a program that has the credential of the registry. The file holds none, so nothing about it can be \
          checked, and the file is of no use where the program is not installed.",
    help: "`podman login --authfile FILE REGISTRY` with a new file writes a credential into it.",
    basis: Basis::Upstream { source: "containers/image docs/containers-auth.json.5.md, \"credHelpers\"" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/acme/app:1.0-1")
            .given(&[("auth_file", r#"{"credHelpers": {"quay.io": "pass"}}"#)]),
        Example::good("quay.io/acme/app:1.0-1")
            .given(&[("auth_file", r#"{"credHelpers": {"docker.io": "pass"}}"#)]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let Some((registry, Login::Helper)) = context.any_login() {
        let message = format!(
            "the credential for `{registry}` is kept by a program that `credHelpers` names, not in the file"
        );
        findings.report(message).pointer("/credHelpers");
    }
}
