//! A registry that only your machine or your network knows.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::Reach,
    image::registry::host_name,
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-private-registry",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::External),
    checks: &[],
    summary: "registry cannot be reached from outside",
    why: "A project that is hosted outside of Red Hat's registry is pulled from the partner's: `localhost`, names that \
          public name servers do not know and private addresses mean nothing there.",
    help: "Push to a registry that the Internet reaches.",
    basis: Basis::Inferred {
        source: "RHC4TP/documentation remote-scan.md: the image is pulled to be published",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("localhost/app:1.0-1"),
        Example::bad("127.0.0.1:5000/app:1.0-1"),
        Example::bad("image-registry.openshift-image-registry.svc:5000/acme/app:1.0-1"),
        Example::bad("registry.acme.local/app:1.0-1"),
        Example::bad("registry:5000/acme/app:1.0-1"),
        Example::good("registry.example.com:5000/app:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let domain = context.reference.map_or("", |reference| reference.domain());
    let Some(found) =
        Some(host_name(domain)).filter(|host| !host.is_empty()).and_then(|host| Reach::of(host).obstacle())
    else {
        return;
    };
    let message = format!("expected a registry on the Internet, found `{domain}`, {found}");
    let draft = findings.report(message).at(context.registry_place());
    if domain.eq_ignore_ascii_case("localhost") {
        draft.help(
            "Write the host of your registry instead of `localhost`, which podman puts before local builds.",
        );
    }
}
