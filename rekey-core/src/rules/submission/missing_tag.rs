//! The Build Service asks for a tag.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "submission-missing-tag",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "submission has no image tag",
    why: "A build is started with the tag that its image will have.",
    help: "Give a tag such as `1.0-1`: your version, a dash, and the number of the build.",
    basis: partner_guide("Enter a tag number in the field provided"),
    since: "0.1.0",
    examples: &[
        Example::bad("git.url = https://github.com/acme/app"),
        Example::good("git.url = https://github.com/acme/app\ntag = 1.0-1"),
    ],
    check: Check::Submission(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    context.missing(findings, "an image tag", |image| image.tag.is_some());
}
