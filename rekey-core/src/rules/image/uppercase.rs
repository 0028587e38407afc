//! A name with capitals.

use super::{Context, credentials, placeholder};
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    image::reference::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-uppercase",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "name has upper-case letters",
    why: "Repositories are lower case: `repository name must be lowercase` is what docker and podman say.",
    help: "Write the name in lower case; only the tag may have capitals.",
    basis: Basis::Upstream { source: "distribution/reference normalize.go" },
    since: "0.1.0",
    examples: &[
        Example::fixed("quay.io/Acme/App:1.0-RC1", "quay.io/acme/app:1.0-RC1"),
        Example::good("quay.io/acme/app:1.0-RC1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    let capital = |kind| matches!(kind, ProblemKind::Uppercase(_));
    let capitals = scan.problems.iter().find(|problem| capital(problem.kind));
    let Some(problem) = capitals.filter(|_| context.mistaken.is_none()) else { return };
    let (Some(path), None) = (scan.path.str(scan.text), placeholder::find(context)) else { return };
    if credentials::holds(context) {
        return;
    }
    let draft = findings.report(problem.to_string()).at(problem.span);
    // Something else in this field, a key perhaps, is no reference in small letters either, and is not repeated.
    if scan.problems.iter().all(|problem| capital(problem.kind) || problem.kind == ProblemKind::Scheme) {
        draft.fix(Safety::Unsafe, "write the name in lower case", scan.path, path.to_ascii_lowercase());
    }
}
