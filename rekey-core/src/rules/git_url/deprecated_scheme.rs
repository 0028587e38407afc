//! `git+ssh://`, `ssh+git://`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::Form,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-deprecated-scheme",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "scheme is deprecated",
    why: "git still reads `git+ssh://` and `ssh+git://` but calls them deprecated; other programs do not \
          know them.",
    help: "Write `ssh://`.",
    basis: Basis::Upstream { source: "git connect.c, get_protocol: /* deprecated - do not use */; RelNotes" },
    since: "0.1.0",
    examples: &[
        Example::fixed("git+ssh://git@github.com/acme/app.git", "ssh://git@github.com/acme/app.git"),
        Example::good("ssh://git@github.com/acme/app.git"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(scheme) = context.scan.scheme.filter(|_| context.scan.form == Form::Ssh) else { return };
    if scheme.len() > b"ssh".len() {
        context.mend(findings, "expected `ssh`, found one of its deprecated spellings".to_owned(), scheme);
    }
}
