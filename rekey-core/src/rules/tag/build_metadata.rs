//! A version of semver whose build metadata no tag can hold.

use super::Context;
use crate::{
    Tag,
    finding::{Basis, Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
    tag::ProblemKind,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-build-metadata",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "tag has build metadata after a `+`",
    why: "Versions of semver may end with `+` and metadata; registries refuse the sign in a tag.",
    help: "Write `_` for `+`, as other partners and Helm do.",
    basis: Basis::Upstream { source: "opencontainers/distribution-spec spec.md, \"Pulling manifests\"" },
    since: "0.1.0",
    examples: &[
        Example::fixed("1.0.0+build5-1", "1.0.0_build5-1"),
        Example::good("1.0.0_build5-1"),
        Example::good("+1"),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(mended), Some(problem)) = (mended(context), context.scan.problem) else { return };
    let whole = Span::new(0, context.scan.text.len());
    let message = "expected `_` before build metadata, found `+`";
    findings.report(message).at(problem.span).fix(Safety::Unsafe, "replace `+` by `_`", whole, mended);
}

/// The tag with `_` for `+`, where that is all that it takes.
pub(super) fn mended(context: &Context<'_>) -> Option<String> {
    let problem = context.scan.problem.filter(|problem| problem.kind == ProblemKind::Character('+'))?;
    let text = std::str::from_utf8(context.scan.text).ok().filter(|_| problem.span.start > 0)?;
    Some(text.replace('+', "_")).filter(|text| Tag::parse(text).is_ok())
}
