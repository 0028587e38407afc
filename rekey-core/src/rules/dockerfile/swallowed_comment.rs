//! A `#` that begins no comment.

use super::Context;
use crate::{
    dockerfile::ProblemKind,
    finding::{Basis, Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-swallowed-comment",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "comment belongs to the value",
    why: "A comment stands on a line of its own. Behind an instruction it is part of the value: `USER 1001 # nonroot` \
          sets the user `1001 # nonroot`, which the container cannot start with.",
    help: "Put the comment on the line above.",
    basis: Basis::Upstream { source: "docs.docker.com/reference/dockerfile, \"Format\"" },
    since: "0.1.0",
    examples: &[
        Example::fixed("FROM scratch\nUSER 1001 # nonroot\n", "FROM scratch\nUSER 1001\n"),
        Example::good("FROM scratch\n# nonroot\nUSER 1001\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let input = context.file.input;
    for problem in
        context.file.problems.iter().filter(|problem| problem.kind == ProblemKind::SwallowedComment)
    {
        let start = problem.span.start as usize;
        let kept = input.get(..start).unwrap_or_default().trim_ascii_end().len();
        let cut = Span::new(kept, problem.span.end as usize);
        let draft = findings.report(problem.kind.to_string()).at(problem.span);
        draft.fix(Safety::Unsafe, "remove the comment", cut, "");
    }
}
