//! More than the key in one file.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-several-blocks",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the text holds more than the key",
    why: "The first key is taken and the rest is passed over: what the rest is for, somebody else has to \
          guess.",
    help: "Paste the key alone.",
    basis: Basis::Upstream { source: "openssl/openssl crypto/pem/pem_pkey.c reads the first key" },
    since: "0.1.0",
    examples: &[
        Example::bad("twice.pem"),
        Example::bad("with_certificate.pem"),
        Example::good("right.pem"),
        Example::good("two_keys.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.scan.untidy.iter().chain(&context.scan.problems) {
        let more = match problem.kind {
            ProblemKind::SameBlock => true,
            ProblemKind::OtherBlock(label) => !label.is_private_key(),
            _ => false,
        };
        if more {
            findings.report(problem.to_string()).at(problem.span);
        }
    }
}
