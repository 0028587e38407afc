//! A password that ends with a newline.

use super::{Context, entry_pointer};
use crate::{
    finding::{Basis, Findings, Severity},
    image::auth_file::Login,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-auth-file-newline",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "password in the auth file ends with a newline",
    why: "`echo user:password | base64` encodes the newline, too. It is sent as a part of the password, and the registry answers \
          `unauthorized`.",
    help: "`podman login --authfile FILE REGISTRY` writes the credential; by hand it is `printf %s USER:PASSWORD | base64 -w0`.",
    basis: Basis::Upstream { source: "containers/image pkg/docker/config/config.go, decodeDockerAuth" },
    since: "0.1.0",
    examples: &[
        Example::bad("registry.example.com/app:1.0-1")
            .given(&[("auth_file", r#"{"auths": {"registry.example.com": {"auth": "dTprZXkK"}}}"#)]),
        Example::good("registry.example.com/app:1.0-1")
            .given(&[("auth_file", r#"{"auths": {"registry.example.com": {"auth": "dTprZXk="}}}"#)]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((_, Login::Entry { key, credential: Ok(credential) })) = context.any_login() else { return };
    if credential.password.ends_with_newline() {
        findings
            .report("expected the end of the password, found a newline after it")
            .pointer(entry_pointer(key));
    }
}
