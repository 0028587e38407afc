//! Two tags of which none is the newer one.

use super::Context;
use crate::{
    Tag,
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-tied",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "tag is as new as another one that is published",
    why: "Separators and zeros in front do not count when versions are compared: nobody can tell which of `1.0_1-1` and \
          `1.0.1-1` came later.",
    help: "Write the version as before, and count up the release.",
    basis: Basis::Upstream { source: "rpm rpmio/rpmvercmp.cc" },
    since: "0.1.0",
    examples: &[
        Example::bad("1.0_1-1").given(&[("published", "1.0.1-1")]),
        Example::bad("1.0-01").given(&[("published", "1.0-1")]),
        Example::good("1.0.1-2").given(&[("published", "1.0.1-1")]),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(tag) = context.tag().filter(|_| !context.published.is_empty()) else { return };
    let Ok(tag) = Tag::parse(tag) else { return };
    if let Some(other) = context.published_versions().find(|other| tag.is_as_new_as(other)) {
        let message = format!("expected a tag newer than `{other}`, found `{tag}`, which is as new");
        findings.report(message).at(Span::new(0, tag.as_str().len()));
    }
}
