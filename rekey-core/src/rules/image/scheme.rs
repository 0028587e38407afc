//! A reference that was copied from an address bar or out of another command.

use super::{Context, credentials, placeholder};
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
    text::Span,
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
        Example::fixed("https://quay.io/repository/acme/app", "quay.io/acme/app"),
        Example::fixed("https://hub.docker.com/r/acme/app", "docker.io/acme/app"),
        Example::bad("https://catalog.redhat.com/software/containers/acme/app"),
        Example::good("quay.io/acme/app:1.0-1"),
    ],
    check: Check::Image(check),
};

/// The address of a web page about an image.
struct Page {
    address: &'static str,
    /// What stands in its place in a reference, if the rest names the image.
    registry: Option<&'static str>,
}

/// Pages of registries and catalogues; what is more specific stands first.
static PAGES: [Page; 7] = [
    Page { address: "quay.io/repository/", registry: Some("quay.io/") },
    Page { address: "hub.docker.com/r/", registry: Some("docker.io/") },
    Page { address: "hub.docker.com/repository/docker/", registry: Some("docker.io/") },
    Page { address: "hub.docker.com/_/", registry: Some("docker.io/library/") },
    Page { address: "hub.docker.com/", registry: None },
    Page { address: "catalog.redhat.com/", registry: None },
    Page { address: "github.com/", registry: None },
];

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(span) = context.scan.scheme.filter(|_| !credentials::holds(context)) else { return };
    let scheme = span.str(context.scan.text).unwrap_or_default();
    let draft = findings.report(format!("expected a host at the beginning, found `{scheme}`")).at(span);
    if placeholder::find(context).is_some() {
        return;
    }
    let rest = context.scan.text.get(span.end as usize..).unwrap_or_default();
    match PAGES.iter().find(|page| rest.starts_with(page.address.as_bytes())) {
        Some(Page { address, registry: Some(registry) }) => {
            let whole = Span { start: span.start, end: span.end + address.len() as u32 };
            draft.fix(Safety::Unsafe, "name the image instead of its web page", whole, *registry);
        }
        Some(Page { registry: None, .. }) => {}
        None => {
            draft.fix(Safety::Safe, format!("remove `{scheme}`"), span, "");
        }
    }
}
