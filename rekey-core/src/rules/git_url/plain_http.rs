//! `http://`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::Form,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-plain-http",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL is in clear",
    why: "Whoever sits between can change what is built. Forges answer with a redirect at best.",
    help: "Write `https://`.",
    basis: Basis::Inferred {
        source: "partner guide, \"The Build Service\": the Git source URL of a public repository is an HTTPS link",
    },
    since: "0.1.0",
    examples: &[
        Example::fixed("http://github.com/acme/app", "https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(scheme) = context.scan.scheme.filter(|_| context.scan.form == Form::Http) else { return };
    context.mend(findings, "expected `https`, found `http`".to_owned(), scheme);
}
