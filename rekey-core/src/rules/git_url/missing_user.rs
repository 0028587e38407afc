//! ssh without a user.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::{Transport, is_codecommit, ssh_user},
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-missing-user",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "SSH link names no user",
    why: "ssh logs in with the name of the service's own account then; forges accept `git` only.",
    help: "Write `git@` in front of the host.",
    basis: Basis::Upstream { source: "ssh(1); docs.github.com, \"About remote repositories\"" },
    since: "0.1.0",
    examples: &[
        Example::fixed("ssh://github.com/acme/app.git", "ssh://git@github.com/acme/app.git"),
        Example::fixed("github.com:acme/app.git", "git@github.com:acme/app.git"),
        Example::good("git@github.com:acme/app.git"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(host) = context.scan.host else { return };
    let over_ssh = context.scan.transport() == Some(Transport::Ssh);
    if over_ssh && context.scan.user.is_none() && context.is_sound() {
        let name = context.scan.str(Some(host)).unwrap_or_default();
        let user = ssh_user(name, context.scan.port_number);
        let expected =
            user.map_or_else(|| "your user name".to_owned(), |user| format!("a user such as `{user}@`"));
        let message = format!("expected {expected} in front of the host, found none");
        let draft = context.mend(findings, message, Span::at(host.start as usize));
        if is_codecommit(name.as_bytes()) {
            draft.help("Write the ID that IAM shows beside the uploaded public key (`APKA…`) and `@` in front of the host.");
        } else if user.is_none() {
            draft.help("Write the name of your account there and `@` in front of the host.");
        }
    }
}
