//! A public exponent that others refuse.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-great-exponent",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the public exponent has more than 33 bits",
    why: "BoringSSL, Go and others take 33 bits or fewer, so a key with a greater exponent works in one \
          place and not in the next.",
    help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give \
          the git host its public half.",
    basis: Basis::Upstream { source: "BoringSSL crypto/fipsmodule/rsa/rsa.cc.inc `rsa_check_public_key`" },
    since: "0.1.0",
    examples: &[
        Example::bad("small_private_exponent.pem"),
        Example::good("right.pem"),
        Example::good("exponent_3.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(audit) = context.audit() else { return };
    if audit.exponent.is_none_or(|exponent| exponent >> 33 != 0) {
        findings
            .report("expected the public exponent 65537, found one of more than 33 bits")
            .at(context.scan.span);
    }
}
