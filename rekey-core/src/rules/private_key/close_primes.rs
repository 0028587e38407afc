//! Primes that are found from their product.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::Flaw,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-close-primes",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "p and q are too close to each other",
    why: "Fermat's method finds two neighbouring primes from their product in a moment: everybody who has \
          the public key has the private one.",
    help: "Throw the key away and make a new one with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
          project_key`.",
    basis: Basis::Upstream { source: "FIPS 186-5 A.1.1 criterion 2(d); CVE-2022-26320" },
    since: "0.1.0",
    examples: &[
        Example::bad("close_primes.pem"),
        Example::bad("next_primes.pem"),
        Example::good("right.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::EqualPrimes | Flaw::ClosePrimes { .. }) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}
