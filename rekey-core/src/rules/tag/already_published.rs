//! A tag that is taken.

use super::Context;
use crate::{
    Tag,
    finding::{Basis, Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-already-published",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "tag has been published already",
    why: "Red Hat refuses to change a published image (`published image can't be updated`), and where the push succeeds \
          the tag cannot be pulled until the new image is certified.",
    help: "Count up the release: `rekey next` says which is free.",
    basis: Basis::Inferred { source: "what Red Hat's service answered to partners (odigos-io/odigos #3516)" },
    since: "0.1.0",
    examples: &[
        Example::fixed("1.0-1", "1.0-3").given(&[("published", "1.0-1 1.0-2")]),
        Example::bad("9.7-1763362218").given(&[("published", "9.7-1763362218")]),
        Example::good("1.0-3").given(&[("published", "1.0-1 1.0-2")]),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(tag) = context.tag().filter(|tag| context.published().any(|published| published == *tag)) else {
        return;
    };
    let whole = Span::new(0, tag.len());
    let draft =
        findings.report(format!("expected a tag that is free, found `{tag}`, which is published")).at(whole);
    let next = Tag::parse(tag).ok().and_then(|tag| tag.next_release_after(context.published()).ok());
    if let Some(next) = next {
        draft.fix(Safety::Unsafe, format!("use `{next}`"), whole, next.as_str());
    }
}
