//! A release that is a point in time.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
    tag::is_timestamp,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-timestamp-release",
    severity: Severity::Note,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "release is a timestamp",
    why: "Red Hat tags its own images with the time of the build. A partner's release is counted up by one with each \
          rebuild, and a time plus one says nothing.",
    help: "Count releases from 1: `-1`.",
    basis: partner_guide(
        "the Build Service will rebuild the image with a 1.0-2 tag to indicate a second Red Hat build of the same \
         partner software version",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("9.7-1763362218"),
        Example::good("8.7-1112"),
        Example::good("8.7-923.1669829893"),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((count, span)) = context.count().filter(|(count, _)| is_timestamp(count)) else { return };
    findings.report(format!("expected a release that is counted up, found the timestamp `{count}`")).at(span);
}
