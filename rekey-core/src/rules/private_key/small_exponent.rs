//! A public exponent that standards no longer take.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-small-exponent",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the public exponent is less than 65537",
    why: "Standards ask for 65537 or more: with a small exponent a careless padding breaks the key. Several \
          programs refuse it.",
    help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give \
          the git host its public half.",
    basis: Basis::Upstream { source: "FIPS 186-5 A.1.1 criterion 1, 2^16 < e" },
    since: "0.1.0",
    examples: &[Example::bad("exponent_3.pem"), Example::good("right.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(exponent) = context.audit().and_then(|audit| audit.exponent) else { return };
    if (3..65537).contains(&exponent) && !exponent.is_multiple_of(2) {
        findings
            .report(format!("expected the public exponent 65537, found {exponent}"))
            .at(context.scan.span);
    }
}
