//! The Build Service has nothing to clone.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "submission-missing-git-url",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "submission has no git source URL",
    why: "The Build Service clones the repository at this URL; without it there is nothing to build.",
    help: "Give the HTTPS link of a public repository, or the SSH link of a private one and a key.",
    basis: partner_guide(
        "Fill in the Git source and the Dockerfile name if it has a name other than “Dockerfile”.",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("tag = 1.0-1"),
        Example::good("git.url = https://github.com/acme/app\ntag = 1.0-1"),
    ],
    check: Check::Submission(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.submission.git.url.is_none() {
        context.report(findings, None, "expected a git source URL, found none");
    }
}
