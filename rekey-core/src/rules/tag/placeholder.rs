//! A tag that a person is still to fill in.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
    rules::filler,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-placeholder",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "tag has a placeholder",
    why: "Registries accept `TODO`, and the image would be published under it.",
    help: "Replace the placeholder by the version.",
    basis: Basis::Inferred { source: "a published tag cannot be changed" },
    since: "0.1.0",
    examples: &[
        Example::bad("TODO"),
        Example::bad("CHANGEME-1"),
        Example::bad("1.0-TODO"),
        Example::bad("<version>-1"),
        Example::good("1.0-1"),
        Example::good("todo-1.0-1"),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(place) = find(context) else { return };
    let found = filler::name(place.str(context.scan.text).unwrap_or_default());
    findings.report(format!("expected a version, found {found}")).at(place);
}

/// The placeholder in the tag.
pub(super) fn find(context: &Context<'_>) -> Option<Span> {
    let text = std::str::from_utf8(context.scan.text).ok()?;
    filler::find(text, b"-.").map(|place| Span::new(place.start, place.end))
}
