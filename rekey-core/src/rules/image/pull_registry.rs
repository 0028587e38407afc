//! A push to where customers pull from.

use super::Context;
use crate::{
    finding::{Findings, Safety, Severity},
    image::registry::{SCAN, is_pull_registry},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "image-pull-registry",
    severity: Severity::Error,
    applies: Applies::outside_flow(Flow::External),
    checks: &[],
    summary: "registry is the one that customers pull from",
    why: "Red Hat copies the image there when it is published. Partners cannot push to it.",
    help: "Push to the registry that the project's page names.",
    basis: partner_guide("podman login -u unused scan.connect.redhat.com"),
    since: "0.1.0",
    examples: &[
        Example::fixed(
            "registry.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1",
            "scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1",
        ),
        Example::bad("registry.redhat.io/acme/app:1.0-1"),
        Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference.filter(|reference| is_pull_registry(reference.domain())) else {
        return;
    };
    let span = context.registry_place();
    let message = format!("expected the registry to push to, found `{}`", reference.domain());
    let draft = findings.report(message).at(span);
    if context.policy.flow() == Flow::BuildService {
        draft.fix(Safety::Unsafe, format!("push to `{SCAN}`"), span, SCAN);
    } else {
        draft.help("Push to `quay.io/redhat-isv-containers/` and the project's id.");
    }
}
