//! A link to a licence that is not there.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::inspection::lossy,
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-license-link-broken",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a link below `/licenses` leads nowhere",
    why: "A license that is a link is judged by what it leads to. Preflight skips a link whose target is not in the image or lies outside of it, so nobody sees that license.",
    help: "Copy the file itself, or keep what the link points at in the image.",
    basis: preflight("internal/policy/container/has_license.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1")
            .given(&[("layers", "file licenses/LICENSE 10\nlink licenses/OTHER -> ../usr/share/OTHER")]),
        Example::good("quay.io/a/b:1")
            .given(&[("layers", "file licenses/LICENSE 10\nlink licenses/OTHER -> LICENSE")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(licenses) = context.contents.and_then(|contents| contents.licenses.as_ref()) else { return };
    if licenses.passing().is_none() {
        return;
    }
    for path in &licenses.broken {
        let path = lossy(path);
        findings.report(format!("expected `/{path}` to lead to a file, found nothing there"));
    }
}
