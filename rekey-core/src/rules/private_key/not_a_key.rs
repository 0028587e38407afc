//! Something that is no key of SSH.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    private_key::{Kind, ProblemKind},
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-not-a-key",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the text is no SSH private key",
    why: "The service hands the text to ssh, which finds no key in it and cannot clone.",
    help: "Paste the content of the key file; a new key is made by `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C \
          project -f project_key`.",
    basis: partner_guide(
        "If your repository is private, then you must configure the build service with the SSH link and a private SSH \
         key.",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("certificate.pem"),
        Example::bad("request.pem"),
        Example::bad("fingerprint.txt"),
        Example::bad("path.txt"),
        Example::bad("placeholder.txt"),
        Example::bad("ansible_vault.txt"),
        Example::bad("lfs_pointer.txt"),
        Example::bad("error_page.html"),
        Example::good("right.pem"),
        Example::good("openssh.pem"),
        Example::good("right.pub"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let kind = context.scan.kind;
    let other = kind.is_private_key() || matches!(kind, Kind::PublicKey(_) | Kind::HostKey | Kind::Empty);
    let Some(problem) = context.scan.problems.first().filter(|_| !other) else { return };
    if let ProblemKind::TooLong(_) = problem.kind {
        return;
    }
    let message = format!("expected an SSH private key, found {kind}");
    let draft = findings.report(message).at(context.scan.span);
    let help = match kind {
        Kind::Path => "Paste what `cat FILE` prints rather than the name of the file.",
        Kind::AnsibleVault => {
            "Paste what `ansible-vault view FILE` prints, which asks for the vault's password."
        }
        Kind::Sops => "Paste the key that `sops decrypt FILE` prints.",
        Kind::SealedSecret => {
            "Only the controller in the cluster decrypts it: paste the original file, or what `rekey convert key SECRET` takes out of \
             the Secret that the controller made."
        }
        Kind::GitCrypt => "Run `git-crypt unlock` in the checkout, then paste the file.",
        Kind::LfsPointer => {
            "Run `git lfs pull` in the checkout, then paste the file; better, keep no key in a repository."
        }
        Kind::Placeholder => {
            "Put the content of the key file in its place: nothing replaced it before the text came here."
        }
        Kind::SecretReference => "Paste the value that the store has, not its name.",
        Kind::ErrorPage => {
            "Download the file again with an account that may read it, and look at it before you paste it."
        }
        Kind::XmlKey => {
            "In .NET call `RSA.ExportRSAPrivateKeyPem()` on the same key and paste what it gives."
        }
        Kind::Gzip => "Decompress the file with `gzip -d`, then paste what it holds.",
        _ => return,
    };
    draft.help(help);
}
