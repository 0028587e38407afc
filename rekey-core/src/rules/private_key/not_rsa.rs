//! A key of another algorithm.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    private_key::Algorithm,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-not-rsa",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the key is not one for RSA",
    why: "The service takes RSA only, and no conversion makes an RSA key of another one.",
    help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give \
          the git host its public half.",
    basis: partner_guide("SSH key files must be stored in the PEM format, using the RSA algorithm."),
    since: "0.1.0",
    examples: &[
        Example::bad("ed25519.pem"),
        Example::bad("ec.pem"),
        Example::bad("dsa.pem"),
        Example::bad("pkcs8_ed25519.pem"),
        Example::bad("pkcs8_pss.pem"),
        Example::good("right.pem"),
        Example::good("openssh.pem"),
        Example::good("pkcs8.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let kind = context.scan.kind;
    let algorithm =
        kind.algorithm().filter(|algorithm| *algorithm != Algorithm::Rsa && kind.is_private_key());
    let Some(algorithm) = algorithm else { return };
    if algorithm == Algorithm::Other && !context.is_whole() {
        return;
    }
    let message = format!("expected an RSA key, found {algorithm} key");
    findings.report(message).at(context.scan.span);
}
