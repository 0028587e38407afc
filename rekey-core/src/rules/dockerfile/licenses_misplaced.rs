//! Licences where preflight does not look.

use super::Context;
use crate::{
    dockerfile::{Arguments, Keyword},
    finding::{Basis, Findings, Severity},
    image::licenses::Terms,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-licenses-misplaced",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "licences are copied to another place than `/licenses`",
    why: "Preflight looks into `/licenses` only, in lower case, at the root.",
    help: "Copy them to `/licenses`.",
    basis: Basis::Enforced { source: "internal/policy/container/has_license.go", version: "1.21.0" },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY LICENSE /LICENSE\n"),
        Example::bad(
            "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY licenses /usr/share/licenses/app\n",
        ),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY LICENSE /licenses/\n"),
        Example::good(
            "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY LICENSE /usr/share/licenses/app\nCOPY licenses /licenses\n",
        ),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() || context.licenses.terms != Terms::Nowhere {
        return;
    }
    for (_, _, instruction) in context.steps() {
        let Arguments::Copy { destination, .. } = &instruction.arguments else { continue };
        let copies = matches!(instruction.keyword, Keyword::Copy | Keyword::Add);
        let place = destination.text();
        let is_right =
            place.strip_prefix("/licenses").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if copies && !is_right && place.to_ascii_lowercase().contains("licen") {
            findings.report(format!("expected `/licenses`, found `{place}`")).at(destination.span);
        }
    }
}
