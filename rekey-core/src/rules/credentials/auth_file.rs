//! Auth files and registry keys.

use super::{Context, Entry, entry_pointer};
use crate::{
    credentials::auth_file::{Login, Problem, User},
    finding::Findings,
    reference::registry::{PushTarget, is_project_id},
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::{partner_guide, preflight},
    severity::Severity,
    target::Flow,
};

pub(super) static INVALID_AUTH_FILE: Entry = Entry {
    rule: Rule {
        id: "credentials-invalid-auth-file",
        subject: Subject::Credentials,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "text is not a valid auth file",
        why: "Podman, docker and skopeo read credentials below `auths` in JSON, and stop if they cannot.",
        help: "Run `podman login --authfile NEW`, which writes such a file.",
        basis: Basis::Upstream { source: "containers/image docs/containers-auth.json.5.md" },
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("auth_file", "quay.io user key")]),
            Example::bad("quay.io/a/b:1").given(&[("auth_file", r#"{"quay.io": {"auth": "dTprZXk="}}"#)]),
            Example::bad("quay.io/a/b:1").given(&[("auth_file", "eyJhdXRocyI6IHt9fQ==")]),
            Example::good("quay.io/a/b:1").given(&[("auth_file", r#"{"auths": {}}"#)]),
            Example::good("quay.io/a/b:1").given(&[("auth_file", r#"{"credsStore": "desktop"}"#)]),
        ],
    },
    check: invalid_auth_file,
};

fn invalid_auth_file(context: &Context<'_>, findings: &mut Findings) {
    if let Context::AuthFile(Err(problem), _) = context {
        let draft = findings.report(problem.to_string());
        if matches!(
            problem,
            Problem::ByteOrderMark | Problem::Utf16 | Problem::Base64 | Problem::Secret | Problem::Legacy
        ) {
            draft.help("Run `rekey convert auth-file FILE --out NEW`: it extracts the auth file.");
        }
    }
}

pub(super) static MISSING: Entry = Entry {
    rule: Rule {
        id: "credentials-missing",
        subject: Subject::Credentials,
        severity: Severity::Error,
        scope: Scope::outside_flow(Flow::External),
        summary: "auth file has no credential for the reference",
        why: "The push is sent without a user and rejected as `unauthorized`.",
        help: "Run `podman login --authfile FILE -u USER REGISTRY`, which writes the credential.",
        basis: Basis::Upstream {
            source: "containers/image pkg/docker/config/config.go, findCredentialsInFile",
        },
        examples: &[
            Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1")
                .given(&[("auth_file", r#"{"auths": {"quay.io": {"auth": "dW51c2VkOktFWQ=="}}}"#)]),
            Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1")
                .given(&[("auth_file", r#"{"auths": {"scan.connect.redhat.com": {}}}"#)]),
            Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1").given(&[(
                "auth_file",
                r#"{"auths": {"scan.connect.redhat.com": {"auth": "dW51c2VkOktFWQ=="}}}"#,
            )]),
            Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1").given(&[(
                "auth_file",
                r#"{"auths": {}, "credHelpers": {"scan.connect.redhat.com": "pass"}}"#,
            )]),
        ],
    },
    check: missing,
};

fn missing(context: &Context<'_>, findings: &mut Findings) {
    let Some((target, login)) = context.login() else { return };
    let (pointer, reason) = match login {
        Login::Anonymous => ("/auths".to_owned(), context.why_anonymous()),
        Login::Entry { key, credential: Err(none) } => (entry_pointer(key), format!(": {none}")),
        Login::Entry { .. } | Login::Helper => return,
    };
    let registry = target.registry();
    findings
        .report(format!("the auth file has no credential for `{registry}`{reason}"))
        .pointer(pointer)
        .help(format!(
            "Run `podman login --authfile FILE -u {} {registry}`, which writes it.",
            target.login_user()
        ));
}

pub(super) static OTHER_PROJECT: Entry = Entry {
    rule: Rule {
        id: "credentials-other-project",
        subject: Subject::Credentials,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::Quay),
        summary: "credential belongs to another project",
        why: "A project's robot account may push to the project's repository and to no other: the push is rejected as \
              `unauthorized`.",
        help: "Log in as the robot account of the project that the reference names.",
        basis: partner_guide("This Registry Key is unique per project"),
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
    },
    check: other_project,
};

fn other_project(context: &Context<'_>, findings: &mut Findings) {
    let Some((target, credential, pointer)) = context.credential() else { return };
    let User::Robot { project } = &credential.user else { return };
    let wanted = target.project();
    if is_project_id(wanted) && project != wanted {
        findings
            .report(format!("the credential is for project `{project}`, not for `{wanted}`"))
            .pointer(pointer)
            .help(format!("Log in as `{}`, with that project's key.", target.login_user()));
    }
}

pub(super) static WRONG_USER: Entry = Entry {
    rule: Rule {
        id: "credentials-wrong-user",
        subject: Subject::Credentials,
        severity: Severity::Error,
        scope: Scope::outside_flow(Flow::External),
        summary: "credential does not belong to a project",
        why: "A project's key works with one user: your own account may not push to Red Hat's registry.",
        help: "Log in with the user that the project's page names.",
        basis: Basis::Inferred {
            source: "the partner guide's `podman login -u unused scan.connect.redhat.com`, and `podman login -u \
                     redhat-isv-containers+<project id>-robot quay.io` in partners' push scripts",
        },
        examples: &[
            Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1").given(&[(
                "auth_file",
                r#"{"auths": {"scan.connect.redhat.com": {"auth": "YWxpY2U6S0VZ"}}}"#,
            )]),
            Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1").given(&[(
                "auth_file",
                r#"{"auths": {"scan.connect.redhat.com": {"auth": "dW51c2VkOktFWQ=="}}}"#,
            )]),
        ],
    },
    check: wrong_user,
};

/// Another user is not shown, since it may be the key.
fn wrong_user(context: &Context<'_>, findings: &mut Findings) {
    let Some((target, credential, pointer)) = context.credential() else { return };
    let user = match (target, &credential.user) {
        (PushTarget::Scan { .. }, User::Unused) | (PushTarget::Quay { .. }, User::Robot { .. }) => return,
        (_, User::Unused) => "`unused`",
        (_, User::Robot { .. }) => "a robot account of `quay.io`",
        (_, User::Other) => "another user",
    };
    let expected = target.login_user();
    let draft =
        findings.report(format!("the credential is for {user}, not for `{expected}`")).pointer(pointer);
    draft.help(format!(
        "Run `podman login --authfile FILE -u {expected} {}`, which asks for the key.",
        target.registry()
    ));
}

pub(super) static MULTIPLE: Entry = Entry {
    rule: Rule {
    id: "credentials-multiple",
    subject: Subject::Credentials,
    severity: Severity::Warning,
    scope: Scope::in_flow(Flow::External),
    summary: "auth file holds more than one credential",
    why: "`preflight check container --submit --docker-config FILE` sends the whole file to Red Hat, unless the project's \
              registry is Red Hat's own.",
    help: "Write a separate file for this registry with `podman login --authfile NEW REGISTRY`.",
    basis: preflight("internal/lib/types.go, Submit; internal/pyxis/submit.go, SubmitResults"),
    examples: &[
        Example::bad("registry.example.com/app:1.0-1").given(&[(
            "auth_file",
            r#"{"auths": {"registry.example.com": {"auth": "dTprZXk="}, "docker.io": {"auth": "dTprZXk="}}}"#,
        )]),
        Example::good("registry.example.com/app:1.0-1")
            .given(&[("auth_file", r#"{"auths": {"registry.example.com": {"auth": "dTprZXk="}}}"#)]),
    ],
},
    check: multiple,
};

fn multiple(context: &Context<'_>, findings: &mut Findings) {
    let count = context.auth_file().map_or(0, crate::credentials::auth_file::AuthFile::credentials);
    if count > 1 {
        let draft = findings
            .report(format!("the file holds {count} credentials; only one is needed"))
            .pointer("/auths");
        if let Some((registry, _)) = context.any_login() {
            draft.help(format!(
                "Write a separate file for this registry with `podman login --authfile NEW {registry}`."
            ));
        }
    }
}

pub(super) static HELPER: Entry = Entry {
    rule: Rule {
        id: "credentials-helper",
        subject: Subject::Credentials,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "credential is stored by another program",
        why: "`credHelpers` names the program that stores the registry's credential. The file contains none, so rekey \
              cannot check it, and the file is useless on a machine without that program.",
        help: "Run `podman login --authfile NEW REGISTRY`, which writes a credential into a new file.",
        basis: Basis::Upstream { source: "containers/image docs/containers-auth.json.5.md, \"credHelpers\"" },
        examples: &[
            Example::bad("quay.io/acme/app:1.0-1")
                .given(&[("auth_file", r#"{"credHelpers": {"quay.io": "pass"}}"#)]),
            Example::good("quay.io/acme/app:1.0-1")
                .given(&[("auth_file", r#"{"credHelpers": {"docker.io": "pass"}}"#)]),
        ],
    },
    check: helper,
};

fn helper(context: &Context<'_>, findings: &mut Findings) {
    if let Some((registry, Login::Helper)) = context.any_login() {
        let message = format!(
            "the credential for `{registry}` is stored by a program that `credHelpers` names, not in the file"
        );
        let help = format!(
            "Run `podman login --authfile NEW {registry}`, which writes a credential into a new file."
        );
        findings.report(message).pointer("/credHelpers").help(help);
    }
}

pub(super) static NEWLINE: Entry = Entry {
    rule: Rule {
        id: "credentials-newline",
        subject: Subject::Credentials,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "password in the auth file ends with a newline",
        why: "`echo user:password | base64` encodes the newline, too. It is sent as part of the password, and the \
              registry answers `unauthorized`.",
        help: "Run `podman login --authfile FILE REGISTRY`, which writes the credential without a newline.",
        basis: Basis::Upstream { source: "containers/image pkg/docker/config/config.go, decodeDockerAuth" },
        examples: &[
            Example::bad("registry.example.com/app:1.0-1")
                .given(&[("auth_file", r#"{"auths": {"registry.example.com": {"auth": "dTprZXkK"}}}"#)]),
            Example::good("registry.example.com/app:1.0-1")
                .given(&[("auth_file", r#"{"auths": {"registry.example.com": {"auth": "dTprZXk="}}}"#)]),
        ],
    },
    check: newline,
};

fn newline(context: &Context<'_>, findings: &mut Findings) {
    let Some((registry, Login::Entry { key, credential: Ok(credential) })) = context.any_login() else {
        return;
    };
    if credential.password.ends_with_newline() {
        let help = format!(
            "Run `podman login --authfile FILE {registry}`, which writes the credential without a newline."
        );
        findings.report("the password ends with a newline").pointer(entry_pointer(key)).help(help);
    }
}
