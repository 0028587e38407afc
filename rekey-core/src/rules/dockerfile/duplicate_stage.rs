//! Two stages of one name.

use super::Context;
use crate::{
    dockerfile::ProblemKind,
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-duplicate-stage",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "stage name is used twice",
    why: "Later instructions mean the last stage of that name; many other tools refuse the file.",
    help: "Give each stage a name of its own.",
    basis: Basis::Upstream {
        source: "moby/buildkit frontend/dockerfile/linter/ruleset.go, DuplicateStageName",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch AS a\nFROM scratch AS a\n"),
        Example::good("FROM scratch AS a\nFROM scratch AS b\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in
        context.file.problems.iter().filter(|problem| matches!(problem.kind, ProblemKind::DuplicateStage(_)))
    {
        findings.report(problem.kind.to_string()).at(problem.span);
    }
}
