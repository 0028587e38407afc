//! A submission that leaves the image without a tag.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "image-digest-only",
    severity: Severity::Note,
    applies: Applies::in_flow(Flow::External),
    checks: &[],
    summary: "reference has a digest and no tag that counts",
    why: "Preflight submits the image without a tag then, and customers find it by its digest only. A tag beside a digest \
          does not count.",
    help: "Submit the tag that customers are to use.",
    basis: preflight("internal/engine/engine.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
        Example::good("quay.io/a/b:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let (Some(_), Some(digest)) = (context.reference, context.scan.digest) {
        let with_sign = Span { start: digest.start - 1, ..digest };
        findings.report("expected a tag, found a digest").at(with_sign);
    }
}
