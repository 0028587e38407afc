//! A package that may not be redistributed.

use super::Context;
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
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN <<EOF\ndnf install -y 'kernel*'\nEOF\n"),
        Example::bad(
            "FROM registry.access.redhat.com/ubi9\nENV PACKAGES=\"vim kernel\"\nRUN bash -c \"yum install $PACKAGES\"\n",
        ),
        Example::good(
            "FROM registry.access.redhat.com/ubi9\nRUN dnf install -y kernel && make && dnf remove -y kernel\n",
        ),
        Example::bad(
            "FROM registry.access.redhat.com/ubi9\nRUN for p in vim kernel-core; do dnf install -y $p; done\n",
        ),
        Example::bad(
            "FROM registry.access.redhat.com/ubi9\nRUN echo vim kernel-core | xargs dnf install -y\n",
        ),
        Example::bad(
            "FROM registry.access.redhat.com/ubi9 AS b\nRUN dnf --installroot /r install -y kernel-core\nFROM registry.access.redhat.com/ubi9-micro\nCOPY --from=b /r/ /\n",
        ),
        Example::good(
            "FROM registry.access.redhat.com/ubi9 AS b\nRUN dnf --installroot /r install -y kernel-core\nFROM registry.access.redhat.com/ubi9-micro\nCOPY --from=b /r/boot /boot\n",
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
    for (name, place) in context.prohibited {
        let draft = findings.report(format!("`{name}` may not be redistributed"));
        draft.at(*place).parameter(name.clone());
    }
}
