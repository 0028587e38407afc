//! What keeps BuildKit from building the file.

use super::Context;
use crate::{
    dockerfile::ProblemKind,
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-syntax",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "Dockerfile cannot be built",
    why: "The build stops at the first of these errors.",
    help: "Write the instruction as the Dockerfile reference has it.",
    basis: Basis::Upstream { source: "moby/buildkit frontend/dockerfile 1.26" },
    since: "0.1.0",
    examples: &[
        Example::bad("FORM scratch\n"),
        Example::bad("FROM scratch\nLABEL a=1 b\n"),
        Example::bad(""),
        Example::good("FROM scratch\nLABEL a=1 b=2\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let errors = context.file.problems.iter().filter(|problem| problem.is_error());
    for problem in errors.filter(|problem| !matches!(problem.kind, ProblemKind::Template(_))) {
        let draft = findings.report(problem.kind.to_string()).at(problem.span);
        if problem.kind == ProblemKind::NoInstructions {
            draft.incomplete();
        }
    }
}
