//! A release that counts from nothing.

use super::Context;
use crate::{
    finding::{Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-release-zero",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "release number is zero",
    why: "The first build of a version is `-1`. Tools that read a missing release as 0 take `1.0-0` and `1.0` for the \
          same.",
    help: "Count from 1.",
    basis: partner_guide(
        "For example, if the initial image published is 1.0-1, the partner version is the 1.0 and the Red Hat build is \
         -1.",
    ),
    since: "0.1.0",
    examples: &[
        Example::fixed("1.0-0", "1.0-1"),
        Example::fixed("1.0-00", "1.0-3").given(&[("published", "1.0-2")]),
        Example::good("1.0-1"),
        Example::good("1.0-10"),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((count, span)) = context.count().filter(|(count, _)| count.bytes().all(|b| b == b'0')) else {
        return;
    };
    let draft = findings.report(format!("expected a release from 1 on, found `{count}`")).at(span);
    if let Some(next) = context.version().and_then(|version| context.next_count(version)) {
        draft.fix(Safety::Unsafe, format!("count from {next}"), span, next.to_string());
    }
}
