//! The key of one project for the repository of another.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::{auth_file::User, registry::is_project_id},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "image-auth-file-other-project",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::Quay),
    checks: &[],
    summary: "credential belongs to another project",
    why: "A project's robot account may push to the project's repository and to no other: the push is refused as \
          `unauthorized`.",
    help: "Log in as the robot account of the project that the reference names.",
    basis: partner_guide("This Registry Key is unique per project"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/redhat-isv-containers/5f0d30f5bbd852dbf4220902:1.0-1").given(&[(
            "auth_file",
            r#"{"auths": {"quay.io": {"auth":
                "cmVkaGF0LWlzdi1jb250YWluZXJzKzYwZDMwZjViYmQ4NTJkYmY0MjIwOTAyYi1yb2JvdDpLRVk="}}}"#,
        )]),
        Example::good("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1").given(&[(
            "auth_file",
            r#"{"auths": {"quay.io": {"auth":
                "cmVkaGF0LWlzdi1jb250YWluZXJzKzYwZDMwZjViYmQ4NTJkYmY0MjIwOTAyYi1yb2JvdDpLRVk="}}}"#,
        )]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((target, credential, pointer)) = context.credential() else { return };
    let User::Robot { project } = &credential.user else { return };
    let wanted = target.project();
    if is_project_id(wanted) && project != wanted {
        findings
            .report(format!("expected the credential of project `{wanted}`, found that of `{project}`"))
            .pointer(pointer)
            .help(format!("Log in as `{}`, with that project's key.", target.login_user()));
    }
}
