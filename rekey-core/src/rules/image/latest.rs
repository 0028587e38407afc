//! A reference to the tag that tells no build from another.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    preflight::HAS_UNIQUE_TAG,
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-latest",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[HAS_UNIQUE_TAG],
    summary: "tag is `latest`",
    why: "Preflight fails an image that has no other tag, and `Latest` in any other case at once; each push moves the tag \
          away from the image that was certified.",
    help: "Use a tag with a version and a release, such as `1.0-1`, and move `latest` afterwards.",
    basis: preflight("internal/policy/container/has_unique_tag.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:latest"),
        Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:Latest"),
        Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(tag) = context.reference.and_then(|reference| reference.tag()) else { return };
    if let Some(span) = context.scan.tag.filter(|_| tag.eq_ignore_ascii_case("latest")) {
        findings.report(format!("expected a tag with a version, found `{tag}`")).at(span);
    }
}
