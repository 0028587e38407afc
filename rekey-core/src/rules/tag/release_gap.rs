//! A release that leaves one out.

use super::Context;
use crate::{
    finding::{Findings, Safety, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
    tag::{highest_release, next_number},
};

pub(super) static RULE: Rule = Rule {
    id: "tag-release-gap",
    severity: Severity::Note,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "release leaves out a number",
    why: "Releases of a version are counted from 1 by one. A gap is allowed, but looks like a build that went missing or \
          a mistyped number.",
    help: "Use the release after the highest one that is published, or 1 for a new version.",
    basis: partner_guide(
        "the Build Service will rebuild the image with a 1.0-2 tag to indicate a second Red Hat build of the same \
         partner software version",
    ),
    since: "0.1.0",
    examples: &[
        Example::fixed("1.0-5", "1.0-3").given(&[("published", "1.0-1 1.0-2")]),
        Example::fixed("1.1-3", "1.1-1").given(&[("published", "1.0-1 1.0-2")]),
        Example::good("1.0-3").given(&[("published", "1.0-1 1.0-2")]),
        Example::good("1.0-5"),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.published.is_empty() {
        return;
    }
    let (Some(version), Some((count, span))) = (context.version(), context.count()) else { return };
    let (Some(after), Some(next)) = (next_number(count), context.next_count(version)) else { return };
    if after <= next + 1 {
        return;
    }
    let message = match highest_release(version, context.published()) {
        Some(highest) => format!("expected release {next} after `{version}-{highest}`, found `{count}`"),
        None => format!("expected release 1 for the first build of `{version}`, found `{count}`"),
    };
    findings.report(message).at(span).fix(Safety::Unsafe, format!("use {next}"), span, next.to_string());
}
