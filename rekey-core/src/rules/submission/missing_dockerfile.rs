//! There is nothing to build from.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "submission-missing-dockerfile",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "submission has no Dockerfile",
    why: "The Build Service builds the file named `Dockerfile` unless another name is given.",
    help: "Add a `Dockerfile`, or give the name that yours has.",
    basis: partner_guide(
        "The build service clones your Github/Gitlab repository onto a build server, and uses the Dockerfile to build \
         your image.",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("git.url = https://github.com/acme/app\ntag = 1.0-1"),
        Example::good("git.url = https://github.com/acme/app\ndockerfile = FROM scratch"),
    ],
    check: Check::Submission(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    context.missing(findings, "a Dockerfile", |image| image.dockerfile.is_some());
}
