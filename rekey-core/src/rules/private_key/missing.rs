//! Nothing where the key should be.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-missing",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the private key is missing",
    why: "A private repository cannot be cloned without a key.",
    help: "Paste the content of the key file; a new key is made by `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C \
          project -f project_key`.",
    basis: partner_guide(
        "If your repository is private, then you must configure the build service with the SSH link and a private SSH \
         key.",
    ),
    since: "0.1.0",
    examples: &[Example::bad("empty.pem"), Example::good("right.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(problem) = context.scan.problems.iter().find(|problem| problem.kind == ProblemKind::Empty)
    else {
        return;
    };
    findings.report(problem.to_string()).at(problem.span).incomplete();
}
