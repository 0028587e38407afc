//! A version in which something is missing between two signs.

use super::Context;
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-empty-part",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "version has an empty part",
    why: "Mostly a variable was empty when the tag was put together. Separators alone do not count when versions are \
          compared, so `1..0` is taken for as new as `1.0`.",
    help: "Fill in the part, or remove the sign.",
    basis: Basis::Upstream { source: "rpm rpmio/rpmvercmp.cc: separators do not count" },
    since: "0.1.0",
    examples: &[
        Example::fixed("1..0-1", "1.0-1"),
        Example::fixed("1.0--1", "1.0-1"),
        Example::fixed("1.0.-1", "1.0-1"),
        Example::good("1.0-1"),
        Example::good("1__0-1"),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(version) = context.version() else { return };
    let Some(span) = surplus_signs(version.as_bytes()) else { return };
    let Some(signs) = version.get(span.range()) else { return };
    let ends = span.range().end == version.len();
    if ends && context.scan.release.is_none() && context.policy.flow() == Flow::BuildService {
        return; // `tag-missing-release` says more.
    }
    let (message, surplus) = if ends {
        (format!("expected letters or digits after `{signs}`, found the end of the version"), span)
    } else {
        let surplus = Span { end: span.end - 1, ..span };
        (format!("expected one sign between the parts of the version, found `{signs}`"), surplus)
    };
    findings.report(message).at(span).fix(Safety::Unsafe, "remove the surplus signs", surplus, "");
}

/// The first dots and dashes that stand next to each other, or at the end.
fn surplus_signs(version: &[u8]) -> Option<Span> {
    let mut run = None;
    for (at, b) in version.iter().enumerate() {
        match (b, run) {
            (b'.' | b'-', None) => run = Some(at),
            (b'.' | b'-', Some(_)) | (_, None) => {}
            (_, Some(start)) if at - start > 1 => return Some(Span::new(start, at)),
            (_, Some(_)) => run = None,
        }
    }
    run.map(|start| Span::new(start, version.len()))
}
