//! A key file that others may read.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-open-file",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the key file can be read by others",
    why: "ssh and ssh-keygen refuse such a file (\"UNPROTECTED PRIVATE KEY FILE\"), and everybody on the \
          machine can take the key.",
    help: "Run `chmod 600 KEY`.",
    basis: Basis::Upstream { source: "openssh-portable authfile.c `sshkey_perm_ok`" },
    since: "0.1.0",
    examples: &[
        Example::bad("right.pem").given(&[("mode", "644")]),
        Example::good("right.pem").given(&[("mode", "600")]),
        Example::good("right.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(mode) = context.mode.map(|mode| mode & 0o777).filter(|mode| mode & 0o077 != 0) else { return };
    let message = format!("expected a file that its owner alone can read, found the mode {mode:03o}");
    findings.report(message).at(context.scan.span);
}
