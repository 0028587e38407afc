//! Two keys of which one will be taken.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-several-keys",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the text holds several keys",
    why: "The first key is taken without a word: if the git host has the public half of the other, the clone \
          fails.",
    help: "Paste the one key whose public half the git host has.",
    basis: Basis::Upstream { source: "openssl/openssl crypto/pem/pem_pkey.c reads the first key" },
    since: "0.1.0",
    examples: &[Example::bad("two_keys.pem"), Example::good("right.pem"), Example::good("twice.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.scan.untidy.iter().chain(&context.scan.problems) {
        if matches!(problem.kind, ProblemKind::OtherBlock(label) if label.is_private_key()) {
            findings.report(problem.to_string()).at(problem.span);
        }
    }
}
