//! A port at which a forge does not serve git.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-forge-port",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "forge does not serve git at this port",
    why: "GitHub, GitLab, Bitbucket and Azure Repos serve https at 443 and ssh at 22. Where they serve ssh at 443, they do it \
          at a host of its own, such as `ssh.github.com`.",
    help: "Remove the port.",
    basis: Basis::Upstream {
        source: "docs.github.com, \"Using SSH over the HTTPS port\"; docs.gitlab.com, \"Use SSH keys\"; \
                 support.atlassian.com, \"Use the SSH protocol with Bitbucket Cloud\"",
    },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://github.com:8443/acme/app", "https://github.com/acme/app"),
        Example::fixed("ssh://git@gitlab.com:2222/acme/app.git", "ssh://git@gitlab.com/acme/app.git"),
        Example::fixed("ssh://git@github.com:443/acme/app.git", "ssh://git@ssh.github.com:443/acme/app.git"),
        Example::good("ssh://git@ssh.github.com:443/acme/app.git"),
        Example::good("ssh://git@gitlab.example.com:2222/acme/app.git"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    let unserved = scan.unserved_port().filter(|_| context.is_sound());
    if let (Some(port), Some(place), Some(host), Some(transport)) =
        (unserved, scan.port, context.known_host(), scan.transport())
    {
        let message = format!("expected the port at which `{host}` serves {transport}, found {port}");
        context.mend(findings, message, place);
    }
}
