//! `..`, `.` and `//` in the path.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-dot-segment",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "path holds `.`, `..` or an empty part",
    why: "curl resolves them, git over ssh does not, and forges refuse them: the same text names different \
          repositories (CVE-2020-11008).",
    help: "Write the path as it is meant.",
    basis: Basis::Upstream { source: "RFC 3986, section 5.2.4; curl; CVE-2020-11008" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://github.com/acme/../acme/app", "https://github.com/acme/app"),
        Example::fixed("https://github.com/acme//app", "https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::DotSegment, ProblemKind::EmptySegment]) {
        context.mend(findings, problem.to_string(), problem.span);
    }
}
