//! A continuation that nobody ended.

use super::Context;
use crate::{
    dockerfile::ProblemKind,
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-swallowed-instruction",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "instruction belongs to the one above",
    why: "The line above ends in a continuation, and blank lines and comments do not end it: the instruction becomes \
          words of the one before, and is lost. Red Hat's own sample Dockerfiles lose `COPY licenses /licenses` so.",
    help: "Remove the continuation at the end of the instruction above.",
    basis: Basis::Upstream { source: "moby/buildkit frontend/dockerfile/parser/parser.go" },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\nRUN true && \\\n\n# licences\nCOPY licenses /licenses\n"),
        Example::good("FROM scratch\nRUN true\n\n# licences\nCOPY licenses /licenses\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context
        .file
        .problems
        .iter()
        .filter(|problem| matches!(problem.kind, ProblemKind::SwallowedInstruction(_)))
    {
        findings.report(problem.kind.to_string()).at(problem.span);
    }
}
