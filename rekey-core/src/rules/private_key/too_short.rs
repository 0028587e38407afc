//! A modulus that is too short to be safe.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-too-short",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the key has fewer than 2048 bits",
    why: "Git hosts refuse shorter RSA keys, and so do the crypto policies of Red Hat Enterprise Linux 9.",
    help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give \
          the git host its public half.",
    basis: Basis::Upstream {
        source: "FIPS 186-5 section 5.1; Bitbucket Cloud, \"Supported SSH key formats\"; RHEL 9 crypto-policies, \
          RequiredRSASize 2048",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("bits_1024.pem"),
        Example::bad("bits_512.pem"),
        Example::bad("bits_2047.pem"),
        Example::good("right.pem"),
        Example::good("bits_4096.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(audit) = context.audit().filter(|audit| audit.bits < 2048) else { return };
    let message = format!("expected at least 2048 bits, found {}", audit.bits);
    findings.report(message).at(context.scan.span);
}
