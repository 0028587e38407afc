//! A tag that moves from build to build.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    tag::is_floating,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-floating",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "tag moves from build to build",
    why: "What is certified is one image. A tag that later names another one names an image that nobody has checked, and \
          a published tag cannot be pushed again.",
    help: "Submit a tag with a version, and move the floating tag to the certified image afterwards.",
    basis: Basis::Practice {
        source: "partners certify under a tag of its own first and move floating tags then",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("latest-1"),
        Example::bad("main-3"),
        Example::bad("stable").given(&[("flow", "quay")]),
        Example::bad("8.1-latest").given(&[("flow", "quay")]),
        Example::good("1.0-dev"),
        Example::good("latest"),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(tag), Some(version)) = (context.tag(), context.version()) else { return };
    if !is_floating(version) {
        return;
    }
    // Rules of their own say more of a tag without a release.
    let is_said = tag.eq_ignore_ascii_case("latest")
        || context.scan.release.is_none() && context.policy.flow() == Flow::BuildService;
    if !is_said {
        let message = format!("expected a tag that stays with one image, found `{tag}`");
        findings.report(message).at(Span::new(0, tag.len()));
    }
}
