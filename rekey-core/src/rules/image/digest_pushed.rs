//! A push to a digest.

use super::Context;
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "image-digest-pushed",
    severity: Severity::Error,
    applies: Applies::outside_flow(Flow::External),
    checks: &[],
    summary: "push target has a digest",
    why: "A digest follows from what is pushed and is known afterwards: a push names a tag.",
    help: "Leave out `@` and what follows, and name a tag.",
    basis: Basis::Inferred { source: "docker refuses to tag or push a reference with a digest" },
    since: "0.1.0",
    examples: &[
        Example::fixed(
            "quay.io/a/b:1.0-1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "quay.io/a/b:1.0-1",
        ),
        Example::good("quay.io/a/b:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(reference), Some(digest)) = (context.reference, context.scan.digest) else { return };
    let with_sign = Span { start: digest.start - 1, ..digest };
    let draft = findings.report("expected a tag alone, found a digest").at(with_sign);
    if reference.tag().is_some() {
        draft.fix(Safety::Unsafe, "remove the digest", with_sign, "");
    }
}
