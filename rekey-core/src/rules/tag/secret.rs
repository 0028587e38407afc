//! A token where the tag belongs.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "tag-secret",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "tag is a token",
    why: "A token was pasted into the wrong field. Most tokens have the grammar of a tag, so it would be published with the \
          image.",
    help: "Revoke the token; it is compromised. Write the version and the release as the tag.",
    basis: Basis::Practice { source: "issuers of tokens revoke those that they find in public" },
    since: "0.1.0",
    examples: &[
        Example::bad("ghp_0123456789abcdef0123"),
        Example::good("ghp_tools-1"),
        Example::good("1.0-1"),
    ],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((span, issuer)) = context.secret else { return };
    let token = issuer.token();
    let article = if token.starts_with(['A', 'O']) { "an" } else { "a" };
    let draft = findings.report(format!("expected a tag, found {article} {token}")).at(span);
    if let Some(page) = issuer.revoke_at() {
        draft.help(format!(
            "Revoke the token at {page}; it is compromised. Write the version and the release as the tag."
        ));
    }
}
