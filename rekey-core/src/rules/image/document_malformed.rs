//! A config or manifest that tells nothing.

use super::{Context, Document};
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-document-malformed",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "text is not the JSON of an image's config or manifest",
    why: "Nothing can be told of the image from it.",
    help: "Give what `skopeo inspect --config` or `podman inspect` prints as the config, and what `skopeo inspect --raw` \
           prints as the manifest.",
    basis: Basis::Upstream { source: "opencontainers/image-spec config.md and manifest.md" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("config", "{}")]),
        Example::bad("quay.io/a/b:1").given(&[("manifest", r#"{"manifests": []}"#)]),
        Example::bad("quay.io/a/b:1").given(&[(
            "config",
            r#"{"config": {"digest": "sha256:0"}, "layers": [{"digest": "sha256:1"}]}"#,
        )]),
        Example::good("quay.io/a/b:1").given(&[("manifest", r#"{"layers": []}"#)]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let Some(problem) = context.document.and_then(Document::problem) {
        let draft = findings.report(problem.to_string());
        if let Some(help) = problem.help() {
            draft.help(help);
        }
    }
}
