//! A prime that is none.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::Flaw,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-composite-prime",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "p or q is not prime",
    why: "The key may even work, but whoever factors its modulus has it, and that is easier than it should \
          be.",
    help: "Throw the key away and make a new one with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
          project_key`.",
    basis: Basis::Upstream { source: "NIST SP 800-56B r2 6.4.1.2, step 5; Baillie and Wagstaff 1980" },
    since: "0.1.0",
    examples: &[
        Example::bad("composite_prime.pem"),
        Example::good("right.pem"),
        Example::good("wrong_modulus.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::SmallFactor { .. } | Flaw::Composite(_)) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}
