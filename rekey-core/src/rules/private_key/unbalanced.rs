//! Primes of different lengths.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::Flaw,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-unbalanced",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "p and q differ in length",
    why: "The shorter prime decides how hard the key is to break, and several programs refuse such keys.",
    help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give \
          the git host its public half.",
    basis: Basis::Upstream { source: "FIPS 186-5 A.1.1, criterion 2" },
    since: "0.1.0",
    examples: &[Example::bad("unbalanced.pem"), Example::good("right.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::Unbalanced { .. }) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}
