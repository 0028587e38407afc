//! Primes that are not random.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::Flaw,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-pattern",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the bits of a prime show a pattern",
    why: "A prime with far too few bits set, or with bytes that repeat, comes out of a broken generator and \
          can be guessed.",
    help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give \
          the git host its public half.",
    basis: Basis::Practice {
        source: "random primes look like this once in 10^15 keys; google/paranoid_crypto looks for the same",
    },
    since: "0.1.0",
    examples: &[Example::bad("low_weight.pem"), Example::bad("pattern.pem"), Example::good("right.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::Weight { .. } | Flaw::Pattern { .. }) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}
