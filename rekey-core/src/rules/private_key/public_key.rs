//! The public key that belongs to it.

use super::{Compared, Context, Entry};
use crate::{
    finding::Findings,
    private_key::Match,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::partner_guide,
    severity::Severity,
};

pub(super) static PUBLIC_MISMATCH: Entry = Entry {
    rule: Rule {
        id: "private-key-public-mismatch",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "public key does not belong to the private key",
        why: "The git host admits only the owner of the private key that belongs to the public key it has; a clone \
              with any other key fails.",
        help: "Add the output of `ssh-keygen -y -f KEY` to the git host as a read-only deploy key of the repository.",
        basis: partner_guide(
            "The git repository needs the public SSH key associated with the private key in order to successfully clone.",
        ),
        examples: &[
            Example::bad("right.pem").given(&[("public_key", "other.pub")]),
            Example::bad("openssh_encrypted.pem")
                .given(&[("fingerprint", "SHA256:1M4RzhMyWuFS/86uPY/ce2prh/dVTHW7iD2RhpquOZA")]),
            Example::good("right.pem").given(&[("public_key", "right.pub")]),
            Example::good("right.pem").given(&[("public_key", "github.json")]),
            Example::good("right.pem"),
        ],
    },
    check: public_mismatch,
};

fn public_mismatch(context: &Context<'_>, findings: &mut Findings) {
    for compared in &context.compared {
        if let Compared::Match(Match::Different { private, public }) = compared {
            let message = format!(
                "the public key {public} does not belong to the private key, whose public \
                                   key is {private}"
            );
            findings.report(message).at(context.scan.span);
        }
    }
}

pub(super) static PUBLIC_IS_HOST_KEY: Entry = Entry {
    rule: Rule {
        id: "private-key-public-is-host-key",
        subject: Subject::PrivateKey,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "public key belongs to a host",
        why: "`ssh-keyscan` and `known_hosts` identify hosts; they have nothing to do with your key.",
        help: "Give the `.pub` file of the private key, or the key that the git host shows under deploy keys.",
        basis: Basis::Upstream { source: "OpenSSH ssh-keyscan(1)" },
        examples: &[
            Example::bad("right.pem").given(&[("public_key", "host_key.pub")]),
            Example::good("right.pem").given(&[("public_key", "right.pub")]),
        ],
    },
    check: public_is_host_key,
};

fn public_is_host_key(context: &Context<'_>, findings: &mut Findings) {
    if context.compared.iter().any(|compared| matches!(compared, Compared::Match(Match::HostKey))) {
        findings.report("this is the public key of a host, not of your private key").at(context.scan.span);
    }
}

pub(super) static INVALID_PUBLIC_KEY: Entry = Entry {
    rule: Rule {
        id: "private-key-invalid-public-key",
        subject: Subject::PrivateKey,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "public key cannot be read",
        why: "Without it, rekey cannot tell whether the git host will admit the service.",
        help: "Give the `.pub` file of the private key, a fingerprint, or the key that the git host shows under \
               deploy keys.",
        basis: Basis::Practice { source: "if a requested comparison is impossible, rekey reports it" },
        examples: &[
            Example::bad("right.pem").given(&[("public_key", "path.txt")]),
            Example::bad("right.pem").given(&[("public_key", "other.pem")]),
            Example::good("right.pem").given(&[("public_key", "right.pub")]),
        ],
    },
    check: invalid_public_key,
};

fn invalid_public_key(context: &Context<'_>, findings: &mut Findings) {
    for compared in &context.compared {
        if let Compared::Unreadable(problem) = compared {
            findings.report(problem.to_string()).at(context.scan.span);
        }
    }
}
