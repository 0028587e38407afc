//! Red Hat's trademark in a label of yours.

use super::Context;
use crate::{
    finding::{Findings, Safety, Severity},
    image::facts::{Fact, Label},
    policy::PolicyKind,
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::source,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-label-trademark",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(&[
        PolicyKind::Container,
        PolicyKind::Root,
        PolicyKind::ScratchNonroot,
        PolicyKind::ScratchRoot,
    ]),
    checks: &[preflight::NO_PROHIBITED_LABELS],
    summary: "label uses Red Hat's trademark",
    why: "`name`, `vendor` and `maintainer` must not claim to be Red Hat's. The base images say `Red Hat, Inc.` in the \
          last two, so an image that does not set them fails.",
    help: "Set the label to your own company or product; `… for Red Hat …` is allowed once.",
    basis: source::preflight("internal/policy/container/trademark_validator.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n"),
        Example::bad("FROM scratch\nLABEL vendor=\"Red Hat, Inc.\"\n"),
        Example::good(
            "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nLABEL name=acme/app vendor=Acme version=1 release=1 summary=App description=App maintainer=acme\n",
        ),
        Example::good("FROM scratch\nLABEL name=\"Acme for Red Hat OpenShift\"\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };

    for key in preflight::TRADEMARK_LABELS {
        let Fact::Known(Label::Value(value), _) = context.facts.label(key) else { continue };
        if !preflight::infringes_trademark(value) {
            continue;
        }
        let inherited = context.is_inherited(key);
        let place = context.file.labels.get(key).filter(|_| !inherited).map(|label| label.value_span);
        let message = if inherited {
            format!("label `{key}` is not set here, and the base image's `{value}` uses Red Hat's trademark")
        } else {
            format!("label `{key}` uses Red Hat's trademark: `{value}`")
        };
        let draft = findings.report(message).at(place.unwrap_or(from.span)).parameter(*key);
        if let Some((place, line)) = context.new_label(key).filter(|_| inherited) {
            draft.fix(Safety::Unsafe, format!("set the label `{key}`"), place, line);
        }
    }
}
