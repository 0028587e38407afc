//! The address of a web page about an image.

use super::Context;
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    image::mistaken::Mistaken,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "image-web-page",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "text is the address of a web page",
    why: "A page about an image is not a place to push to: the registry has another host, or another path.",
    help: "Write the reference that `podman push` takes: registry, repository, colon and tag.",
    basis: Basis::Upstream { source: "docs.docker.com, \"Docker Hub\"; docs.quay.io, \"Getting Started\"" },
    since: "0.1.0",
    examples: &[
        Example::fixed("https://quay.io/repository/acme/app?tab=tags", "quay.io/acme/app"),
        Example::fixed("https://hub.docker.com/r/acme/app/tags", "docker.io/acme/app"),
        Example::bad("https://catalog.redhat.com/software/containers/acme/app"),
        Example::good("quay.io/acme/app:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(Mistaken::WebPage(shown)) = &context.mistaken else { return };
    let whole = Span::new(0, context.scan.text.len());
    let draft = findings.report("expected an image reference, found the address of a web page").at(whole);
    if let Some(shown) = shown {
        draft.fix(Safety::Unsafe, format!("write `{shown}`"), whole, shown.as_str());
    }
}
