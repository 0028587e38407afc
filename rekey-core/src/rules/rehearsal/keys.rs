//! The host key of the git host, and the private key.

use super::{Context, Entry, Judge, fingerprint, quoted};
use crate::{
    finding::Findings,
    rehearsal::{SourceFailure, StepName},
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
};

pub(super) static UNKNOWN_HOST_KEY: Entry = Entry {
    rule: Rule {
        id: "rehearsal-unknown-host-key",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "host key of the git host is not known",
        why: "Without a known host key, someone between you and the host could answer in its place and see which key is offered. rekey sends nothing until the host key is known.",
        help: "Compare the fingerprint with the one that the administrators of the host publish, and pass it as `--host-key SHA256:…`, or add the host to `~/.ssh/known_hosts`.",
        basis: Basis::Upstream { source: "OpenSSH ssh_config(5), \"StrictHostKeyChecking\"" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "unknown-host-key", "host": "git.acme.example", "algorithm": "ssh-ed25519", "fingerprint": "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Host, unknown_host_key),
};

fn unknown_host_key(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::UnknownHostKey { host, algorithm, fingerprint: key }) = context.failure() {
        let (host, algorithm, key) = (quoted(host), quoted(algorithm), fingerprint(key));
        findings.report(format!("the host key of `{host}` is not known: {algorithm} {key}"));
    }
}

pub(super) static CHANGED_HOST_KEY: Entry = Entry {
    rule: Rule {
        id: "rehearsal-changed-host-key",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "host key of the git host differs from the known one",
        why: "The host changed its key, or someone between you and the host answers in its place. The difference alone does not show which.",
        help: "Compare the new fingerprint with the one that the host publishes. If it is right, remove the old line with `ssh-keygen -R HOST`, or pass `--host-key SHA256:…`.",
        basis: Basis::Upstream { source: "openssh-portable sshconnect.c, \"REMOTE HOST IDENTIFICATION HAS CHANGED\"" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "changed-host-key", "host": "git.acme.example", "fingerprint": "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "known": "known_hosts line 3"}}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Host, changed_host_key),
};

fn changed_host_key(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::ChangedHostKey { host, fingerprint: key, known }) = context.failure() {
        let (host, key, known) = (quoted(host), fingerprint(key), quoted(known));
        findings
            .report(format!("the host key of `{host}` is now {key}, which differs from that of `{known}`"));
    }
}

pub(super) static OUTDATED_ALGORITHMS: Entry = Entry {
    rule: Rule {
        id: "rehearsal-outdated-algorithms",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "git host offers only outdated algorithms",
        why: "OpenSSH turned these algorithms off, such as `ssh-rsa` with SHA-1 in 8.8. A service with a current OpenSSH cannot connect either.",
        help: "Update the ssh server of the host, or submit the HTTPS form of the URL if the repository is public.",
        basis: Basis::Upstream { source: "openssh.com/legacy.html" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "outdated-algorithms", "what": "host key", "offer": "ssh-rsa"}}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Host, outdated_algorithms),
};

fn outdated_algorithms(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::OutdatedAlgorithms { what, offer }) = context.failure() {
        let (what, offer) = (quoted(what), quoted(offer));
        findings.report(format!("the host has no {what} algorithm that OpenSSH accepts, only `{offer}`"));
    }
}

pub(super) static KEY_REJECTED: Entry = Entry {
    rule: Rule {
        id: "rehearsal-key-rejected",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "git host does not accept the private key",
        why: "The host knows no user or repository with this public key. Some old hosts and some that require longer RSA keys give the same answer.",
        help: "Print the public key with `rekey public-key KEY`, and add it to the repository: GitHub and GitLab under \"Deploy keys\", Bitbucket under \"Access keys\". Check that the URL has the right user, usually `git`.",
        basis: Basis::Upstream { source: "openssh-portable sshconnect2.c, \"Permission denied\"" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "key-rejected", "message": "git@git.acme.example: Permission denied (publickey)."}}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Key, key_rejected),
};

fn key_rejected(context: &Context<'_>, findings: &mut Findings) {
    if let Some((source, SourceFailure::KeyRejected { message })) = context.key_failure() {
        let key = source.key.as_deref().map_or_else(String::new, |key| format!(" {}", fingerprint(key)));
        findings.report(format!("the host does not accept the key{key}: `{}`", quoted(message)));
    }
}

pub(super) static KEY_UNUSABLE: Entry = Entry {
    rule: Rule {
        id: "rehearsal-key-unusable",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "OpenSSH cannot load the private key",
        why: "The key is encrypted, damaged or of a kind that OpenSSH does not know. No one types a passphrase at a service.",
        help: "Check the file with `rekey key KEY`, and write it again with `rekey convert key KEY --out NEW`.",
        basis: Basis::Upstream { source: "openssh-portable authfile.c, \"Load key\"" },
        examples: &[
            Example::bad("").given(&[(
                "facts",
                r#"{"source": {"failure": {"kind": "key-unusable", "message": "error in libcrypto"}}}"#,
            )]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Key, key_unusable),
};

fn key_unusable(context: &Context<'_>, findings: &mut Findings) {
    if let Some((_, SourceFailure::KeyUnusable { message })) = context.key_failure() {
        findings.report(format!("OpenSSH cannot load the key: `{}`", quoted(message)));
    }
}

pub(super) static KEY_CAN_PUSH: Entry = Entry {
    rule: Rule {
        id: "rehearsal-key-can-push",
        subject: Subject::Rehearsal,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "private key may write to the repository",
        why: "You give this key away. A service only clones, so a key that can push is more than it needs.",
        help: "Register it as a read-only deploy key: on GitHub without \"Allow write access\", on GitLab without \"Grant write permissions to this key\".",
        basis: Basis::Practice { source: "a key that leaves the house has the smallest rights that work" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"can_push": true}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"can_push": false}}"#)]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Key, key_can_push),
};

fn key_can_push(context: &Context<'_>, findings: &mut Findings) {
    if context.key().is_some_and(|source| source.can_push == Some(true)) {
        findings.report("the host lets this key push to the repository; a clone needs only read access");
    }
}
