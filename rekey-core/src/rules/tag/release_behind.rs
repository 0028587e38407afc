//! A release below one that is published.

use super::Context;
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
    tag::{highest_release, next_number, number},
};

pub(super) static RULE: Rule = Rule {
    id: "tag-release-behind",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a higher release of the version is published",
    why: "Releases are counted up, so whoever looks for the newest build will find the older one.",
    help: "Use the release after the highest one.",
    basis: Basis::Inferred { source: "the partner guide's convention: a second build is `-2`" },
    since: "0.1.0",
    examples: &[
        Example::fixed("1.0-2", "1.0-6").given(&[("published", "1.0-1 1.0-5")]),
        Example::good("1.0-6").given(&[("published", "1.0-1 1.0-5")]),
        Example::good("1.0-2").given(&[("published", "1.0.1-5 1.0-2")]),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.published.is_empty() {
        return;
    }
    let (Some(version), Some((count, span))) = (context.version(), context.count()) else { return };
    let Some(highest) = highest_release(version, context.published()) else { return };
    let (Some(after), Some(next)) = (next_number(count), next_number(highest)) else { return };
    // Equal counts are the same tag, or a tie.
    if after < next {
        let highest = number(highest);
        let message = format!("expected release {next} after `{version}-{highest}`, found `{count}`");
        findings.report(message).at(span).fix(Safety::Unsafe, format!("use {next}"), span, next.to_string());
    }
}
