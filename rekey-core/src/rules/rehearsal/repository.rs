//! The repository at the host: its presence, branch and clone.

use super::{Context, Entry, Judge, quoted};
use crate::{
    finding::Findings,
    rehearsal::{SourceFailure, StepName},
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
};

pub(super) static REPOSITORY_NOT_FOUND: Entry = Entry {
    rule: Rule {
        id: "rehearsal-repository-not-found",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "repository is absent, or the key may not read it",
        why: "Hosts give one answer for both, so that strangers cannot find out which private repositories exist.",
        help: "Check the spelling of owner and repository, and that the deploy key is registered at this very repository: a key of another repository gives the same answer. A private repository needs the ssh form of the URL.",
        basis: Basis::Upstream { source: "docs.github.com, \"Error: Repository not found\"; git connect.c" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "not-found", "message": "ERROR: Repository not found."}}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Repository, repository_not_found),
};

fn repository_not_found(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::NotFound { message }) = context.failure() {
        findings
            .report(format!("the repository is absent, or access to it is missing: `{}`", quoted(message)));
    }
}

pub(super) static HOST_MESSAGE: Entry = Entry {
    rule: Rule {
        id: "rehearsal-host-message",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "git host rejects the request with a message",
        why: "The connection works and the key is accepted; the reason is in the host's own words.",
        help: "Follow the host's message.",
        basis: Basis::Upstream { source: "git connect.c, \"Could not read from remote repository\"" },
        examples: &[
            Example::bad("").given(&[(
                "facts",
                r#"{"source": {"failure": {"kind": "rejected", "message": "Your account is suspended."}}}"#,
            )]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Repository, host_message),
};

fn host_message(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::Rejected { message }) = context.failure() {
        findings.report(format!("the host rejects the request: `{}`", quoted(message)));
    }
}

pub(super) static EMPTY_REPOSITORY: Entry = Entry {
    rule: Rule {
        id: "rehearsal-empty-repository",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "repository has no commit",
        why: "Git clones an empty repository without an error, and the build then finds no Dockerfile.",
        help: "Push a branch: `git push --set-upstream origin HEAD`.",
        basis: Basis::Upstream {
            source: "git-scm.com/docs/git-ls-remote; git builtin/clone.c, \"You appear to have cloned an empty repository\"",
        },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "empty"}}}"#)]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Repository, empty_repository),
};

fn empty_repository(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::Empty) = context.failure() {
        findings.report("the repository has no commit");
    }
}

pub(super) static MISSING_BRANCH: Entry = Entry {
    rule: Rule {
        id: "rehearsal-missing-branch",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "branch is not in the repository",
        why: "A clone without a branch uses the default branch of the repository, which may be deleted or renamed.",
        help: "Push the branch, or set the default branch in the settings of the repository.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git-clone, \"--branch\"; gitrevisions, \"HEAD\"" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "missing-branch", "branch": "main", "branches": ["master"]}}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Ref, missing_branch),
};

fn missing_branch(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::MissingBranch { branch, branches }) = context.failure() {
        let there: Vec<_> = branches.iter().map(|name| format!("`{}`", quoted(name))).collect();
        let there = if there.is_empty() { String::new() } else { format!("; it has {}", there.join(", ")) };
        findings.report(format!("the repository has no branch `{}`{there}", quoted(branch)));
    }
}

pub(super) static BRANCH_MOVED: Entry = Entry {
    rule: Rule {
        id: "rehearsal-branch-moved",
        subject: Subject::Rehearsal,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "branch changed during the rehearsal",
        why: "Someone pushed between the two requests, so the rehearsal is about the newer commit.",
        help: "Rehearse again if the commit matters.",
        basis: Basis::Practice { source: "a report says which commit it is about" },
        examples: &[
            Example::bad("")
                .given(&[("facts", r#"{"source": {"commit": "0123456789", "moved_to": "9876543210"}}"#)]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Clone, branch_moved),
};

fn branch_moved(context: &Context<'_>, findings: &mut Findings) {
    let Some(source) = context.source() else { return };
    if let (Some(old), Some(new)) = (&source.commit, &source.moved_to) {
        let (old, new) = (super::short(old), super::short(new));
        findings.report(format!("the branch moved from `{old}` to `{new}` during the rehearsal"));
    }
}

pub(super) static CLONE_FAILED: Entry = Entry {
    rule: Rule {
        id: "rehearsal-clone-failed",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "clone does not finish",
        why: "The host shows the branch, and the transfer of the commit breaks: the disk is full, the connection ends, or the repository is damaged.",
        help: "Look at the message; run `git fsck` in a clone of your own, and try again with a longer `--timeout`.",
        basis: Basis::Upstream { source: "git builtin/clone.c" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "clone", "message": "fatal: write error: No space left on device"}}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Clone, clone_failed),
};

fn clone_failed(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::Clone { message }) = context.failure() {
        findings.report(format!("the clone does not finish: `{}`", quoted(message)));
    }
}

pub(super) static CLONE_TOO_LARGE: Entry = Entry {
    rule: Rule {
        id: "rehearsal-clone-too-large",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "commit has more files or bytes than rekey reads",
        why: "A rehearsal reads at most 200,000 files and 8 GiB, so that no repository can fill this machine.",
        help: "Keep binaries and generated files out of the repository.",
        basis: Basis::Practice { source: "everything is bounded" },
        examples: &[
            Example::bad("")
                .given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "too_large": true}}"#)]),
            Example::good("").given(&[(
                "facts",
                r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile"}]}}"#,
            )]),
        ],
    },
    check: Judge::blocked(StepName::Clone, clone_too_large),
};

fn clone_too_large(context: &Context<'_>, findings: &mut Findings) {
    if context.tree().is_some_and(|tree| tree.too_large) {
        findings.report("the commit has more files or bytes than a rehearsal reads");
    }
}
