//! A private repository cannot be cloned without a key.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    git_url::Transport,
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "submission-missing-key",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "private repository without a private key",
    why: "An SSH link is cloned with a key, even where the repository is public; the Build Service has none of its own.",
    help: "Give the private key whose public half is a deploy key of the repository, or the HTTPS link of a public one.",
    basis: partner_guide(
        "If your repository is private, then you must configure the build service with the SSH link and a private \
         SSH key.",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("git.url = git@github.com:acme/app.git\ntag = 1.0-1"),
        Example::bad("git.url = https://github.com/acme/app\ngit.private = true"),
        Example::good("git.url = https://github.com/acme/app\ntag = 1.0-1"),
        Example::good("git.url = git@github.com:acme/app.git\ngit.key = right.pem"),
    ],
    check: Check::Submission(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let git = &context.submission.git;
    if git.key.is_some() || git.found && git.private.is_none() {
        return;
    }
    let ssh = context.transport == Some(Transport::Ssh);
    if ssh || git.private == Some(true) {
        let why = if ssh { "the SSH link" } else { "the private repository" };
        context.report(findings, git.url.as_ref(), format!("expected a private key for {why}, found none"));
    }
}
