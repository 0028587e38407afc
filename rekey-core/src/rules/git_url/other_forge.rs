//! Neither GitHub nor GitLab.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    git_url::{Forge, Reach},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-other-forge",
    severity: Severity::Warning,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "host is neither GitHub nor GitLab",
    why: "The guide speaks of GitHub and GitLab. Others may work; nobody promises it.",
    help: "Mirror the repository to GitHub or GitLab if the service cannot clone it.",
    basis: partner_guide(
        "The build service clones your Github/Gitlab repository onto a build server, and uses the Dockerfile to build your \
         image.",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("https://bitbucket.org/acme/app.git"),
        Example::bad("https://git.example.com/acme/app.git"),
        Example::fixed("https://githb.com/acme/app", "https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
        Example::good("git@gitlab.com:acme/app.git"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    let named = matches!(context.known_host(), Some("github.com" | "gitlab.com" | "gist.github.com"));
    if named || scan.forge == Forge::NoGit || context.reach() != Some(Reach::Public) || !context.is_sound() {
        return;
    }
    let (Some(place), Some(host)) = (scan.host, scan.str(scan.host)) else { return };
    let found = match scan.forge {
        Forge::Unknown => format!("`{host}`"),
        forge => format!("`{host}` ({})", forge.name()),
    };
    let message = format!("expected a repository at GitHub or GitLab, found {found}");
    match scan.meant_host() {
        Some(meant) => {
            let help = format!("If `{meant}` is meant, write it; `{host}` is another host.");
            context.mend(findings, message, place).help(help);
        }
        None => drop(context.report(findings, message, place)),
    }
}
