//! The kind of key and its format.

use super::{COPY_AGAIN, Context, Entry};
use crate::{
    finding::Findings,
    private_key::{Algorithm, Kind, ProblemKind},
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::partner_guide,
    severity::Severity,
};

pub(super) static PUBLIC_HALF: Entry = Entry {
    rule: Rule {
        id: "private-key-public-half",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "text is a public key",
        why: "The public key opens nothing: it belongs on the git host; the service needs the private key.",
        help: "Paste the file without `.pub`, which begins with `-----BEGIN RSA PRIVATE KEY-----`.",
        basis: partner_guide(
            "If your repository is private, then you must configure the build service with the SSH link and a private SSH \
             key.",
        ),
        examples: &[
            Example::bad("right.pub"),
            Example::bad("spki.pub"),
            Example::bad("rfc4716.pub"),
            Example::bad("authorized_keys.pub"),
            Example::bad("host_key.pub"),
            Example::good("right.pem"),
        ],
    },
    check: public_half,
};

fn public_half(context: &Context<'_>, findings: &mut Findings) {
    let message = match context.scan.kind {
        Kind::PublicKey(_) => "expected a private key, found a public one",
        Kind::HostKey => "expected a private key, found the public key of a host, as `ssh-keyscan` prints it",
        _ => return,
    };
    findings.report(message).at(context.scan.span);
}

pub(super) static NOT_RSA: Entry = Entry {
    rule: Rule {
        id: "private-key-not-rsa",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "key is not an RSA key",
        why: "The service accepts only RSA keys, and no other key can be converted into one.",
        help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give the \
               git host its public key.",
        basis: partner_guide("SSH key files must be stored in the PEM format, using the RSA algorithm."),
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
    },
    check: not_rsa,
};

fn not_rsa(context: &Context<'_>, findings: &mut Findings) {
    let kind = context.scan.kind;
    let algorithm =
        kind.algorithm().filter(|algorithm| *algorithm != Algorithm::Rsa && kind.is_private_key());
    let Some(algorithm) = algorithm else { return };
    if algorithm == Algorithm::Other && !context.is_whole() {
        return;
    }
    let message = format!("the key is not an RSA key but {algorithm} key");
    findings.report(message).at(context.scan.span);
}

pub(super) static WRONG_FORMAT: Entry = Entry {
    rule: Rule {
        id: "private-key-wrong-format",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "key is not in the format that the service accepts",
        why: "The service requires a block that begins with `-----BEGIN RSA PRIVATE KEY-----`. Since OpenSSH 7.8, \
              `ssh-keygen` writes a different format without `-m PEM`.",
        help: "Run `rekey convert key KEY --out NEW`: it writes the same key in the format that the service accepts.",
        basis: partner_guide(
            "When configuring the build service, make sure to include the “-----BEGIN RSA PRIVATE KEY-----” and “-----END RSA \
             PRIVATE KEY-----” blocks surrounding your private SSH key.",
        ),
        examples: &[
            Example::bad("openssh.pem"),
            Example::bad("pkcs8.pem"),
            Example::bad("putty.ppk"),
            Example::bad("right.der"),
            Example::good("right.pem"),
            Example::good("encrypted.pem"),
            Example::good("crlf.pem"),
        ],
    },
    check: wrong_format,
};

fn wrong_format(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    if scan.kind.algorithm().is_some_and(|algorithm| algorithm != Algorithm::Rsa) && context.is_whole() {
        return;
    }
    let binary = scan.problems.iter().any(|problem| matches!(problem.kind, ProblemKind::Binary(_)));
    let help = match scan.kind {
        Kind::OpenSsh { encrypted: false, .. } | Kind::Pkcs8(_) => context.repair(COPY_AGAIN),
        Kind::Pkcs1 if binary => context.repair(COPY_AGAIN),
        Kind::OpenSsh { .. } | Kind::EncryptedPkcs8 => {
            "Run `cp -p KEY NEW && ssh-keygen -p -m PEM -N '' -f NEW`, which asks for the passphrase: neither the private \
             nor the public key changes."
        }
        Kind::Putty { .. } | Kind::SshCom => {
            "Run `puttygen KEY -O private-openssh -o NEW`, or in PuTTYgen choose Conversions, \"Export \
             OpenSSH key\", not the entry that forces the new file format."
        }
        Kind::Ssh1 => {
            "This kind of key is no longer accepted: make a new one with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
             project_key`."
        }
        _ => return,
    };
    let form = if binary { "DER without PEM".to_owned() } else { scan.kind.to_string() };
    let message = format!("expected `-----BEGIN RSA PRIVATE KEY-----`, found {form}");
    findings.report(message).at(scan.span).help(help);
}

pub(super) static ENCRYPTED: Entry = Entry {
    rule: Rule {
        id: "private-key-encrypted",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "key has a passphrase",
        why: "The service clones unattended and cannot type a passphrase.",
        help: "Run `cp -p KEY NEW && ssh-keygen -p -m PEM -N '' -f NEW`, which asks for the passphrase and writes the key \
               without it.",
        basis: Basis::Inferred {
            source: "the form has no field for a passphrase, and clones run unattended",
        },
        examples: &[
            Example::bad("encrypted.pem"),
            Example::bad("openssh_encrypted.pem"),
            Example::bad("pkcs8_encrypted.pem"),
            Example::good("right.pem"),
            Example::good("openssh.pem"),
        ],
    },
    check: encrypted,
};

fn encrypted(context: &Context<'_>, findings: &mut Findings) {
    let kind = context.scan.kind;
    if !kind.is_encrypted() {
        return;
    }
    let draft = findings.report("the key has a passphrase").at(context.scan.span);
    if matches!(kind, Kind::Putty { .. }) {
        draft.help("Run `puttygen KEY -O private-openssh --new-passphrase /dev/null -o NEW`, which asks for the old one.");
    }
}
