//! One key for two projects.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-reused",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "another project has the same key",
    why: "Whoever has the key of one project has the source of both, and a git host such as GitHub refuses a deploy key that \
          another repository has (\"Key is already in use\").",
    help: "Make a pair for each project: `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C PROJECT -f project_key`.",
    basis: partner_guide(
        "It is recommended to create a new public and private SSH key just for the project.",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("right.pem").given(&[("other", "right.pub")]),
        Example::bad("openssh.pem").given(&[("other", "right.pub")]),
        Example::good("right.pem").given(&[("other", "other.pub")]),
        Example::good("right.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let Some(other) = context.reused {
        let message = format!("expected a key for this project alone, found the one of `{other}` again");
        findings.report(message).at(context.scan.span).elsewhere(other.clone(), "the same key");
    }
}
