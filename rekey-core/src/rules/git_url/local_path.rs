//! An address on one machine only.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-local-path",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL is a path of a local machine",
    why: "The service clones on a machine of its own, where your directories are not.",
    help: "Push the repository to a git server and give its URL.",
    basis: Basis::Upstream { source: "git connect.c, url_is_local_not_ssh; git-clone(1), \"GIT URLS\"" },
    since: "0.1.0",
    examples: &[
        Example::bad("/srv/app.git"),
        Example::bad("../app"),
        Example::bad("file:///srv/app.git"),
        Example::bad("C:/src/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[ProblemKind::LocalPath, ProblemKind::WindowsPath]) {
        context.report(findings, problem.to_string(), problem.span);
    }
}
