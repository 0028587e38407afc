//! Access to public and private repositories.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    git_url::Transport,
    rule::{Example, Rule, Scope, Subject},
    rules::source::partner_guide,
    severity::Severity,
    target::Flow,
};

pub(super) static SSH_FOR_PUBLIC: Entry = Entry {
    rule: Rule {
        id: "git-url-ssh-for-public",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "public repository has an SSH link",
        why: "A public repository needs no key; an SSH link does.",
        help: "Give the HTTPS link.",
        basis: partner_guide(
            "If your repository is public, then all that is needed is the Git source URL (HTTPS link).",
        ),
        examples: &[
            Example::fixed("git@github.com:acme/app.git", "https://github.com/acme/app.git")
                .given(&[("private", "false")]),
            Example::fixed("ssh://git@ssh.github.com:443/acme/app.git", "https://github.com/acme/app.git")
                .given(&[("private", "false")]),
            Example::good("https://github.com/acme/app").given(&[("private", "false")]),
            Example::good("git@github.com:acme/app.git"),
        ],
    },
    check: ssh_for_public,
};

fn ssh_for_public(context: &Context<'_>, findings: &mut Findings) {
    let over_ssh = context.scan.transport() == Some(Transport::Ssh);
    if context.private == Some(false) && over_ssh && context.is_sound() {
        let message = "the repository is public, but this is its SSH link".to_owned();
        context.fix(findings, message, context.scan.url);
    }
}

pub(super) static HTTPS_FOR_PRIVATE: Entry = Entry {
    rule: Rule {
        id: "git-url-https-for-private",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "private repository has an HTTPS link",
        why: "Over HTTPS, a private repository asks for a password, and the service has none.",
        help: "Give the SSH link, and a private key whose public key the repository has.",
        basis: partner_guide(
            "If your repository is private, then you must configure the build service with the SSH link and a private SSH key.",
        ),
        examples: &[
            Example::fixed("https://github.com/acme/app", "git@github.com:acme/app.git")
                .given(&[("private", "true")]),
            Example::good("git@github.com:acme/app.git").given(&[("private", "true")]),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: https_for_private,
};

fn https_for_private(context: &Context<'_>, findings: &mut Findings) {
    let over_https = matches!(context.scan.transport(), Some(Transport::Https | Transport::Http));
    if context.private == Some(true) && over_https && context.is_sound() {
        let message = "the repository is private, but this is its HTTPS link".to_owned();
        context.fix(findings, message, context.scan.url);
    }
}
