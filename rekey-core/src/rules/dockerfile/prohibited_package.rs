//! A package that may not be redistributed.

use super::{
    Context,
    commands::{commands, installed, prohibited},
};
use crate::{
    finding::{Findings, Severity},
    policy::PolicyKind,
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::source,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-prohibited-package",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::Root, PolicyKind::Konflux]),
    checks: &[preflight::NO_PROHIBITED_PACKAGES],
    summary: "package may not be redistributed",
    why: "Packages of the RHEL kernel and its boot loader may not be part of an image that is not Red Hat's.",
    help: "Leave the package out; a container uses the kernel of its host.",
    basis: source::preflight("internal/policy/container/has_prohibited_packages.go"),
    since: "0.1.0",
    examples: &[
        Example::bad(
            "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN microdnf install -y kernel-core\n",
        ),
        Example::good(
            "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN microdnf install -y kernel-headers\n",
        ),
        Example::good(
            "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN microdnf remove kernel-core\n",
        ),
        Example::good(
            "FROM ubi9 AS a\nRUN dnf install kernel\nFROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n",
        ),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() {
        return;
    }
    for (_, _, instruction) in context.steps() {
        for script in instruction.scripts() {
            for command in commands(script.text.as_bytes()) {
                for word in installed(&command) {
                    if let Some(name) = prohibited(&word.text) {
                        findings
                            .report(format!("`{name}` may not be redistributed"))
                            .at(script.span(word.span.range()))
                            .parameter(name.to_owned());
                    }
                }
            }
        }
    }
}
