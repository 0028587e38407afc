//! The right key in a file of another form.

use super::{COPY_AGAIN, Context};
use crate::{
    finding::{Findings, Severity},
    private_key::{Algorithm, Kind, ProblemKind},
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-wrong-container",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the key is not in the form that the service takes",
    why: "The service asks for a block that begins with `-----BEGIN RSA PRIVATE KEY-----`. Since OpenSSH 7.8 \
          `ssh-keygen` writes another one unless it is told `-m PEM`.",
    help: "Run `rekey convert key KEY --out NEW`: it writes the same key as the service takes it.",
    basis: partner_guide(
        "When configuring the build service, make sure to include the “-----BEGIN RSA PRIVATE KEY-----” and “-----END RSA \
         PRIVATE KEY-----” blocks surrounding your private SSH key.",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("openssh.pem"),
        Example::bad("pkcs8.pem"),
        Example::bad("putty.ppk"),
        Example::bad("right.der"),
        Example::good("right.pem"),
        Example::good("encrypted.pem"),
        Example::good("crlf.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    if scan.kind.algorithm().is_some_and(|algorithm| algorithm != Algorithm::Rsa) && context.is_whole() {
        return;
    }
    let binary = scan.problems.iter().any(|problem| matches!(problem.kind, ProblemKind::Binary(_)));
    let help = match scan.kind {
        Kind::OpenSsh { encrypted: false, .. } | Kind::Pkcs8(_) => context.repair(COPY_AGAIN),
        Kind::Pkcs1 if binary => context.repair(COPY_AGAIN),
        Kind::OpenSsh { .. } | Kind::EncryptedPkcs8 => {
            "Copy the file, then run `ssh-keygen -p -m PEM -N '' -f KEY` on the copy, which asks for the passphrase: the \
             key stays the same, and so does its public half."
        }
        Kind::Putty { .. } | Kind::SshCom => {
            "Run `puttygen KEY -O private-openssh -o NEW`, or in PuTTYgen choose Conversions, \"Export OpenSSH key\", not \
             the one that forces the new file format."
        }
        Kind::Ssh1 => {
            "Nobody takes this key any more: make a new one with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
             project_key`."
        }
        _ => return,
    };
    let form = if binary { "DER without PEM".to_owned() } else { scan.kind.to_string() };
    let message = format!("expected `-----BEGIN RSA PRIVATE KEY-----`, found {form}");
    findings.report(message).at(scan.span).help(help);
}
