//! A name without a registry.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-short-name",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::External),
    checks: &[],
    summary: "reference names no registry and no project",
    why: "A name alone stands for an official image of Docker Hub, below `docker.io/library/`, where only Docker pushes.",
    help: "Begin the reference with your registry's host and your project there.",
    basis: Basis::Upstream { source: "distribution/reference normalize.go, officialRepoName" },
    since: "0.1.0",
    examples: &[
        Example::bad("app:1.0-1"),
        Example::bad("localhost:5000"),
        Example::bad("docker.io/app:1.0-1"),
        Example::good("docker.io/acme/app:1.0-1"),
        Example::good("acme/app:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference.filter(|_| context.scan.is_docker_hub()) else { return };
    if reference.path().starts_with("library/") {
        let expected = if context.scan.domain.is_none() { "a registry" } else { "your project" };
        let name = reference.name();
        let message = format!("expected {expected} before the name, found a name that means `{name}`");
        findings.report(message).at(context.scan.path);
    }
}
