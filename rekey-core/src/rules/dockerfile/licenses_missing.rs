//! No licence can be in the image.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::source,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-licenses-missing",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[preflight::HAS_LICENSE],
    summary: "image has no `/licenses`",
    why: "Every image carries the terms that it is used under, in a folder that people and tools find.",
    help: "Put the terms into a folder of the build context and add `COPY licenses /licenses`.",
    basis: source::preflight("internal/policy/container/has_license.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\nCOPY app /app\n"),
        Example::good("FROM scratch\nCOPY licenses /licenses\n"),
        Example::good("FROM scratch\nCOPY . /\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };
    if context.facts.licenses.value() == Some(&Ok(false)) {
        findings.report("expected files in `/licenses`, found nothing that puts one there").at(from.span);
    }
}
