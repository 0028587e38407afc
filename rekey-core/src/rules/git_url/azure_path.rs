//! The path of Azure Repos for the other transport.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::Transport,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-azure-path",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "path at Azure Repos is not that of the transport",
    why: "Over ssh the path begins with `v3` and has no `_git`; over https it is the other way round.",
    help: "Write `v3/ORGANIZATION/PROJECT/REPOSITORY` over ssh, `ORGANIZATION/PROJECT/_git/REPOSITORY` over https.",
    basis: Basis::Upstream {
        source: "learn.microsoft.com, Azure Repos, \"Clone an existing Git repo\" and \"Use SSH key authentication\"",
    },
    since: "0.1.0",
    examples: &[
        Example::fixed("git@ssh.dev.azure.com:acme/shop/_git/app", "git@ssh.dev.azure.com:v3/acme/shop/app"),
        Example::fixed("git@ssh.dev.azure.com:acme/shop/app", "git@ssh.dev.azure.com:v3/acme/shop/app"),
        Example::fixed("https://dev.azure.com/v3/acme/shop/app", "https://dev.azure.com/acme/shop/_git/app"),
        Example::good("git@ssh.dev.azure.com:v3/acme/shop/app"),
        Example::good("https://dev.azure.com/acme/_git/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    let (Some(path), true) = (scan.path, context.is_sound()) else { return };
    if scan.azure_path().is_some() {
        let expected = match scan.transport() {
            Some(Transport::Ssh) => "v3/ORGANIZATION/PROJECT/REPOSITORY",
            _ => "ORGANIZATION/PROJECT/_git/REPOSITORY",
        };
        context.mend(findings, format!("expected the path `{expected}`, found another"), path);
    }
}
