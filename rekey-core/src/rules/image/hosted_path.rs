//! A hosted upload with a name behind the project's id.

use super::Context;
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "image-hosted-path",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::Quay),
    checks: &[],
    summary: "a name follows the project's id",
    why: "On `quay.io` the project's id is the repository; nothing stands between it and the tag. A name behind it was \
          right on `scan.connect.redhat.com`.",
    help: "End the path with the project's id.",
    basis: Basis::Inferred {
        source: "partners' push scripts: `quay.io/redhat-isv-containers/<project id>:<tag>`",
    },
    since: "0.1.0",
    examples: &[
        Example::fixed(
            "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b/app:1.0-1",
            "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1",
        ),
        Example::good("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((project, span)) = context.below_quay_namespace() else { return };
    let Some((id, name)) = project.split_once('/') else { return };
    let surplus = Span::new(span.range().start + id.len(), span.range().end);
    let message = format!("expected the tag after the project's id, found `/{name}`");
    findings.report(message).at(surplus).fix(Safety::Unsafe, format!("remove `/{name}`"), surplus, "");
}
