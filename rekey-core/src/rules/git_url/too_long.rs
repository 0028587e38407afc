//! More than any parser should be trusted with.

use super::{Context, ascii, of_length};
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-too-long",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL is longer than 2048 bytes",
    why: "No forge has names that long, and git wrote outside of its buffer when it read long URLs out of \
          a configuration (CVE-2023-29007).",
    help: "Give the URL of the repository alone.",
    basis: Basis::Practice { source: "CVE-2023-29007; twice the longest URL that git was broken with" },
    since: "0.1.0",
    examples: &[Example::bad(ascii(&TOO_LONG)), Example::good("https://github.com/acme/app")],
    check: Check::GitUrl(check),
};

static TOO_LONG: [u8; 2049] = of_length();

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::TooLong]) {
        context.report(findings, problem.to_string(), problem.span);
    }
}
