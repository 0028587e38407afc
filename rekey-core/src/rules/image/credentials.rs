//! A user and a password where only a name belongs.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::reference::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-credentials",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "reference has a user or a password in front of the registry",
    why: "A reference has no place for them: the tools refuse it, and it ends up in shell histories and logs with the \
          key in it.",
    help: "Log in with `podman login` first and give the reference alone. If the key was real, ask for a new one.",
    basis: Basis::Upstream { source: "distribution/reference regexp.go" },
    since: "0.1.0",
    examples: &[
        Example::bad("user:password@quay.io/acme/app:1.0-1"),
        Example::bad("https://user@quay.io/acme/app:1.0-1"),
        Example::good("quay.io/acme/app:1.0-1"),
        Example::good("quay.io/acme/app@sha256:12"),
    ],
    check: Check::Image(check),
};

/// Without a place: a snippet would show what it is about.
fn check(context: &Context<'_>, findings: &mut Findings) {
    if holds(context) {
        findings.report("expected the registry at the beginning, found a user before an `@`");
    }
}

/// Whether what follows the first `@` is itself a reference and no digest.
pub(super) fn holds(context: &Context<'_>) -> bool {
    let scan = context.scan;
    let wrong = scan.problems.iter().any(|problem| problem.kind == ProblemKind::DigestForm);
    wrong && scan.digest.is_some_and(|digest| digest.of(scan.text).contains(&b'/'))
}
