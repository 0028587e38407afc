//! Names of owners and repositories.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    git_url::NameDefect,
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
};

pub(super) static OWNER_NAME: Entry = Entry {
    rule: Rule {
        id: "git-url-owner-name",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "invalid name of an owner",
        why: "There is no such account or group, so the clone fails and asks for a password that the service does not have.",
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
    // A port where the path begins is reported by a rule of its own.
    let Some((name, defect)) = context.owner_defect().filter(|_| context.scan.scp_port().is_none()) else {
        return;
    };
    let found = match defect {
        NameDefect::Character => "a character that it allows in none",
        NameDefect::TooLong => "a longer one",
        NameDefect::Start => "a dash at its beginning",
        NameDefect::Reserved => "one that it keeps for itself",
        _ => return,
    };
    context.report(
        findings,
        format!("expected a name that {} allows, found {found}", context.scan.forge.name()),
        name,
    );
}

pub(super) static REPOSITORY_NAME: Entry = Entry {
    rule: Rule {
        id: "git-url-repository-name",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "invalid name of a repository",
        why: "There is no such repository, so the clone fails and asks for a password that the service does not have.",
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
    let found = match defect {
        NameDefect::Character => "a character that it allows in none",
        NameDefect::TooLong => "a longer one",
        NameDefect::Start => "a dash at its beginning",
        NameDefect::Reserved => "one that it keeps for itself",
        _ => return,
    };
    context.report(
        findings,
        format!("expected a name that {} allows, found {found}", context.scan.forge.name()),
        name,
    );
}

pub(super) static LEGACY_NAME: Entry = Entry {
    rule: Rule {
        id: "git-url-legacy-name",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "forge no longer allows such a name",
        why: "Some old accounts and projects have such names, but it may as well be a slip.",
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
                format!("expected a name that {forge} gives today, found an older style"),
                span,
            );
        }
    }
}
