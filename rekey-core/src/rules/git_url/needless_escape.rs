//! `%61`.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-needless-escape",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a letter is encoded without need",
    why: "It is the same letter to some programs and another name to others.",
    help: "Write the letter itself.",
    basis: Basis::Upstream { source: "RFC 3986, section 6.2.2.2" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://github.com/acme/%61pp", "https://github.com/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(escape) = context.scan.needless_escape.filter(|_| context.is_sound()) else { return };
    context.mend(findings, "expected the character itself, found it encoded".to_owned(), escape);
}
