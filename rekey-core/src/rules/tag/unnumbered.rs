//! Outside of the Build Service a release is only useful.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-unnumbered",
    severity: Severity::Note,
    applies: Applies::outside_flow(Flow::BuildService),
    checks: &[],
    summary: "tag leaves no number for a rebuild",
    why: "A published tag cannot be pushed again, so a rebuild of the same version for an updated base needs another \
          tag. Most partners publish without a number and invent a suffix when they need one.",
    help: "Append `-1` now, and count it up with each rebuild of the version.",
    basis: Basis::Practice { source: "a rebuild needs a tag of its own" },
    since: "0.1.0",
    examples: &[Example::bad("1.0"), Example::good("1.0-1"), Example::good("latest")],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(tag) = context.tag().filter(|_| context.scan.release.is_none()) else { return };
    if tag.bytes().any(|b| b.is_ascii_digit()) {
        findings.report(format!("`{tag}` leaves no number for a rebuild")).at(Span::new(0, tag.len()));
    }
}
