//! A base whose known holes stay open.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::packages::{self, Action},
    rule::{Applies, Check, Example, Rule},
    rules::source,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-no-security-update",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "packages of the base image are not updated",
    why: "A base image is as old as its tag. What was mended since then reaches the image only if it is installed, and \
          an image with known holes is graded down.",
    help: "Update in the final stage: `RUN microdnf upgrade -y && microdnf clean all`, or with `dnf` or `yum`.",
    basis: source::partner_guide(
        "It is a requirement from Red Hat to properly maintain your image by keeping up to date with the latest \
         security updates.",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN microdnf upgrade -y\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-micro\n"),
        Example::good("FROM acme/base\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let updatable =
        context.base.is_some_and(|base| base.package_manager.is_some_and(|manager| !manager.is_empty()));
    let Some(from) = context.base_from().filter(|_| context.is_judged() && updatable) else { return };
    let updates = |command| matches!(packages::action(command), Some((Action::Update, _)));
    if !context.commands.iter().any(updates) {
        findings.report("nothing updates the packages of the base image").at(from.span);
    }
}
