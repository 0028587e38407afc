//! `git://`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::Form,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-git-protocol",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL uses the git protocol",
    why: "It is in clear and does not know who answers; GitHub has closed it, and port 9418 is rarely \
          open.",
    help: "Write `https://`.",
    basis: Basis::Upstream {
        source: "github.blog, \"Improving Git protocol security on GitHub\" (2021-09-01)",
    },
    since: "0.1.0",
    examples: &[
        Example::fixed("git://github.com/acme/app.git", "https://github.com/acme/app.git"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(scheme) = context.scan.scheme.filter(|_| context.scan.form == Form::Git) else { return };
    context.mend(
        findings,
        "expected `https` or `ssh`, found `git`, which is closed at most places".to_owned(),
        scheme,
    );
}
