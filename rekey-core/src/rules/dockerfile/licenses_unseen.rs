//! Nothing in the file speaks of licences.

use super::{Context, licenses_missing};
use crate::{
    finding::{Basis, Findings, Severity},
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
        Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY app /app\n"),
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
        licenses_missing::offer_copy(context, draft);
    }
}
