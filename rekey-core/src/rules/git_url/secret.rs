//! A password or token in the URL.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::Secret,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-secret",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL holds a password or token",
    why: "git writes the URL into its configuration and into logs, so whoever sees a build sees the \
          secret. It also expires, and then no rebuild works.",
    help: "Revoke the secret; it is compromised. Give the URL without it: a private repository is cloned with an SSH key.",
    basis: Basis::Practice {
        source: "git-clone(1) warns of it; forges revoke tokens that they find in public",
    },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://jane:hunter2@github.com/acme/app", "https://github.com/acme/app"),
        Example::fixed("https://oauth2:x@gitlab.com/acme/app.git", "https://gitlab.com/acme/app.git"),
        Example::bad("https://git.example.com/app.git?private_token=glpat-0123456789abcdefghij"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((span, kind)) = context.scan.secret else { return };
    let found = match kind {
        Secret::Token(issuer) => issuer.token(),
        Secret::JobToken => "token of a CI job",
        Secret::OAuthToken => "OAuth token",
        _ => "password or token",
    };
    let article = if found.starts_with(['A', 'O']) { "an" } else { "a" };
    let draft =
        context.mend(findings, format!("expected no secret in the URL, found {article} {found}"), span);
    if let Some(page) = kind.revoke_at() {
        draft.help(format!("Revoke the token at {page}; it is compromised. Give the URL without it."));
    }
}
