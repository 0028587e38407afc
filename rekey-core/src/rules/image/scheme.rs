//! A reference that was copied from an address bar or out of another command.

use super::{Context, credentials, placeholder};
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-scheme",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "reference begins with a scheme",
    why: "A reference is no URL: it begins with the registry. `docker://` belongs to the commands of skopeo, not to the \
          reference.",
    help: "Begin with the registry's host.",
    basis: Basis::Upstream { source: "distribution/reference regexp.go" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://quay.io/acme/app:1.0-1", "quay.io/acme/app:1.0-1"),
        Example::fixed("docker://quay.io/acme/app:1.0-1", "quay.io/acme/app:1.0-1"),
        Example::good("quay.io/acme/app:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(span) = context.scan.scheme.filter(|_| !credentials::holds(context)) else { return };
    let scheme = span.str(context.scan.text).unwrap_or_default();
    let draft = findings.report(format!("expected a host at the beginning, found `{scheme}`")).at(span);
    if placeholder::find(context).is_none() {
        draft.fix(Safety::Safe, format!("remove `{scheme}`"), span, "");
    }
}
