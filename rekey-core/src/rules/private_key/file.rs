//! The file of a key, and the owner of the key.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    private_key::Comment,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::partner_guide,
    severity::Severity,
};

pub(super) static REUSED: Entry = Entry {
    rule: Rule {
        id: "private-key-reused",
        subject: Subject::PrivateKey,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "another project has the same key",
        why: "If two projects share a key, anyone who has it can read the source of both. Git hosts such as GitHub also \
              reject a deploy key that another repository uses (\"Key is already in use\").",
        help: "Make a key pair for each project: `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key`.",
        basis: partner_guide(
            "It is recommended to create a new public and private SSH key just for the project.",
        ),
        examples: &[
            Example::bad("right.pem").given(&[("other", "right.pub")]),
            Example::bad("openssh.pem").given(&[("other", "right.pub")]),
            Example::good("right.pem").given(&[("other", "other.pub")]),
            Example::good("right.pem"),
        ],
    },
    check: reused,
};

fn reused(context: &Context<'_>, findings: &mut Findings) {
    if let Some(other) = context.reused {
        let message = format!("`{other}` uses the same key");
        findings.report(message).at(context.scan.span).elsewhere(other.clone(), "the same key");
    }
}

pub(super) static PERSONAL: Entry = Entry {
    rule: Rule {
        id: "private-key-personal",
        subject: Subject::PrivateKey,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "key may be a personal one",
        why: "A personal key opens everything that its owner can access, to anyone who has the key, and stops working \
              when the owner leaves.",
        help: "Make a key for this project only with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
               project_key`, and add it as a deploy key of that repository.",
        basis: partner_guide("Never use your own personal private key."),
        examples: &[Example::bad("openssh.pem"), Example::good("right.pem")],
    },
    check: personal,
};

fn personal(context: &Context<'_>, findings: &mut Findings) {
    if let Some(Comment::PersonAndMachine | Comment::Mail) = context.comment {
        findings.report("the comment of the key names a person, not the project").at(context.scan.span);
    } else if let Some(name) = context.default_name {
        let message = format!("`{name}` is the default file name of a personal key");
        findings.report(message).at(context.scan.span);
    }
}

pub(super) static FILE_PERMISSIONS: Entry = Entry {
    rule: Rule {
        id: "private-key-file-permissions",
        subject: Subject::PrivateKey,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "key file can be read by others",
        why: "ssh and ssh-keygen reject such a file (\"UNPROTECTED PRIVATE KEY FILE\"), and every user of the machine \
              can copy the key.",
        help: "Run `chmod 600 KEY`.",
        basis: Basis::Upstream { source: "openssh-portable authfile.c `sshkey_perm_ok`" },
        examples: &[
            Example::bad("right.pem").given(&[("mode", "644")]),
            Example::good("right.pem").given(&[("mode", "600")]),
            Example::good("right.pem"),
        ],
    },
    check: file_permissions,
};

fn file_permissions(context: &Context<'_>, findings: &mut Findings) {
    let Some(mode) = context.mode.map(|mode| mode & 0o777).filter(|mode| mode & 0o077 != 0) else { return };
    let message = format!("other users can read the file: its mode is {mode:03o}");
    findings.report(message).at(context.scan.span);
}
