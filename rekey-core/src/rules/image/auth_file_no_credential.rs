//! A push that nobody is logged in for.

use super::{Context, entry_pointer};
use crate::{
    finding::{Basis, Findings, Severity},
    image::auth_file::Login,
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-auth-file-no-credential",
    severity: Severity::Error,
    applies: Applies::outside_flow(Flow::External),
    checks: &[],
    summary: "auth file has no credential for the reference",
    why: "The push goes out without a user and is refused as `unauthorized`.",
    help: "`podman login --authfile FILE -u USER REGISTRY` writes the credential.",
    basis: Basis::Upstream { source: "containers/image pkg/docker/config/config.go, findCredentialsInFile" },
    since: "0.1.0",
    examples: &[
        Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1")
            .given(&[("auth_file", r#"{"auths": {"quay.io": {"auth": "dW51c2VkOktFWQ=="}}}"#)]),
        Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1")
            .given(&[("auth_file", r#"{"auths": {"scan.connect.redhat.com": {}}}"#)]),
        Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1").given(&[(
            "auth_file",
            r#"{"auths": {"scan.connect.redhat.com": {"auth": "dW51c2VkOktFWQ=="}}}"#,
        )]),
        Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1")
            .given(&[("auth_file", r#"{"auths": {}, "credHelpers": {"scan.connect.redhat.com": "pass"}}"#)]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((target, login)) = context.login() else { return };
    let (pointer, found) = match login {
        Login::Anonymous => ("/auths".to_owned(), context.why_anonymous()),
        Login::Entry { key, credential: Err(none) } => (entry_pointer(key), none.to_string()),
        Login::Entry { .. } | Login::Helper => return,
    };
    let registry = target.registry();
    findings
        .report(format!("expected a credential for `{registry}`, {found}"))
        .pointer(pointer)
        .help(format!("`podman login --authfile FILE -u {} {registry}` writes it.", target.login_user()));
}
