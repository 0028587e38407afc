//! Another ssh user than `git` at a forge.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::Transport,
    rule::{Applies, Check, Example, Rule},
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
        Example::good("git@github.com:acme/app.git"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let over_ssh = context.scan.transport() == Some(Transport::Ssh);
    let (Some(user), Some(known), true) =
        (context.scan.user, context.known_host(), over_ssh && context.is_sound())
    else {
        return;
    };
    // The older host of Azure is told the organization.
    let is_older = context.scan.of(context.scan.host).eq_ignore_ascii_case(b"vs-ssh.visualstudio.com");
    if user.of(context.scan.text()) != b"git" && !is_older {
        context.mend(findings, format!("expected the user `git` at {known}, found another"), user);
    }
}
