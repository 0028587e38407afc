//! A text that no tool takes as an image reference.

use super::{Context, credentials, placeholder};
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    image::{ImageReference, mistaken::Mistaken, reference::ProblemKind},
    rule::{Applies, Check, Example, Rule},
    tag,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "image-malformed",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "text is not an image reference",
    why: "Podman, docker and skopeo refuse it before anything is pushed.",
    help: "Write `registry/project/name:tag`, the name in lower case, without blanks.",
    basis: Basis::Upstream { source: "distribution/reference regexp.go and normalize.go" },
    since: "0.1.0",
    examples: &[
        Example::bad(""),
        Example::bad("quay.io/a//b:1"),
        Example::fixed("quay.io/a:1.0+2", "quay.io/a:1.0_2"),
        Example::bad("quay.io/a:1:2"),
        Example::bad("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
        Example::fixed(" quay.io/a/b:1\n", "quay.io/a/b:1"),
        Example::good("quay.io/a/b:1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    match context.mistaken {
        Some(Mistaken::Digest) => {
            let whole = Span::new(0, context.scan.text.len());
            findings.report("expected a name, found a digest alone, which is an image id").at(whole);
            return;
        }
        // Rules of their own say more.
        Some(Mistaken::Transport(_) | Mistaken::WebPage(_)) => return,
        None => {}
    }
    if context.scan.problems.is_empty() || credentials::holds(context) || placeholder::find(context).is_some()
    {
        return;
    }
    let text = context.scan.text;
    let mut trimmed = std::str::from_utf8(text)
        .ok()
        .map(str::trim)
        .filter(|inner| inner.len() < text.len() && ImageReference::parse(inner).is_ok());
    for problem in &context.scan.problems {
        match problem.kind {
            // Rules of their own say more.
            ProblemKind::Scheme | ProblemKind::Uppercase(_) => continue,
            _ => {}
        }
        let draft = findings.report(problem.to_string()).at(problem.span);
        if problem.kind == ProblemKind::Empty {
            draft.incomplete();
        }
        if problem.kind == ProblemKind::Tag(tag::ProblemKind::Character('+')) {
            draft.fix(Safety::Unsafe, "replace `+` by `_`", problem.span, "_");
        } else if let Some(trimmed) = trimmed.take() {
            draft.fix(
                Safety::Safe,
                "remove the blanks around the reference",
                Span::new(0, text.len()),
                trimmed,
            );
        }
    }
}
