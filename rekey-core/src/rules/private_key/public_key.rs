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
        why: "The git host lets in whoever has the private half of the key that it knows; another one cannot \
              clone.",
        help: "Give the git host what `ssh-keygen -y -f KEY` prints, as a deploy key of the repository that may \
              only read.",
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
            let message = format!("expected the public half {private}, found {public}");
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
        summary: "public key is that of a host",
        why: "What `ssh-keyscan` prints and `known_hosts` holds tells hosts apart; it has nothing to do with \
              your key.",
        help: "Give the file `.pub` beside the private key, or what the git host shows under deploy keys.",
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
        findings.report("expected the public half of the key, found the key of a host").at(context.scan.span);
    }
}

pub(super) static INVALID_PUBLIC_KEY: Entry = Entry {
    rule: Rule {
        id: "private-key-invalid-public-key",
        subject: Subject::PrivateKey,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "public key cannot be read",
        why: "Without it, whether the git host will let the service in is not known.",
        help: "Give the file `.pub` beside the private key, a fingerprint, or what the git host shows under \
              deploy keys.",
        basis: Basis::Practice { source: "a comparison that was asked for and cannot be made is reported" },
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
