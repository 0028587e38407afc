//! A path that leads out of an image.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::inspection::lossy,
    preflight::extract::Refused,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-path-unsafe",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a layer has a path with which preflight refuses the image",
    why: "Preflight and go-containerregistry, with which it reads images, refuse an image as a whole for a path that leads out of it, and for a file where upper layers have a directory: no check runs.",
    help: "Write the layer with paths below the root: no leading `..`, no backslash, no drive letter.",
    basis: Basis::Upstream { source: "google/go-containerregistry 0.21 pkg/v1/mutate/mutate.go" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "file ../etc/passwd 10")]),
        Example::bad("quay.io/a/b:1").given(&[("layers", "file C:/x 10")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "file etc/../etc/passwd 10")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    match context.contents.and_then(|contents| contents.refused) {
        Some(Refused::UnsafePath(found)) => {
            let path = lossy(&found.entry.path);
            let message = format!("expected a path within the image, found `{path}`");
            findings.report(message).layer(found.layer, path);
        }
        Some(Refused::FileOnFolder(found)) => {
            let path = lossy(&found.entry.path);
            let message =
                format!("expected a directory, since upper layers have files in it, found the file `{path}`");
            findings.report(message).layer(found.layer, path);
        }
        Some(Refused::LinkRounds) => {
            findings.report(
                "expected links that lead somewhere, found chains of them that preflight follows for long",
            );
        }
        None => {}
    }
}
