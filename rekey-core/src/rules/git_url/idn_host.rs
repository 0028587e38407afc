//! A host name in another script.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::to_unicode,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-idn-host",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "host name is an internationalised one",
    why: "Name servers and certificates know it by its `xn--` form, people by another; few can tell from \
          it which server is meant.",
    help: "Check that the name is the one you mean.",
    basis: Basis::Upstream { source: "RFC 5890, section 4.4; Unicode UTS #39" },
    since: "0.1.0",
    examples: &[
        Example::bad("https://xn--bcher-kva.de/acme/app"),
        Example::good("https://github.com/acme/app"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if !context.may_be_encoded() || !context.is_sound() || context.pretended_host().is_some() {
        return;
    }
    let Some(host) = context.scan.host else { return };
    let Some(name) = host.str(context.scan.text()).filter(|name| has_encoded_label(name)) else { return };
    let message = match to_unicode(name) {
        Some(shown) => format!("`{name}` is shown as `{shown}`"),
        None => format!("`{name}` has a label that begins with `xn--` and encodes nothing"),
    };
    context.report(findings, message, host);
}

fn has_encoded_label(name: &str) -> bool {
    name.split('.').any(|label| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--")))
}
