//! Nothing in the file speaks of licences.

use super::Context;
use crate::{
    dockerfile::{Keyword, build_context::Found},
    finding::{Basis, Findings, Safety, Severity},
    image::{facts::Fact, licenses::Terms},
    preflight,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-licenses-unseen",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[preflight::HAS_LICENSE],
    summary: "nothing puts a file into `/licenses`",
    why: "Preflight looks for a file in `/licenses` that is not empty. Only the base image could bring one, and then it \
          would be the base image's terms.",
    help: "Put the terms into a folder of the build context and add `COPY licenses /licenses`.",
    basis: Basis::Inferred {
        source: "internal/policy/container/has_license.go of openshift-preflight 1.21.0",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY app /app\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY licenses /licenses\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN cp -r /src/licenses /\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };
    if matches!(context.facts.licenses, Fact::Unknown(_)) && context.licenses.terms == Terms::Nowhere {
        let draft =
            findings.report("expected files in `/licenses`, found nothing that puts one there").at(from.span);
        let copies = [Keyword::Label, Keyword::Copy, Keyword::Add, Keyword::Run];
        let is_there = context.folder.is_none_or(|folder| matches!(folder.find("licenses"), Found::Entry(_)));
        let insertion = context.insertion(&copies, "COPY licenses /licenses");
        if let Some((place, line)) = insertion.filter(|_| is_there) {
            draft.fix(Safety::Display, "copy the terms", place, line);
        }
    }
}
