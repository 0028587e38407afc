//! No licence can be in the image.

use super::Context;
use crate::{
    dockerfile::{Keyword, build_context::Found},
    finding::{Draft, Findings, Safety, Severity},
    image::licenses::Terms,
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
        Example::bad(
            "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN microdnf upgrade -y\nCOPY app /app\n",
        ),
        Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY licenses /licenses\n")
            .given(&[("context", "licenses/LICENSE=0")]),
        Example::bad(
            "FROM registry.access.redhat.com/ubi10\nCOPY licenses /licenses\nRUN rm -rf /licenses\n",
        ),
        Example::good(
            "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY setup /opt/\nRUN /opt/setup\n",
        ),
        Example::good("FROM scratch\nCOPY licenses /licenses\n"),
        Example::good("FROM scratch\nCOPY . /\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };
    if context.facts.licenses.value() != Some(&Ok(false)) {
        return;
    }
    let place = |step: Option<usize>| step.and_then(|step| context.file.instruction(step));
    let (copied, removed) = (place(context.licenses.copied), place(context.licenses.removed));
    match (context.licenses.terms, copied, removed) {
        (Terms::Empty, Some(copy), _) => {
            let message = "expected a file that is not empty in `/licenses`, found none in the build context";
            findings.report(message).at(copy.span);
        }
        (Terms::Nowhere, _, Some(run)) => {
            findings.report("`/licenses` is removed, and nothing puts a file there afterwards").at(run.span);
        }
        (terms, ..) => {
            let message = "expected files in `/licenses`, found nothing that puts one there";
            let draft = findings.report(message).at(from.span);
            if terms == Terms::Nowhere {
                offer_copy(context, draft);
            }
        }
    }
}

/// Offers to copy the folder `licenses` of the build context.
pub(super) fn offer_copy(context: &Context<'_>, draft: &mut Draft) {
    let copies = [Keyword::Label, Keyword::Copy, Keyword::Add, Keyword::Run];
    let is_there = context.folder.is_none_or(|folder| matches!(folder.find("licenses"), Found::Entry(_)));
    let has_room = context.facts.layers_at_least < preflight::LAYER_MAX;
    let insertion = context.insertion(&copies, "COPY licenses /licenses");
    if let Some((place, line)) = insertion.filter(|_| is_there && has_room) {
        draft.fix(Safety::Display, "copy the terms", place, line);
    }
}
