//! A release with a zero in front.

use super::Context;
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
    tag::next_number,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-leading-zero",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "release number has a zero in front",
    why: "`1.0-01` and `1.0-1` are two tags and one release: rpm takes them for equally new, and whoever compares text \
          puts `-010` before `-09`.",
    help: "Write the number without zeros in front.",
    basis: Basis::Upstream { source: "rpm rpmio/rpmvercmp.cc: leading zeros do not count" },
    since: "0.1.0",
    examples: &[
        Example::fixed("1.0-01", "1.0-1"),
        Example::fixed("1.0-01", "1.0-3").given(&[("published", "1.0-1 1.0-2")]),
        Example::good("1.0-10"),
        Example::good("1.0-0"),
        Example::good("01.0-1"),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((count, span)) = context.count().filter(|(count, _)| count.starts_with('0')) else { return };
    let short = count.trim_start_matches('0');
    if short.is_empty() {
        return;
    }
    let draft = findings.report(format!("expected the release `{short}`, found `{count}`")).at(span);
    let is_used = |next: &u64| next_number(short).is_some_and(|after| after <= *next);
    match context.version().and_then(|version| context.next_count(version)).filter(is_used) {
        Some(next) => draft.fix(Safety::Unsafe, format!("use {next}"), span, next.to_string()),
        None => draft.fix(Safety::Unsafe, "remove the zeros in front", span, short),
    };
}
