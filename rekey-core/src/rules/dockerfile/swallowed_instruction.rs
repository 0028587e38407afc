//! A continuation that nobody ended.

use super::Context;
use crate::{
    dockerfile::ProblemKind,
    finding::{Basis, Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
    text::Span,
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
        Example::fixed(
            "FROM scratch\nRUN true && \\\n\n# licences\nCOPY licenses /licenses\n",
            "FROM scratch\nRUN true\n\n# licences\nCOPY licenses /licenses\n",
        ),
        Example::fixed(
            "FROM scratch\nLABEL a=1 \\\n  b=2 \\\n\nUSER 1001\n",
            "FROM scratch\nLABEL a=1 \\\n  b=2\n\nUSER 1001\n",
        ),
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
        let draft = findings.report(problem.kind.to_string()).at(problem.span);
        if let Some(end) = dangling_end(context.file.input, problem.span.start as usize, context.file.escape)
        {
            draft.fix(Safety::Unsafe, "end the instruction above", end, "");
        }
    }
}

/// The continuation, with the operator before it, of the last line above `at` that is neither blank nor a comment.
fn dangling_end(input: &[u8], at: usize, escape: char) -> Option<Span> {
    let newline_before = |at: usize| input.get(..at)?.iter().rposition(|&b| b == b'\n');
    let mut end = newline_before(at)?;
    loop {
        let start = newline_before(end).map_or(0, |newline| newline + 1);
        let line = input.get(start..end)?;
        let text = line.trim_ascii_start();
        if text.first().is_some_and(|first| *first != b'#') {
            let text = text.trim_ascii_end();
            let kept = text.strip_suffix(&[escape as u8])?.trim_ascii_end();
            let operators: [&[u8]; 4] = [b"&&", b"||", b";", b"|"];
            let kept = operators.iter().find_map(|operator| kept.strip_suffix(*operator)).unwrap_or(kept);
            let kept = kept.trim_ascii_end().len();
            let indent = line.len() - line.trim_ascii_start().len();
            return (kept > 0).then(|| Span::new(start + indent + kept, start + line.trim_ascii_end().len()));
        }
        end = start.checked_sub(1)?;
    }
}
