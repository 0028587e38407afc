//! Numbers that do not belong together.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::Flaw,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-inconsistent",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the numbers of the key do not fit together",
    why: "A key whose numbers contradict each other loads and then signs wrongly, or gives itself away by a \
          wrong signature. Most programs do not look.",
    help: "Copy the file again; if the original says `RSA key error` to `openssl rsa -check -noout -in KEY`, \
          make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key`.",
    basis: Basis::Upstream { source: "NIST SP 800-56B r2 6.4.1.2; RFC 8017 3.2" },
    since: "0.1.0",
    examples: &[
        Example::bad("wrong_private_exponent.pem"),
        Example::bad("wrong_crt_exponent.pem"),
        Example::bad("wrong_coefficient.pem"),
        Example::bad("wrong_modulus.pem"),
        Example::bad("great_private_exponent.pem"),
        Example::good("swapped_primes.pem"),
        Example::good("right.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(
            flaw,
            Flaw::EvenModulus
                | Flaw::NotProduct
                | Flaw::BadExponent
                | Flaw::GreatExponent
                | Flaw::PrivateExponent(_)
                | Flaw::GreatPrivateExponent
                | Flaw::CrtExponent(_)
                | Flaw::Coefficient
        ) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}
