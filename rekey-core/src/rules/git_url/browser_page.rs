//! A page about a repository instead of the repository.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::PageKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-browser-page",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "URL is a page of a web interface",
    why: "The address of a page is not the address of the repository: git asks for it and gets a page or \
          nothing.",
    help: "Give the address of the repository. A branch is no part of it.",
    basis: Basis::Upstream {
        source: "docs.github.com, \"Cloning a repository\"; docs.gitlab.com, \"Clone a repository\"",
    },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://github.com/acme/app/tree/main", "https://github.com/acme/app"),
        Example::fixed(
            "https://gitlab.com/acme/sub/app/-/blob/main/Dockerfile",
            "https://gitlab.com/acme/sub/app",
        ),
        Example::fixed(
            "https://bitbucket.acme.com/projects/P/repos/app/browse",
            "https://bitbucket.acme.com/scm/P/app.git",
        ),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(page), Some(extra), true) = (context.scan.page, context.scan.extra, context.is_sound()) else {
        return;
    };
    let what = match page.kind {
        PageKind::Files => "a page of its files",
        PageKind::Commit => "a page of one commit",
        PageKind::PullRequest => "a page of pull or merge requests",
        PageKind::Issues => "a page of issues",
        PageKind::Releases => "a page of releases, tags or branches",
        PageKind::Wiki => "a page of its wiki",
        PageKind::Archive => "an archive to download",
        _ => "another page",
    };
    let draft = context.mend(findings, format!("expected the address of a repository, found {what}"), extra);
    if let Some(reference) = context.scan.str(page.reference) {
        draft.help(format!(
            "Give the address of the repository. The URL cannot carry the branch or tag `{reference}`."
        ));
    }
}
