//! A key that everybody has.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-known",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the private key is published",
    why: "The private half of this key came with a product and can be downloaded: it keeps nobody out.",
    help: "Take its public half off every git host and make a new key with `ssh-keygen -t rsa -b 4096 -m PEM \
          -N '' -C project -f project_key`.",
    basis: Basis::Upstream { source: "gitlabhq config/security/banned_ssh_keys.yml; rapid7/ssh-badkeys" },
    since: "0.1.0",
    examples: &[
        Example::bad("right.pem")
            .given(&[("fingerprint", "SHA256:1M4RzhMyWuFS/86uPY/ce2prh/dVTHW7iD2RhpquOZA")]),
        Example::good("right.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let Some(known) = context.known {
        let message = format!("expected a key of your own, found the published one of {}", known.name);
        findings.report(message).at(context.scan.span);
    }
}
