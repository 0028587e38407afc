//! A blank line within an instruction.

use super::Context;
use crate::{
    dockerfile::ProblemKind,
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-empty-continuation",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "blank line within an instruction",
    why: "BuildKit skips the line and says that it will refuse it one day.",
    help: "Remove the line, or make it a comment.",
    basis: Basis::Upstream {
        source: "moby/buildkit frontend/dockerfile/linter/ruleset.go, NoEmptyContinuation",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\nRUN true && \\\n\n  true\n"),
        Example::good("FROM scratch\nRUN true && \\\n  true\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in
        context.file.problems.iter().filter(|problem| problem.kind == ProblemKind::EmptyContinuation)
    {
        findings.report(problem.kind.to_string()).at(problem.span);
    }
}
