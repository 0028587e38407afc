//! A file that another program makes a Dockerfile of.

use super::Context;
use crate::{
    dockerfile::ProblemKind,
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-template",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "file is a template, not a Dockerfile",
    why: "The build reads the file as it is; nothing fills the placeholders in.",
    help: "Give the file that the template makes.",
    basis: Basis::Upstream { source: "moby/buildkit frontend/dockerfile 1.26" },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\n{{ if .Debug }}\nRUN true\n{{ end }}\n"),
        Example::good("FROM scratch\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut lines =
        context.file.problems.iter().filter(|problem| matches!(problem.kind, ProblemKind::Template(_)));
    if let Some(first) = lines.next() {
        findings.report(first.kind.to_string()).at(first.span);
    }
}
