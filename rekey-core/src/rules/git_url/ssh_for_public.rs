//! An SSH link for a public repository.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    git_url::Transport,
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-ssh-for-public",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "public repository is given by its SSH link",
    why: "A public repository needs no key; with the SSH link the service has to have one.",
    help: "Give the HTTPS link.",
    basis: partner_guide(
        "If your repository is public, then all that is needed is the Git source URL (HTTPS link).",
    ),
    since: "0.1.0",
    examples: &[
        Example::fixed("git@github.com:acme/app.git", "https://github.com/acme/app.git")
            .given(&[("private", "false")]),
        Example::fixed("ssh://git@ssh.github.com:443/acme/app.git", "https://github.com/acme/app.git")
            .given(&[("private", "false")]),
        Example::good("https://github.com/acme/app").given(&[("private", "false")]),
        Example::good("git@github.com:acme/app.git"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let over_ssh = context.scan.transport() == Some(Transport::Ssh);
    if context.private == Some(false) && over_ssh && context.is_sound() {
        let message = "expected the HTTPS link of a public repository, found its SSH link".to_owned();
        context.mend(findings, message, context.scan.url);
    }
}
