//! A key whose end or middle is missing.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-truncated",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a part of the key is missing",
    why: "The key says in its first bytes how long it is, and less is there.",
    help: "Copy the whole file again: what is missing cannot be made up.",
    basis: Basis::Upstream { source: "ITU-T X.690 8.1.3, the length of a value" },
    since: "0.1.0",
    examples: &[Example::bad("truncated.pem"), Example::bad("line_lost.pem"), Example::good("right.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(problem.kind, ProblemKind::Truncated { .. }) {
            findings.report(problem.to_string()).at(problem.span);
        }
    }
}
