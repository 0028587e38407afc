//! `.git` at a forge that does not strip it.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::Forge,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-azure-suffix",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "`.git` is part of the name at Azure Repos",
    why: "Other forges strip `.git`; Azure Repos looks for a repository with this name and answers `TF401019`.",
    help: "Remove `.git`, unless the repository's name ends with it.",
    basis: Basis::Upstream {
        source: "learn.microsoft.com, Azure Repos, \"Clone an existing Git repo\": its URLs have no `.git`",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("https://dev.azure.com/acme/shop/_git/app.git"),
        Example::bad("git@ssh.dev.azure.com:v3/acme/shop/app.git"),
        Example::good("https://dev.azure.com/acme/shop/_git/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(name) = context.scan.repository.filter(|_| context.is_sound()) else { return };
    if context.scan.forge == Forge::Azure && name.of(context.scan.text()).ends_with(b".git") {
        let suffix = Span { start: name.end - 4, end: name.end };
        context.report(
            findings,
            "expected a name without `.git`, which Azure Repos does not strip".to_owned(),
            suffix,
        );
    }
}
