//! A hosted upload that goes elsewhere.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::registry::{QUAY, QUAY_NAMESPACE, SCAN_ENDED, host, is_pull_registry},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-not-hosted-registry",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::Quay),
    checks: &[],
    summary: "reference is not below `quay.io/redhat-isv-containers`",
    why: "A project with a hosted registry takes images from this place only, and its key is good for no other.",
    help: "Push to `quay.io/redhat-isv-containers/`, the project's id, a colon and the tag.",
    basis: Basis::Inferred {
        source: "redhat-openshift-ecosystem/certification-releases containers/troubleshooting.md and partners' push \
                 scripts",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/acme/app:1.0-1"),
        Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
        Example::good("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference.filter(|_| context.below_quay_namespace().is_none()) else {
        return;
    };
    if is_pull_registry(reference.domain()) {
        return; // `image-pull-registry` says more.
    }
    let on_quay = host(reference.domain()).eq_ignore_ascii_case(QUAY);
    let (span, found) = match context.scan.domain {
        _ if on_quay => (context.scan.path, format!("`{}`", reference.path())),
        Some(span) => (span, format!("`{}`", reference.domain())),
        None => (context.scan.path, "no registry".to_owned()),
    };
    let legacy = context.on_scan_registry().is_some();
    let expected =
        if on_quay { format!("the namespace `{QUAY_NAMESPACE}`") } else { format!("the registry `{QUAY}`") };
    let draft = findings.report(format!("expected {expected}, found {found}")).at(span);
    if legacy {
        draft.help(format!(
            "This registry was used until {SCAN_ENDED}. Push to `{QUAY}/{QUAY_NAMESPACE}/`, the project's id, a colon \
             and the tag."
        ));
    }
}
