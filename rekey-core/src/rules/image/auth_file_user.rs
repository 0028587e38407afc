//! A user that the registry does not know.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::{auth_file::User, registry::PushTarget},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-auth-file-user",
    severity: Severity::Error,
    applies: Applies::outside_flow(Flow::External),
    checks: &[],
    summary: "credential is not that of a project",
    why: "The key of a project goes with one user: an account of your own may not push to Red Hat's registry.",
    help: "Log in with the user that the project's page names.",
    basis: Basis::Inferred {
        source: "the partner guide's `podman login -u unused scan.connect.redhat.com`, and `podman login -u \
                 redhat-isv-containers+<project id>-robot quay.io` in partners' push scripts",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1")
            .given(&[("auth_file", r#"{"auths": {"scan.connect.redhat.com": {"auth": "YWxpY2U6S0VZ"}}}"#)]),
        Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1").given(&[(
            "auth_file",
            r#"{"auths": {"scan.connect.redhat.com": {"auth": "dW51c2VkOktFWQ=="}}}"#,
        )]),
    ],
    check: Check::Image(check),
};

/// Another user is not shown: the key may stand in its place.
fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((target, credential, pointer)) = context.credential() else { return };
    let found = match (target, &credential.user) {
        (PushTarget::Scan { .. }, User::Unused) | (PushTarget::Quay { .. }, User::Robot { .. }) => return,
        (_, User::Unused) => "`unused`",
        (_, User::Robot { .. }) => "a robot account of `quay.io`",
        (_, User::Other) => "another",
    };
    let user = target.login_user();
    let draft = findings.report(format!("expected the user `{user}`, found {found}")).pointer(pointer);
    draft.help(format!("`podman login --authfile FILE -u {user} {}` asks for the key.", target.registry()));
}
