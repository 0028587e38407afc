//! The key of the git host in the place of yours.

use super::{Compared, Context};
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::Match,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-public-is-host-key",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the public key given is the key of a host",
    why: "What `ssh-keyscan` prints and `known_hosts` holds tells hosts apart; it has nothing to do with \
          your key.",
    help: "Give the file `.pub` beside the private key, or what the git host shows under deploy keys.",
    basis: Basis::Upstream { source: "OpenSSH ssh-keyscan(1)" },
    since: "0.1.0",
    examples: &[
        Example::bad("right.pem").given(&[("public_key", "host_key.pub")]),
        Example::good("right.pem").given(&[("public_key", "right.pub")]),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.compared.iter().any(|compared| matches!(compared, Compared::Match(Match::HostKey))) {
        findings.report("expected the public half of the key, found the key of a host").at(context.scan.span);
    }
}
