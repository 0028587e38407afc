//! An image of an architecture that preflight passes over.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    preflight::ARCHITECTURES,
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-architecture",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "preflight does not look at images of this architecture",
    why: "Of a list of images preflight judges those for `amd64`, `arm64`, `ppc64le` and `s390x`, and passes over others; these are not certified.",
    help: "Build for one of the four architectures.",
    basis: preflight("cmd/preflight/cmd/check_container.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "platform linux/riscv64")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "platform linux/arm64")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "platform linux/amd64")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(platform) = context.contents.map(|contents| contents.image.platform.as_str()) else { return };
    let architecture = platform.split('/').nth(1).unwrap_or_default();
    if !architecture.is_empty() && !ARCHITECTURES.contains(&architecture) {
        let expected = ARCHITECTURES.join("`, `");
        findings.report(format!("expected one of `{expected}`, found `{architecture}`"));
    }
}
