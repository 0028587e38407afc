//! A label that whoever builds must not forget.

use super::{Context, label_argument};
use crate::{
    finding::{Basis, Findings, Severity},
    policy::Flow,
    preflight,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-label-needs-argument",
    severity: Severity::Note,
    applies: Applies::outside_flow(Flow::BuildService),
    checks: &[preflight::REQUIRED_LABEL],
    summary: "required label is empty unless a build argument is given",
    why: "Whoever builds without the argument gets an image that preflight refuses.",
    help: "Give the `ARG` a default, or build with `--build-arg` and tell rekey the same.",
    basis: Basis::Practice { source: "a build that needs nothing said is one that nobody gets wrong" },
    since: "0.1.0",
    examples: &[
        Example::fixed(
            "FROM scratch\nARG VERSION\nLABEL version=\"v$VERSION\" release=\"${VERSION}\"\n",
            "FROM scratch\nARG VERSION=TODO\nLABEL version=\"v$VERSION\" release=\"${VERSION}\"\n",
        )
        .given(&[("flow", "quay")]),
        Example::good("FROM scratch\nARG VERSION\nLABEL version=$VERSION\n")
            .given(&[("flow", "quay"), ("build_args", "VERSION=1")]),
        Example::good("FROM scratch\nARG VERSION\nLABEL version=\"v$VERSION\"\n").given(&[("flow", "quay")]),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (key, argument) in label_argument::unset(context) {
        let message = format!("label `{key}` is empty unless build argument `{argument}` is given");
        label_argument::report(context, findings, key, argument, message);
    }
}
