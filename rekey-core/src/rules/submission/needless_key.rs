//! A key that nothing uses.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    git_url::Transport,
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "submission-needless-key",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "private key with a link that does not use it",
    why: "git never uses an SSH key for an HTTPS link: a private repository stays out of reach, and for a public one a \
          secret is handed out for nothing.",
    help: "Leave the key out if the repository is public; give the SSH link if it is private.",
    basis: partner_guide(
        "If your repository is public, then all that is needed is the Git source URL (HTTPS link).",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("git.url = https://github.com/acme/app\ngit.key = right.pem"),
        Example::good("git.url = git@github.com:acme/app.git\ngit.key = right.pem"),
        Example::good("git.url = https://github.com/acme/app"),
    ],
    check: Check::Submission(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let git = &context.submission.git;
    let unused = matches!(context.transport, Some(Transport::Https | Transport::Http | Transport::Git));
    if git.key.is_some() && unused && !git.found {
        context.report(
            findings,
            git.key.as_ref(),
            "the private key is not used: the link is not an SSH link",
        );
    }
}
