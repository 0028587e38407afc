//! A key that looks like somebody's own.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    private_key::Comment,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-personal",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the key may be a personal one",
    why: "Whoever has the key has what it opens: a personal key opens everything of its owner, and goes when \
          they go.",
    help: "Make a key for this project alone with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
          project_key`, and enter it as a deploy key of the one repository.",
    basis: partner_guide("Never use your own personal private key."),
    since: "0.1.0",
    examples: &[Example::bad("openssh.pem"), Example::good("right.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let Some(Comment::PersonAndMachine | Comment::Mail) = context.comment {
        findings
            .report("expected a key for the project, found one whose comment names a person")
            .at(context.scan.span);
    } else if let Some(name) = context.default_name {
        let message = format!("expected a key for the project, found the default file name `{name}`");
        findings.report(message).at(context.scan.span);
    }
}
