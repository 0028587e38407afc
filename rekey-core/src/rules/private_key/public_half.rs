//! The half that belongs to the git host.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    private_key::Kind,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-public-half",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the text is a public key",
    why: "The public half opens nothing: it is for the git host, the private half for the service.",
    help: "Paste the file without `.pub`, which begins with `-----BEGIN RSA PRIVATE KEY-----`.",
    basis: partner_guide(
        "If your repository is private, then you must configure the build service with the SSH link and a private SSH \
         key.",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("right.pub"),
        Example::bad("spki.pub"),
        Example::bad("rfc4716.pub"),
        Example::bad("authorized_keys.pub"),
        Example::bad("host_key.pub"),
        Example::good("right.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let message = match context.scan.kind {
        Kind::PublicKey(_) => "expected a private key, found a public one",
        Kind::HostKey => "expected a private key, found the public key of a host, as `ssh-keyscan` prints it",
        _ => return,
    };
    findings.report(message).at(context.scan.span);
}
