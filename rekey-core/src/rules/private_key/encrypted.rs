//! A passphrase that nobody will type.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::Kind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-encrypted",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the key has a passphrase",
    why: "The service clones with nobody there to type a passphrase.",
    help: "Copy the file, then run `ssh-keygen -p -m PEM -N '' -f KEY` on the copy, which asks for the \
          passphrase and takes it away.",
    basis: Basis::Inferred { source: "the form takes a key only, and clones run with nobody to ask" },
    since: "0.1.0",
    examples: &[
        Example::bad("encrypted.pem"),
        Example::bad("openssh_encrypted.pem"),
        Example::bad("pkcs8_encrypted.pem"),
        Example::good("right.pem"),
        Example::good("openssh.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let kind = context.scan.kind;
    if !kind.is_encrypted() {
        return;
    }
    let draft =
        findings.report("expected a key without passphrase, found an encrypted one").at(context.scan.span);
    if matches!(kind, Kind::Putty { .. }) {
        draft.help("Run `puttygen KEY -O private-openssh --new-passphrase /dev/null -o NEW`, which asks for the old one.");
    }
}
