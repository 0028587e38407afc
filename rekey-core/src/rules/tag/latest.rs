//! The tag that tells no build from another.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    preflight::HAS_UNIQUE_TAG,
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-latest",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[HAS_UNIQUE_TAG],
    summary: "tag is `latest`",
    why: "Preflight fails an image that has no other tag, and `Latest` in any other case at once; each push moves the tag \
          away from the image that was certified.",
    help: "Submit a tag with a version and a release, such as `1.0-1`, and move `latest` afterwards.",
    basis: preflight("internal/policy/container/has_unique_tag.go"),
    since: "0.1.0",
    examples: &[Example::bad("latest"), Example::bad("LATEST"), Example::good("1.0-1")],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let Some(tag) = context.tag().filter(|tag| tag.eq_ignore_ascii_case("latest")) {
        let message = format!("expected a tag with a version, found `{tag}`");
        findings.report(message).at(Span::new(0, tag.len()));
    }
}
