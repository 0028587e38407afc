//! A list of tags whose newest one depends on who is asked.

use semver::Version;

use super::Context;
use crate::{
    Tag,
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
    tag::order::has_v,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-semver-order",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "semver takes another tag for the newest one",
    why: "For semver what follows the first dash comes before the release: `1.0.0-1` is older than `1.0.0`. Operator \
          catalogues and Helm compare that way, rpm and Red Hat's tags the other way.",
    help: "Give every build a release, so that no tag without one stands beside it.",
    basis: Basis::Upstream { source: "semver.org 2.0.0, items 9 and 11" },
    since: "0.1.0",
    examples: &[
        Example::bad("1.0.0-1").given(&[("published", "1.0.0 0.9.0")]),
        Example::good("1.0.0-2").given(&[("published", "1.0.0-1")]),
        Example::good("1.0-1").given(&[("published", "1.0")]),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(text) = context.tag().filter(|_| !context.published.is_empty()) else { return };
    let Some(tag) = Tag::parse(text).ok().and_then(versioned) else { return };
    let tags: Vec<_> = context.published_versions().filter_map(versioned).chain([tag]).collect();
    let by_release = tags.iter().max_by(|a, b| a.0.compare_age(&b.0));
    let by_semver = tags.iter().max_by(|a, b| a.1.cmp_precedence(&b.1));
    let (Some((newest, of_newest)), Some((other, of_other))) = (by_release, by_semver) else { return };
    if of_newest.cmp_precedence(of_other).is_lt() && other.compare_age(newest).is_lt() {
        let message = format!("`{newest}` is the newest tag by its release, `{other}` by semver");
        findings.report(message).at(Span::new(0, text.len()));
    }
}

/// The tag with what semver makes of it, if anything.
fn versioned(tag: Tag) -> Option<(Tag, Version)> {
    let text = tag.as_str();
    let version = Version::parse(text.get(usize::from(has_v(text.as_bytes()))..)?).ok()?;
    Some((tag, version))
}
