//! A registry that is no host, or a port that does not exist.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::registry::port,
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "image-bad-registry",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::External),
    checks: &[],
    summary: "registry is not a host that can be connected to",
    why: "The grammar of references accepts what no push can reach: with `_` in its name a host is read as a part of the \
          repository, and any number is read as a port.",
    help: "Write the registry as a host of letters, digits, `-` and `.`, and a port from 1 to 65535 if it needs one.",
    basis: Basis::Upstream {
        source: "distribution/reference normalize.go, splitDockerDomain; skopeo: \"http: no Host in request URL\"",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("my_registry.example.com/app:1.0-1"),
        Example::bad("registry.example.com:99999/app:1.0-1"),
        Example::bad("registry.example.com:0/app:1.0-1"),
        Example::good("my-registry.example.com:5000/app:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference else { return };
    let domain = reference.domain();
    if domain.is_empty() {
        let path = context.scan.path;
        let name = reference.path().split('/').next().unwrap_or_default();
        let place = Span::new(path.start as usize, path.start as usize + name.len());
        findings
            .report(format!("expected the host of a registry, found `{name}`, which no host can be called"))
            .at(place);
    } else if let Some(port) = port(domain).filter(|port| !is_port(port)) {
        let place = context.registry_place();
        let end = place.end as usize;
        let message = format!("expected a port from 1 to 65535, found `{port}`");
        findings.report(message).at(Span::new(end - port.len(), end));
    }
}

fn is_port(digits: &str) -> bool {
    digits.parse::<u16>().is_ok_and(|port| port > 0)
}
