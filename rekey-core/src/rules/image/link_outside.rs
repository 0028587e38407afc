//! A link that leads out of an image.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::inspection::lossy,
    preflight::extract::{is_link, leads_out},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-link-outside",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a link leads out of the image",
    why: "A relative link that climbs above the root leads to the root in a container, and nowhere for tools that extract images: go-containerregistry leaves such a link out.",
    help: "Give the link a target within the image.",
    basis: Basis::Upstream { source: "google/go-containerregistry 0.21 pkg/v1/mutate/mutate.go" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "link usr/lib/x -> ../../../etc/x")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "link usr/lib/x -> ../../etc/x")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "link x -> /etc/x")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let layers = context.contents.into_iter().flat_map(|contents| &contents.image.layers).enumerate();
    for (number, layer) in layers {
        for link in layer.entries.iter().filter(|entry| is_link(entry.kind) && leads_out(entry)) {
            let (path, target) = (lossy(&link.path), lossy(&link.target));
            let message = format!("expected a target within the image, found `{target}`");
            findings.report(message).layer(number, path);
        }
    }
}
