//! A private exponent that is found from the public key.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::Flaw,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-small-private-exponent",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the private exponent is too small",
    why: "Wiener's method, and Boneh and Durfee's, find a short private exponent from the public key alone.",
    help: "Throw the key away and make a new one with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
          project_key`.",
    basis: Basis::Upstream { source: "FIPS 186-5 A.1.1 criterion 3; Wiener 1990; Boneh and Durfee 1999" },
    since: "0.1.0",
    examples: &[Example::bad("small_private_exponent.pem"), Example::good("right.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::SmallPrivateExponent { .. }) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}
