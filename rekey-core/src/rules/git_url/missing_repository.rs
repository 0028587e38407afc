//! A host, or an owner, and no repository.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::{Forge, ProblemKind, is_codecommit},
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-missing-repository",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL names no repository",
    why: "The address of a repository has an owner and a name; what is given is a host or an owner's page.",
    help: "Append the owner and the repository: `https://github.com/owner/repository`.",
    basis: Basis::Upstream {
        source: "docs.github.com, \"About remote repositories\"; git connect.c: no path specified",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("https://github.com"),
        Example::bad("https://github.com/acme"),
        Example::bad("git@github.com:"),
        Example::bad("ssh://git@github.com"),
        Example::bad("https://git-codecommit.us-east-1.amazonaws.com/app"),
        Example::good("https://git-codecommit.us-east-1.amazonaws.com/v1/repos/app"),
        Example::good("https://gitlab.com/group/sub/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    if scan.problem_of(ProblemKind::PathForPort).is_some() {
        return;
    }
    for problem in context.problems(&[ProblemKind::MissingPath]) {
        context.report(findings, problem.to_string(), problem.span);
    }
    let is_codecommit = scan.str(scan.host).is_some_and(|host| is_codecommit(host.as_bytes()));
    if let Some(path) = scan.path.filter(|_| is_codecommit && context.is_sound()) {
        return check_codecommit(context, findings, path);
    }
    if !context.is_sound() || scan.repository.is_some() || scan.page.is_some() || scan.forge == Forge::NoGit {
        return;
    }
    let Some(path) = scan.path.filter(|_| scan.azure_path().is_none()) else { return };
    let only_slash = path.len() < 2;
    let has_place = matches!(scan.forge, Forge::Unknown | Forge::Gist);
    if only_slash || !has_place {
        let found = if only_slash { "the end" } else { "a path without them" };
        let message = format!("expected an owner and a repository after the host, found {found}");
        context.report(findings, message, path);
    }
}

/// AWS CodeCommit has `/v1/repos/NAME`.
fn check_codecommit(context: &Context<'_>, findings: &mut Findings, path: Span) {
    let text = context.scan.str(Some(path)).unwrap_or_default();
    let name = text.trim_start_matches('/').strip_prefix("v1/repos/").unwrap_or_default();
    if name.is_empty() {
        let message = "expected `/v1/repos/` and the name of a repository, found another path".to_owned();
        context.report(findings, message, path);
    }
}
