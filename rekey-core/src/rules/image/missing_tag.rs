//! A push that will become `latest`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::Flow,
    preflight::HAS_UNIQUE_TAG,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "image-missing-tag",
    severity: Severity::Error,
    applies: Applies::outside_flow(Flow::External),
    checks: &[HAS_UNIQUE_TAG],
    summary: "reference has no tag",
    why: "Without a tag `latest` is pushed, silently, and an image whose only tag that is fails certification.",
    help: "Append a colon and the tag: `:1.0-1`.",
    basis: Basis::Upstream { source: "distribution/reference normalize.go, TagNameOnly" },
    since: "0.1.0",
    examples: &[
        Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app"),
        Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference else { return };
    if reference.tag().is_none() && reference.digest().is_none() {
        let end = Span::at(context.scan.text.len());
        findings.report("expected a colon and a tag, found the end").at(end).incomplete();
    }
}
