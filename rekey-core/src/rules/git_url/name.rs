//! Names of owners and repositories.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    git_url::NameDefect,
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
    text::Span,
};

pub(super) static OWNER_NAME: Entry = Entry {
    rule: Rule {
        id: "git-url-owner-name",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "invalid owner name",
        why: "There is no such account or group, so git asks for a password that the service does not have, and the \
              clone fails.",
        help: "Correct the owner.",
        basis: Basis::Upstream {
            source: "GitHub: dead-claudia/github-limits; docs.gitlab.com, \"Reserved project and group names\"",
        },
        examples: &[
            Example::bad("https://github.com/ac.me/app"),
            Example::bad("https://github.com/orgs/acme"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: owner_name,
};

fn owner_name(context: &Context<'_>, findings: &mut Findings) {
    // Another rule reports a port at the start of the path.
    let Some((name, defect)) = context.owner_defect().filter(|_| context.scan.scp_port().is_none()) else {
        return;
    };
    report(context, findings, "owner", name, defect);
}

/// Reports a name that the forge does not allow.
fn report(context: &Context<'_>, findings: &mut Findings, what: &str, name: Span, defect: NameDefect) {
    let reason = match defect {
        NameDefect::Character => "contains a character that is not allowed",
        NameDefect::TooLong => "is too long",
        NameDefect::Start => "begins with a dash",
        NameDefect::Reserved => "is reserved",
        _ => return,
    };
    let forge = context.scan.forge.name();
    context.report(findings, format!("invalid {forge} {what} name: it {reason}"), name);
}

pub(super) static REPOSITORY_NAME: Entry = Entry {
    rule: Rule {
        id: "git-url-repository-name",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "invalid repository name",
        why: "There is no such repository, so git asks for a password that the service does not have, and the clone \
              fails.",
        help: "Correct the name.",
        basis: Basis::Upstream {
            source: "github/docs pull request 44805; docs.gitlab.com, \"Reserved project and group names\"",
        },
        examples: &[
            Example::bad("https://github.com/acme/my+app"),
            Example::bad("https://gitlab.com/acme/tree"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: repository_name,
};

fn repository_name(context: &Context<'_>, findings: &mut Findings) {
    let Some((name, defect)) = context.repository_defect() else { return };
    report(context, findings, "repository", name, defect);
}

pub(super) static LEGACY_NAME: Entry = Entry {
    rule: Rule {
        id: "git-url-legacy-name",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "forge no longer allows such a name",
        why: "Some old accounts and projects have such names, but it may also be a typo.",
        help: "Check the name.",
        basis: Basis::Upstream {
            source: "GitHub: dead-claudia/github-limits; docs.gitlab.com, \"Reserved project and group names\"",
        },
        examples: &[
            Example::bad("https://github.com/acme-/app"),
            Example::bad("https://gitlab.com/acme/_app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: legacy_name,
};

fn legacy_name(context: &Context<'_>, findings: &mut Findings) {
    let defects = [context.owner_defect(), context.repository_defect()];
    for (span, defect) in defects.into_iter().flatten() {
        if defect == NameDefect::OldStyle {
            let forge = context.scan.forge.name();
            context.report(
                findings,
                format!("{forge} no longer allows such a name for new accounts and projects"),
                span,
            );
        }
    }
}
