//! Characters that end a URL, or must be encoded in one.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-bad-character",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL holds a character that no URL holds",
    why: "git, curl and browsers read it differently: curl refuses a blank, and takes a backslash for part \
          of a name where browsers see a slash, so that they reach different hosts.",
    help: "Encode the character (`%20`), or correct the name.",
    basis: Basis::Upstream {
        source: "curl: URL using bad/illegal format; WHATWG URL, \"special authority slashes state\"",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("https://github.com/acme /app"),
        Example::bad("https://github.com\\@evil.com/acme/app"),
        Example::bad("https://github.com/acme/{app}"),
        Example::good("https://dev.azure.com/acme/My%20Project/_git/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let local = [ProblemKind::LocalPath, ProblemKind::WindowsPath, ProblemKind::Helper];
    if context.problems(&local).next().is_some() {
        return; // where they are as good as any other
    }
    let kinds =
        [ProblemKind::Blank, ProblemKind::Backslash, ProblemKind::Character, ProblemKind::PathNotAscii];
    let placeholder = context.placeholder();
    let is_inside = |span: Span| placeholder.is_some_and(|of| of.start <= span.start && span.end <= of.end);
    for problem in context.problems(&kinds).filter(|problem| !is_inside(problem.span)) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
