//! Advice that no key can show to be followed.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "submission-dedicated-key",
    severity: Severity::Note,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "a key should serve one project only",
    why: "Whoever holds a personal key can write to all that its owner can. A key file does not show what else it opens.",
    help: "Make a pair for this project: `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C PROJECT -f project_key`.",
    basis: partner_guide(
        "It is recommended to create a new public and private SSH key just for the project. Never use your own \
         personal private key.",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("git.url = git@github.com:acme/app.git\ngit.key = right.pem"),
        Example::good("git.url = https://github.com/acme/app"),
    ],
    check: Check::Submission(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let key = context.submission.git.key.as_ref();
    if key.is_some() {
        context.report(findings, key, "nothing shows whether this key is used for this project only");
    }
}
