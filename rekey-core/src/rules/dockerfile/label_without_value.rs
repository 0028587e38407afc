//! A label that only a build argument could fill.

use super::{Context, label_argument};
use crate::{
    finding::{Basis, Findings, Severity},
    policy::Flow,
    preflight,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-label-without-value",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[preflight::REQUIRED_LABEL],
    summary: "required label depends on a build argument that has no value",
    why: "The Build Service has no field for build arguments, so the argument stays empty, and so does the label, or what \
          the base image has shines through.",
    help: "Give the `ARG` a default.",
    basis: Basis::Inferred { source: "the partner guide of 2021-06-30 names no field for build arguments" },
    since: "0.1.0",
    examples: &[
        Example::fixed(
            "FROM scratch\nARG VERSION\nLABEL version=$VERSION\n",
            "FROM scratch\nARG VERSION=TODO\nLABEL version=$VERSION\n",
        ),
        Example::good("FROM scratch\nARG VERSION=1\nLABEL version=$VERSION\n"),
        Example::good("FROM scratch\nARG VERSION\nLABEL version=$VERSION\n")
            .given(&[("build_args", "VERSION=1")]),
        Example::good("FROM scratch\nARG VERSION\nLABEL version=$VERSION\n").given(&[("flow", "quay")]),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for unset in label_argument::unset(context) {
        let (subject, verb) = (unset.subject(), unset.verb("has", "have"));
        let message =
            format!("{subject} {verb} no value: build argument `{}` has no default", unset.argument);
        unset.report(context, findings, message);
    }
}
