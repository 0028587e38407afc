//! A tag that the Build Service could not count up.

use super::Context;
use crate::{
    finding::{Findings, Safety, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
    tag::{is_floating, names_version, unclear_release, without_loose_end},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-missing-release",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "tag has no release number",
    why: "Red Hat rebuilds the image when one of its packages is updated; rebuilds of one version are told apart only \
          by the number after the last dash.",
    help: "Append `-1` for the first build of a version.",
    basis: partner_guide(
        "Tag version numbers follow the convention of using a dash \"-\" and then a number in order to accommodate \
         Red Hat package updates that are independent of the partner application.",
    ),
    since: "0.1.0",
    examples: &[
        Example::fixed("1.0", "1.0-1"),
        Example::fixed("1.0-beta", "1.0-beta-1"),
        Example::fixed("1.0", "1.0-3").given(&[("published", "1.0-1 1.0-2")]),
        Example::bad("1.0-1.1695"),
        Example::good("1.0-1"),
        Example::good("2024.06-12"),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(tag) = context.tag().filter(|_| context.scan.release.is_none()) else { return };
    if tag.eq_ignore_ascii_case("latest") || super::placeholder::find(context).is_some() {
        return; // Rules of their own say more.
    }
    let version = without_loose_end(tag);
    if crate::tag::scan(version.as_bytes()).release.is_some() {
        let end = Span::new(version.len(), tag.len());
        let found = tag.get(end.range()).unwrap_or_default();
        let draft = findings.report(format!("expected the end after the release, found `{found}`")).at(end);
        draft.fix(Safety::Unsafe, format!("remove `{found}`"), end, "");
        return;
    }
    let message = match version.rsplit_once('-') {
        Some((_, after)) if after.bytes().all(|b| b.is_ascii_digit()) => {
            format!("expected a dash and a release number after the date in `{version}`, found the end")
        }
        Some((_, after)) => format!("expected a number after the last dash, found `{after}`"),
        None => format!("expected a dash and a release number after `{version}`, found the end"),
    };
    let end = Span::new(version.len(), tag.len());
    let marked = if end.is_empty() { Span::new(0, tag.len()) } else { end };
    let draft = findings.report(message).at(marked);
    if let Some(unclear) = unclear_release(tag) {
        draft.help(format!(
            "If `{unclear}` is the release, write one number after the dash; if it is a part of the version, write `_` or \
             `.` instead of the dash and append `-1`."
        ));
        return;
    }
    if is_floating(tag) || !names_version(tag, None) {
        draft.help("Name a version, and append `-1` for its first build.");
        return;
    }
    if let Some(count) = context.next_count(version) {
        draft.fix(Safety::Unsafe, format!("append `-{count}`"), end, format!("-{count}")).incomplete();
    }
}
