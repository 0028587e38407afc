//! What keeps BuildKit from building the file.

use std::collections::HashSet;

use super::Context;
use crate::{
    dockerfile::{Problem, ProblemKind},
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
    let problems = &context.file.problems;
    let errors: Vec<_> = problems.iter().filter(|problem| problem.is_error()).collect();
    let swallows = |problem: &&Problem| matches!(problem.kind, ProblemKind::SwallowedInstruction(_));
    let swallowing: HashSet<u32> = problems.iter().filter(swallows).map(|problem| problem.line).collect();
    let mut line_before = None;
    for problem in &errors {
        // What an instruction makes of one that it swallowed is one mistake, however many words it has.
        let again =
            line_before.replace(problem.line) == Some(problem.line) && swallowing.contains(&problem.line);
        // Where something else is wrong, the missing `FROM` is most likely just that.
        let follows =
            errors.len() > 1 && matches!(problem.kind, ProblemKind::NoStages | ProblemKind::NoStage(_));
        let is_template = context.template.is_some_and(|template| template.explains(problem, context.file));
        if again || follows || is_template {
            continue;
        }
        let draft = findings.report(problem.kind.to_string()).at(problem.span);
        if problem.kind == ProblemKind::NoInstructions {
            draft.incomplete();
        }
    }
}
