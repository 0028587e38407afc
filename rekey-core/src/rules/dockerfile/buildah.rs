//! What BuildKit and buildah read differently.

use super::Context;
use crate::{
    dockerfile::ProblemKind,
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-buildah-differs",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "buildah reads this otherwise than BuildKit",
    why: "Red Hat's own pipelines build with buildah, while Docker builds with BuildKit: the two make different images \
          of this file.",
    help: "Write it so that both read it in one way.",
    basis: Basis::Upstream {
        source: "openshift/imagebuilder dockerfile/parser; moby/buildkit frontend/dockerfile",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\nENV A=1\nARG A=2\n"),
        Example::good("FROM scratch\nARG A=2\nENV A=1\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.file.problems.iter().filter(|problem| {
        matches!(
            problem.kind,
            ProblemKind::Buildah(_) | ProblemKind::EscapedEscape | ProblemKind::ArgAfterEnv(_)
        )
    }) {
        findings.report(problem.kind.to_string()).at(problem.span);
    }
}
