//! A list of what is left out that no builder can read.

use super::Context;
use crate::{
    dockerfile::{Arguments, Keyword},
    finding::{Basis, Findings, Severity},
    mask::Quoted,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-invalid-ignore-file",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "`.dockerignore` has a line that is no pattern",
    why: "The builder reads every line of `.dockerignore` as a pattern of Go's `filepath.Match` before it copies anything, \
          and stops at the first line that it cannot read.",
    help: "Write folders with `/`, put a backslash in front of a `[` that is part of a name, and a pattern after `!`.",
    basis: Basis::Upstream { source: "moby/patternmatcher patternmatcher.go, ignorefile/ignorefile.go" },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\nCOPY app /app\n").given(&[("context", "app=1"), ("ignore", "[")]),
        Example::bad("FROM scratch\nCOPY app /app\n").given(&[("context", "app=1"), ("ignore", "*.md\n!\n")]),
        Example::bad("FROM scratch\nCOPY app /app\n").given(&[("context", "app=1"), ("ignore", "src\\lib")]),
        Example::good("FROM scratch\nCOPY app /app\n")
            .given(&[("context", "app=1"), ("ignore", "# [\n[a-z]*.md\n!a.md\n")]),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(view) = context.folder else { return };
    let copies = || {
        context.steps().any(|(_, _, instruction)| {
            let copies = matches!(instruction.keyword, Keyword::Copy | Keyword::Add);
            copies
                && matches!(instruction.arguments, Arguments::Copy { .. })
                && instruction.flag("from").is_none()
        })
    };
    let late = || view.ignore_error_of_copy().filter(|_| copies());
    let Some(wrong) = view.ignore_error().or_else(late) else { return };
    let (_, text) = view.ignore_file();
    let line = String::from_utf8_lossy(wrong.span.of(text));
    findings.report(format!("cannot read `{}`: {}", Quoted::from(&*line), wrong.error)).at(wrong.span);
}
