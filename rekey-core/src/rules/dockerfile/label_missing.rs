//! A label that every image needs.

use super::{Context, label_argument};
use crate::{
    finding::{Findings, Safety, Severity},
    image::facts::Label,
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::source,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-label-missing",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[preflight::REQUIRED_LABEL],
    summary: "required label is missing or empty",
    why: "The catalogue shows the image by these labels, and preflight refuses an image that lacks one of them.",
    help: "Set `name`, `vendor`, `version`, `release`, `summary`, `description` and `maintainer` with `LABEL`.",
    basis: source::preflight("internal/policy/container/has_required_labels.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\nLABEL name=acme/app\n"),
        Example::fixed(
            "FROM scratch\nLABEL name=acme/app vendor=Acme version=1 release=1 summary=App description=App maintainer=acme\nLABEL release=\n",
            "FROM scratch\nLABEL name=acme/app vendor=Acme version=1 release=1 summary=App description=App maintainer=acme\nLABEL release=TODO\n",
        ),
        Example::fixed(
            "FROM scratch\nARG N=\nLABEL name=acme/app vendor=Acme version=1 release=$N summary=App description=App maintainer=acme\n",
            "FROM scratch\nARG N=TODO\nLABEL name=acme/app vendor=Acme version=1 release=$N summary=App description=App maintainer=acme\n",
        ),
        Example::good(
            "FROM scratch\nLABEL name=acme/app vendor=Acme version=1 release=1 summary=App description=App maintainer=acme\n",
        ),
        Example::fixed(
            "FROM scratch\nLABEL name=acme/app vendor=Acme version=1 summary=App description=App maintainer=acme\n",
            "FROM scratch\nLABEL name=acme/app vendor=Acme version=1 summary=App description=App maintainer=acme\nLABEL release=TODO\n",
        ),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };

    for key in preflight::REQUIRED_LABELS {
        let set = context.file.labels.get(key);
        match context.facts.label(key).value() {
            Some(Label::Absent) => {
                let draft = findings.report(format!("expected a label `{key}`, found none")).at(from.span);
                draft.parameter(*key);
                if let Some((place, line)) = context.new_label(key) {
                    draft.fix(Safety::Unsafe, format!("add the label `{key}`"), place, line);
                }
            }
            Some(Label::Value(value)) if value.is_empty() => {
                let span = set.map_or(from.span, |label| label.key_span);
                let draft = findings.report(format!("label `{key}` is empty")).at(span);
                draft.parameter(*key);
                if let Some((place, value)) =
                    set.and_then(|label| label_argument::value_edit(context, key, label))
                {
                    draft.fix(Safety::Unsafe, format!("give the label `{key}` a value"), place, value);
                }
            }
            _ => {}
        }
    }
}
