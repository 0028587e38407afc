//! Another ssh user than `git` at a forge.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::{Transport, is_codecommit, organization_user},
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-forge-user",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "SSH link names a user that the forge does not have",
    why: "Forges know people by their keys: everybody logs in as `git`, and any other name is refused.",
    help: "Write `git@`.",
    basis: Basis::Upstream {
        source: "docs.github.com, \"Testing your SSH connection\"; docs.gitlab.com, \"Use SSH keys\"",
    },
    since: "0.1.0",
    examples: &[
        Example::fixed("jane@github.com:acme/app.git", "git@github.com:acme/app.git"),
        Example::fixed("git@acme.ghe.com:shop/app.git", "acme@acme.ghe.com:shop/app.git"),
        Example::bad("ssh://git@git-codecommit.us-east-1.amazonaws.com/v1/repos/app"),
        Example::good("git@github.com:acme/app.git"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let over_ssh = context.scan.transport() == Some(Transport::Ssh);
    let (Some(user), true) = (context.scan.user, over_ssh && context.is_sound()) else { return };
    let Some(known) = context.known_host() else { return check_unknown(context, findings, user) };
    // The older host of Azure is told the organization.
    let is_older = context.scan.of(context.scan.host).eq_ignore_ascii_case(b"vs-ssh.visualstudio.com");
    if user.of(context.scan.text()) != b"git" && !is_older {
        context.mend(findings, format!("expected the user `git` at {known}, found another"), user);
    }
}

/// Hosts that are known by their domain, of which each has a user of its own, or a user for each person.
fn check_unknown(context: &Context<'_>, findings: &mut Findings, user: Span) {
    let scan = context.scan;
    let (Some(host), Some(name)) = (scan.str(scan.host), scan.str(Some(user))) else { return };
    if let Some(expected) = organization_user(host) {
        if !name.eq_ignore_ascii_case(expected) {
            context.mend(
                findings,
                format!("expected the user `{expected}` at `{host}`, found another"),
                user,
            );
        }
    } else if name == "git" && is_codecommit(host.as_bytes()) {
        let message = "expected the ID of an SSH key as the user at AWS CodeCommit, found `git`".to_owned();
        context
            .report(findings, message, user)
            .help("Write the ID that IAM shows beside the uploaded public key (`APKA…`) before the `@`.");
    }
}
