//! A file that the build will look for in vain.

use super::Context;
use crate::{
    dockerfile::{Arguments, Fact, Heredoc, Keyword, build_context::Found},
    finding::{Basis, Findings, Severity},
    image::licenses::is_remote,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-source-missing",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "source of `COPY` or `ADD` is not in the build context",
    why: "The build stops where a file that it is to copy is not there, or is left out by `.dockerignore`.",
    help: "Add the file to the build context, correct its path, or take it out of `.dockerignore`.",
    basis: Basis::Upstream {
        source: "docs.docker.com/reference/dockerfile, \"COPY\"; docs.docker.com/build/concepts/context",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\nCOPY app /app\n").given(&[("context", "bin/app=1")]),
        Example::good("FROM scratch\nCOPY bin/app /app\n").given(&[("context", "bin/app=1")]),
        Example::good("FROM scratch\nCOPY ap* /app\n").given(&[("context", "bin/app=1")]),
        Example::good("FROM scratch\nCOPY app /app\n"),
        Example::good("FROM scratch\nADD https://example.com/app /app\n").given(&[("context", "bin/app=1")]),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(view) = context.folder else { return };
    for (at, _, instruction) in context.steps() {
        let Arguments::Copy { sources, .. } = &instruction.arguments else { continue };
        let from_context = instruction.flag("from").is_none();
        let copies = matches!(instruction.keyword, Keyword::Copy | Keyword::Add) && from_context;
        for word in sources.iter().filter(|_| copies) {
            // Heredocs are in the order of their openers.
            let opener = |heredoc: &Heredoc<'_>| heredoc.opener;
            let heredoc = instruction.heredocs.binary_search_by_key(&word.span, opener).is_ok();
            let Fact::Known(source) = context.file.expand(at, word) else { continue };
            // A wildcard may match nothing.
            if heredoc || is_remote(&source) || source.contains(['*', '?', '[', '\\']) {
                continue;
            }
            match view.find(&source) {
                Found::Missing => {
                    findings.report(format!("`{source}` is not in the build context")).at(word.span);
                }
                Found::Ignored => {
                    findings.report(format!("`{source}` is left out by `.dockerignore`")).at(word.span);
                }
                Found::Entry(_) => {}
            }
        }
    }
}
