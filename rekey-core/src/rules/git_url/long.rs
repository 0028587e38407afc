//! Longer than anything that names a repository.

use super::{Context, ascii, of_length};
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-long",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL is longer than 1024 bytes",
    why: "Some programs give up at 1024 bytes, and git had a hole with longer ones (CVE-2023-29007).",
    help: "Check that nothing was pasted twice.",
    basis: Basis::Practice { source: "CVE-2023-29007; other git implementations cap the host at 1024 bytes" },
    since: "0.1.0",
    examples: &[Example::bad(ascii(&LONG_URL)), Example::good("https://github.com/acme/app")],
    check: Check::GitUrl(check),
};

static LONG_URL: [u8; 1025] = of_length();

/// Where programs begin to give up.
const LONG: usize = 1024;

fn check(context: &Context<'_>, findings: &mut Findings) {
    let url = context.scan.url;
    if url.len() > LONG && context.scan.problem_of(ProblemKind::TooLong).is_none() {
        let message = format!("expected at most {LONG} bytes, found {}", url.len());
        let rest = Span { start: url.start + LONG as u32, end: url.end };
        context.report(findings, message, rest);
    }
}
