//! A reference that was copied from an address bar or out of another command.

use super::{Context, credentials, placeholder};
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    image::{ImageReference, mistaken::Mistaken, reference::scan},
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "image-scheme",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "reference begins with a scheme or a transport",
    why: "A reference is no URL: it begins with the registry. `docker://` belongs to the commands of skopeo, not to the \
          reference.",
    help: "Begin with the registry's host.",
    basis: Basis::Upstream { source: "distribution/reference regexp.go" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://quay.io/acme/app:1.0-1", "quay.io/acme/app:1.0-1"),
        Example::fixed("docker://quay.io/acme/app:1.0-1", "quay.io/acme/app:1.0-1"),
        Example::fixed("docker:quay.io/acme/app:1.0-1", "quay.io/acme/app:1.0-1"),
        Example::bad("docker-daemon:app:1.0-1"),
        Example::good("quay.io/acme/app:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let is_transport = match context.mistaken {
        Some(Mistaken::WebPage(_)) => return, // `image-web-page` says more.
        Some(Mistaken::Transport(_)) => true,
        _ => false,
    };
    let span = match context.mistaken {
        Some(Mistaken::Transport(span)) => Some(span),
        _ => context.scan.scheme,
    };
    let Some(span) = span.filter(|_| !credentials::holds(context)) else { return };
    let text = context.scan.text;
    let scheme = span.str(text).unwrap_or_default();
    let found = if is_transport { "the transport " } else { "" };
    let draft =
        findings.report(format!("expected a host at the beginning, found {found}`{scheme}`")).at(span);
    if placeholder::find(context).is_some() {
        return;
    }
    if !is_transport {
        draft.fix(Safety::Safe, format!("remove `{scheme}`"), span, "");
        return;
    }
    draft.help(
        "Give the reference alone, beginning with the registry's host: a transport belongs to commands.",
    );
    let rest = Span { start: span.end, end: text.len() as u32 };
    let names_registry =
        |rest: &str| scan(rest.as_bytes()).domain.is_some() && ImageReference::parse(rest).is_ok();
    if rest.str(text).is_some_and(names_registry) {
        let safety = if scheme == "docker:" { Safety::Safe } else { Safety::Unsafe };
        draft.fix(safety, format!("remove `{scheme}`"), span, "");
    }
}
