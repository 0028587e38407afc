//! A modulus that is just long enough.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-least-length",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the key has the least length that is taken",
    why: "Some git hosts ask for more: Gitea and Forgejo take RSA keys from 3072 bits on.",
    help: "When you make the next key, take `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
          project_key`.",
    basis: Basis::Upstream {
        source: "go-gitea/gitea modules/setting/ssh.go `MinimumKeySizes`, since pull request 26604",
    },
    since: "0.1.0",
    examples: &[Example::bad("right.pem"), Example::good("bits_3072.pem"), Example::good("bits_4096.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.audit().is_some_and(|audit| audit.bits == 2048) {
        findings.report("expected 3072 bits or more for every git host, found 2048").at(context.scan.span);
    }
}
