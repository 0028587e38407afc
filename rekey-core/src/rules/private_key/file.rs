//! The file of a key, and whose key it is.

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
        why: "Whoever has the key of one project has the source of both, and a git host such as GitHub refuses a deploy key that \
              another repository has (\"Key is already in use\").",
        help: "Make a pair for each project: `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C PROJECT -f project_key`.",
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
        let message = format!("expected a key for this project alone, found the one of `{other}` again");
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
        why: "Whoever has the key has what it opens: a personal key opens everything of its owner, and goes when \
              they go.",
        help: "Make a key for this project alone with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
              project_key`, and enter it as a deploy key of the one repository.",
        basis: partner_guide("Never use your own personal private key."),
        examples: &[Example::bad("openssh.pem"), Example::good("right.pem")],
    },
    check: personal,
};

fn personal(context: &Context<'_>, findings: &mut Findings) {
    if let Some(Comment::PersonAndMachine | Comment::Mail) = context.comment {
        findings
            .report("expected a key for the project, found one whose comment names a person")
            .at(context.scan.span);
    } else if let Some(name) = context.default_name {
        let message = format!("expected a key for the project, found the default file name `{name}`");
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
        why: "ssh and ssh-keygen refuse such a file (\"UNPROTECTED PRIVATE KEY FILE\"), and everybody on the \
              machine can take the key.",
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
    let message = format!("expected a file that its owner alone can read, found the mode {mode:03o}");
    findings.report(message).at(context.scan.span);
}
