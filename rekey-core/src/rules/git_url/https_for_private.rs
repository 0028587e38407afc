//! An HTTPS link for a private repository.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    git_url::Transport,
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-https-for-private",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "private repository is given by its HTTPS link",
    why: "Over https a private repository asks for a password, and nobody is there to type it.",
    help: "Give the SSH link, and a private key whose public half the repository has.",
    basis: partner_guide(
        "If your repository is private, then you must configure the build service with the SSH link and a private SSH key.",
    ),
    since: "0.1.0",
    examples: &[
        Example::fixed("https://github.com/acme/app", "git@github.com:acme/app.git")
            .given(&[("private", "true")]),
        Example::good("git@github.com:acme/app.git").given(&[("private", "true")]),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let over_https = matches!(context.scan.transport(), Some(Transport::Https | Transport::Http));
    if context.private == Some(true) && over_https && context.is_sound() {
        let message = "expected the SSH link of a private repository, found its HTTPS link".to_owned();
        context.mend(findings, message, context.scan.url);
    }
}
