//! A host that only your network knows.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::{Reach, Transport},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-private-host",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "host cannot be reached from outside",
    why: "The service clones from outside of your network: names without a dot, names that public name \
          servers do not know and private addresses mean nothing there, or something else. An alias such as \
          `github.com-work` is known only to the ssh configuration that it is written in.",
    help: "Give a repository on a host that the Internet reaches.",
    basis: Basis::Inferred {
        source: "partner guide, \"The Build Service\": the service clones onto a build server",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("https://intranet/acme/app"),
        Example::bad("https://localhost/acme/app"),
        Example::bad("ssh://git@10.0.0.5/acme/app"),
        Example::bad("https://git.acme.internal/acme/app"),
        Example::fixed("git@github.com-work:acme/app.git", "git@github.com:acme/app.git"),
        Example::bad("git@gitlab-work:acme/app.git"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(host), true) = (context.scan.host, context.is_sound()) else { return };
    let Some(found) = context.reach().and_then(Reach::obstacle) else { return };
    let message = format!("expected a host on the Internet, found {found}");
    let may_be_alias = matches!(context.reach(), Some(Reach::SingleLabel | Reach::NoTopLevelDomain))
        && context.scan.transport() == Some(Transport::Ssh);
    let draft = if context.scan.meant_host().is_some() {
        context.mend(findings, message, host)
    } else {
        context.report(findings, message, host)
    };
    if let Some(name) = context.scan.str(Some(host)).filter(|_| may_be_alias) {
        draft.help(format!(
            "If this is an alias of your ssh configuration, write the host that it stands for: `ssh -G {name}` prints it \
             as `hostname`."
        ));
    }
}
