//! Primes that were not made independently.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::Flaw,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-related-primes",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "p and q have something in common",
    why: "Primes that share many bits, or are in a small ratio, were not chosen at random, and methods exist \
          that make use of it.",
    help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give \
          the git host its public half.",
    basis: Basis::Practice {
        source: "random primes share 64 bits once in 2^64 keys; google/paranoid_crypto looks for the same",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("shared_low_bits.pem"),
        Example::good("right.pem"),
        Example::good("close_primes.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::SharedHighBits(_) | Flaw::SharedLowBits(_) | Flaw::SmallRatio { .. }) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}
