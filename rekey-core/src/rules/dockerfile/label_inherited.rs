//! A label that speaks of Red Hat's image, not of yours.

use super::Context;
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    image::facts::{Fact, Label},
    preflight,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-label-inherited",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "required label is inherited from the base image",
    why: "It passes preflight, but the catalogue then shows the base image's words for yours; the scanner before \
          preflight refused it.",
    help: "Set the label in the final stage.",
    basis: Basis::Practice {
        source: "Red Hat's scanner of 2019 to 2022 had the checks `non_inherited_base_label_name`, `_summary`, \
                 `_description`",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n"),
        Example::good(
            "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nLABEL name=acme/app vendor=Acme version=1 release=1 summary=App description=App maintainer=acme\n",
        ),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };
    for key in preflight::REQUIRED_LABELS {
        let own = preflight::TRADEMARK_LABELS.contains(key) && trademark(context.facts.label(key));
        let is_set = matches!(context.facts.label(key).value(), Some(Label::Present | Label::Value(_)));
        if is_set && context.is_inherited(key) && !own {
            let message = format!("label `{key}` is not set here: the base image's own shines through");
            let draft = findings.report(message).at(from.span).parameter(*key);
            if let Some((place, line)) = context.new_label(key) {
                draft.fix(Safety::Unsafe, format!("set the label `{key}`"), place, line);
            }
        }
    }
}

/// Whether the label breaks the trademark rule, which then says it with more weight.
fn trademark(fact: &Fact<Label>) -> bool {
    matches!(fact.value(), Some(Label::Value(value)) if preflight::infringes_trademark(value))
}
