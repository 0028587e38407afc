//! A modulus of a length that nobody else has.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-unusual-length",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the key is not of 2048, 3072 or 4096 bits",
    why: "Other lengths are rarely tested: some programs refuse what is no multiple of eight, and some what \
          is above 8192.",
    help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give \
          the git host its public half.",
    basis: Basis::Practice { source: "the lengths that key generators offer and verifiers are tested with" },
    since: "0.1.0",
    examples: &[
        Example::bad("bits_2056.pem"),
        Example::good("right.pem"),
        Example::good("bits_3072.pem"),
        Example::good("bits_4096.pem"),
        Example::good("bits_1024.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(audit) = context.audit() else { return };
    if audit.bits > 2048 && !matches!(audit.bits, 3072 | 4096) {
        let message = format!("expected 2048, 3072 or 4096 bits, found {}", audit.bits);
        findings.report(message).at(context.scan.span);
    }
}
