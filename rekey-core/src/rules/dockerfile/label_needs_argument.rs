//! A label that whoever builds must not forget.

use super::{Context, label_argument};
use crate::{
    dockerfile::Base,
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
    why: "Whoever builds without the argument gets an image that preflight refuses. `version` and `release` differ from build \
          to build, so a build argument is their place; the other labels do not.",
    help: "Give the `ARG` a default, or build with `--build-arg` and tell rekey the same.",
    basis: Basis::Practice { source: "a build that needs nothing said is one that nobody gets wrong" },
    since: "0.1.0",
    examples: &[
        Example::fixed(
            "FROM scratch\nARG TEXT\nLABEL summary=\"${TEXT}\" description=$TEXT\n",
            "FROM scratch\nARG TEXT=TODO\nLABEL summary=\"${TEXT}\" description=$TEXT\n",
        )
        .given(&[("flow", "quay")]),
        Example::good("FROM scratch\nARG NAME\nLABEL name=$NAME\n")
            .given(&[("flow", "quay"), ("build_args", "NAME=app")]),
        Example::good("FROM scratch\nARG NAME\nLABEL name=\"acme/$NAME\"\n").given(&[("flow", "quay")]),
        Example::good("FROM scratch\nARG VERSION\nLABEL version=$VERSION release=$VERSION\n")
            .given(&[("flow", "quay")]),
        Example::good("ARG BASE\nFROM $BASE\nARG NAME\nLABEL name=$NAME\n").given(&[("flow", "quay")]),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    // Such a file is never built without arguments.
    if matches!(context.file.base, Base::Unresolved(_)) {
        return;
    }
    let is_constant = |key: &str| !matches!(key, "version" | "release");
    for unset in label_argument::unset(context) {
        let Some(unset) = unset.only(is_constant) else { continue };
        let (subject, verb) = (unset.subject(), unset.verb("is", "are"));
        let message = format!("{subject} {verb} empty unless build argument `{}` is given", unset.argument);
        unset.report(context, findings, message);
    }
}
