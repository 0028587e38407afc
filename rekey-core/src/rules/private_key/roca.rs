//! A key of a broken smart card.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::Flaw,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-roca",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the key was made by a broken generator (ROCA)",
    why: "Infineon chips of 2012 to 2017 made primes of a form that shows in the public key and can be \
          factored at a price.",
    help: "Throw the key away and make a new one with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
          project_key`, on a computer and not on the device.",
    basis: Basis::Upstream {
        source: "CVE-2017-15361; Nemec and others, \"The Return of Coppersmith's Attack\", 2017",
    },
    since: "0.1.0",
    examples: &[Example::bad("roca.pem"), Example::good("right.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::Roca) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}
