//! Users and secrets before the host.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    git_url::{ProblemKind, Secret, Transport, is_codecommit, organization_user, ssh_user},
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
    text::Span,
};

pub(super) static USER_INFO: Entry = Entry {
    rule: Rule {
        id: "git-url-user-info",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "URL names a user",
        why: "Over HTTPS the name is not part of the address: git then asks for a password, which the service does \
              not have.",
        help: "Remove the name and the `@`.",
        basis: Basis::Practice {
            source: "non-interactive clones; the name ends up in .git/config and in logs",
        },
        examples: &[
            Example::fixed("https://jane@bitbucket.org/acme/app.git", "https://bitbucket.org/acme/app.git"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: user_info,
};

fn user_info(context: &Context<'_>, findings: &mut Findings) {
    context.fix_problems(findings, &[ProblemKind::UserInfo]);
}

pub(super) static SECRET: Entry = Entry {
    rule: Rule {
        id: "git-url-secret",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL contains a password or token",
        why: "git writes the URL into its configuration and into logs, so everyone who can see a build can see the \
              secret. Once it expires, rebuilds fail.",
        help: "Revoke the secret; it is compromised. Give the URL without it: use an SSH key to clone a private \
               repository.",
        basis: Basis::Practice {
            source: "git-clone(1) warns of it; forges revoke tokens that they find in public",
        },
        examples: &[
            Example::fixed("https://jane:hunter2@github.com/acme/app", "https://github.com/acme/app"),
            Example::fixed("https://oauth2:x@gitlab.com/acme/app.git", "https://gitlab.com/acme/app.git"),
            Example::bad("https://git.example.com/app.git?private_token=glpat-0123456789abcdefghij"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: secret,
};

fn secret(context: &Context<'_>, findings: &mut Findings) {
    let Some((span, kind)) = context.scan.secret else { return };
    let found = match kind {
        Secret::Token(issuer) => issuer.token(),
        Secret::JobToken => "token of a CI job",
        Secret::OAuthToken => "OAuth token",
        _ => "password or token",
    };
    let article = if found.starts_with(['A', 'O']) { "an" } else { "a" };
    let draft = context.fix(findings, format!("the URL contains {article} {found}"), span);
    if let Some(page) = kind.revoke_at() {
        draft.help(format!("Revoke the token at {page}; it is compromised. Give the URL without it."));
    }
}

pub(super) static INVALID_USER: Entry = Entry {
    rule: Rule {
        id: "git-url-invalid-user",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "user name is not valid for ssh",
        why: "Programs disagree about where a user name with `@`, `:` or other special characters ends, and a shell \
              may interpret them (CVE-2023-51385).",
        help: "Write the user with letters, digits, `.`, `_` and `-`, and an `@` in it as `%40` after `ssh://`; \
               forges know only the user `git`.",
        basis: Basis::Upstream { source: "OpenSSH 9.6 release notes, CVE-2023-51385; git connect.c" },
        examples: &[
            Example::bad("ssh://me@work@git.example.com/acme/app"),
            Example::fixed("@github.com:acme/app.git", "git@github.com:acme/app.git"),
            Example::good("ssh://me%40corp.com@git.example.com/acme/app"),
            Example::good("git@github.com:acme/app.git"),
        ],
    },
    check: invalid_user,
};

fn invalid_user(context: &Context<'_>, findings: &mut Findings) {
    for problem in
        context.problems(&[ProblemKind::SecondAt, ProblemKind::EmptyUser, ProblemKind::UserCharacter])
    {
        context.fix(findings, problem.to_string(), problem.span);
    }
}

pub(super) static MISSING_USER: Entry = Entry {
    rule: Rule {
        id: "git-url-missing-user",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "SSH link has no user",
        why: "Without one, ssh logs in with the name of the service's own account; forges accept only `git`.",
        help: "Write `git@` in front of the host.",
        basis: Basis::Upstream { source: "ssh(1); docs.github.com, \"About remote repositories\"" },
        examples: &[
            Example::fixed("ssh://github.com/acme/app.git", "ssh://git@github.com/acme/app.git"),
            Example::fixed("github.com:acme/app.git", "git@github.com:acme/app.git"),
            Example::good("git@github.com:acme/app.git"),
        ],
    },
    check: missing_user,
};

fn missing_user(context: &Context<'_>, findings: &mut Findings) {
    let Some(host) = context.scan.host else { return };
    let over_ssh = context.scan.transport() == Some(Transport::Ssh);
    if over_ssh && context.scan.user.is_none() && context.is_sound() {
        let name = context.scan.str(Some(host)).unwrap_or_default();
        let user = ssh_user(name, context.scan.port_number);
        let expected =
            user.map_or_else(|| "your user name".to_owned(), |user| format!("a user such as `{user}@`"));
        let message = format!("{expected} is missing in front of the host");
        let draft = context.fix(findings, message, Span::at(host.start as usize));
        if is_codecommit(name.as_bytes()) {
            draft.help(
                "Write the ID that IAM shows beside the uploaded public key (`APKA…`) and `@` in front \
                        of the host.",
            );
        } else if user.is_none() {
            draft.help("Write the name of your account there and `@` in front of the host.");
        }
    }
}

pub(super) static FORGE_USER: Entry = Entry {
    rule: Rule {
        id: "git-url-forge-user",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "user of the SSH link does not exist at the forge",
        why: "Forges know people by their keys: everyone logs in as `git`, and any other name is rejected.",
        help: "Write `git@`.",
        basis: Basis::Upstream {
            source: "docs.github.com, \"Testing your SSH connection\"; docs.gitlab.com, \"Use SSH keys\"",
        },
        examples: &[
            Example::fixed("jane@github.com:acme/app.git", "git@github.com:acme/app.git"),
            Example::fixed("git@acme.ghe.com:shop/app.git", "acme@acme.ghe.com:shop/app.git"),
            Example::bad("ssh://git@git-codecommit.us-east-1.amazonaws.com/v1/repos/app"),
            Example::good("git@github.com:acme/app.git"),
        ],
    },
    check: forge_user,
};

fn forge_user(context: &Context<'_>, findings: &mut Findings) {
    let over_ssh = context.scan.transport() == Some(Transport::Ssh);
    let (Some(user), true) = (context.scan.user, over_ssh && context.is_sound()) else { return };
    let Some(known) = context.known_host() else { return check_unknown(context, findings, user) };
    // The older Azure host takes the organization as the user.
    let is_older = context.scan.of(context.scan.host).eq_ignore_ascii_case(b"vs-ssh.visualstudio.com");
    if user.of(context.scan.text()) != b"git" && !is_older {
        context.fix(findings, format!("the user at {known} is `git`"), user);
    }
}

/// Checks hosts that are known by their domain, and have a user of their own or one for each person.
fn check_unknown(context: &Context<'_>, findings: &mut Findings, user: Span) {
    let scan = context.scan;
    let (Some(host), Some(name)) = (scan.str(scan.host), scan.str(Some(user))) else { return };
    if let Some(expected) = organization_user(host) {
        if !name.eq_ignore_ascii_case(expected) {
            context.fix(findings, format!("the user at `{host}` is `{expected}`"), user);
        }
    } else if name == "git" && is_codecommit(host.as_bytes()) {
        let message = "the user at AWS CodeCommit is the ID of an SSH key, not `git`".to_owned();
        context
            .report(findings, message, user)
            .help("Write the ID that IAM shows beside the uploaded public key (`APKA…`) before the `@`.");
    }
}
