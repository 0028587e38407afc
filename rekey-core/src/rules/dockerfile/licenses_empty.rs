//! Terms without a word.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::licenses::Terms,
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::source,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-licenses-empty",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[preflight::HAS_LICENSE],
    summary: "what is copied to `/licenses` is empty",
    why: "Preflight wants one file in `/licenses` that is not empty. What the build context holds there has no byte, is \
          not there, or is left out by `.dockerignore`.",
    help: "Put the terms into the folder that is copied, as text.",
    basis: source::preflight("internal/policy/container/has_license.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY licenses /licenses\n")
            .given(&[("context", "licenses/LICENSE=0")]),
        Example::good("FROM registry.access.redhat.com/ubi9\nCOPY licenses /licenses\n")
            .given(&[("context", "licenses/LICENSE=11357")]),
        Example::good("FROM registry.access.redhat.com/ubi9\nCOPY licenses /licenses\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let certain = context.facts.licenses.value().is_some();
    if context.licenses.terms == Terms::Empty && context.is_judged() && !certain {
        let copy = context.licenses.copied.and_then(|step| context.file.instruction(step));
        let draft = findings.report("expected a file that is not empty, found none in the build context");
        if let Some(copy) = copy.or(context.from()) {
            draft.at(copy.span);
        }
    }
}
