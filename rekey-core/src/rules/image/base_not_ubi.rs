//! An image that is not built on UBI.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    preflight::{BASED_ON_UBI, RPM_POLICIES, artifacts::Said},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-base-not-ubi",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(RPM_POLICIES),
    checks: &[BASED_ON_UBI],
    summary: "none of the image's layers is one that Red Hat's catalogue knows",
    why: "Preflight asks Red Hat's catalogue for the digests of the uncompressed layers: one of them must be the top layer of a Red Hat base image. Squashed and flattened images have none, nor do images of which a layer of the base was written anew; a base image of the last hours may not be in the catalogue yet.",
    help: "Build `FROM registry.access.redhat.com/ubi9/…`, without `--squash`, and keep the layers of the base when the image is copied.",
    basis: preflight("internal/policy/container/base_on_ubi.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("").given(&[("results", r#"{"image": "quay.io/a/b:1", "results": {"failed": [{"name": "HasNoProhibitedPackages"}, {"name": "RunAsNonRoot"}, {"name": "HasProhibitedContainerName"}, {"name": "BasedOnUbi"}]}}"#)]),
        Example::good("").given(&[("results", r#"{"image": "quay.io/a/b:1", "results": {"passed": [{"name": "HasNoProhibitedPackages"}, {"name": "BasedOnUbi"}]}}"#)]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let open = context.results().into_iter().flat_map(|results| &results.open);
    for one in open.filter(|one| one.result.check == BASED_ON_UBI && one.result.said == Said::Failed) {
        let found = match one.layers {
            0 => "none that the catalogue knows".to_owned(),
            layers => format!("{layers}, none of which the catalogue knows"),
        };
        let made = one
            .base
            .as_ref()
            .map_or_else(String::new, |line| format!(" The lowest layer was made by `{line}`."));
        let draft = findings.report(format!("expected a layer of a Red Hat base image, found {found}"));
        draft.help(format!("{}{made}", RULE.help));
        one.mark(draft);
    }
}
