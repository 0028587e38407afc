//! The package database taken away.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::source,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-rpm-database-removed",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(preflight::RPM_POLICIES),
    checks: &[preflight::NO_PROHIBITED_PACKAGES],
    summary: "RPM database is removed",
    why: "Preflight reads the packages of the image out of its RPM database; without one its check ends in an error, \
          which counts as a failure.",
    help: "Keep `/var/lib/rpm`, and `/usr/lib/sysimage/rpm` on UBI 10; remove caches with `microdnf clean all`.",
    basis: source::preflight("internal/rpm/rpm.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN rm -rf /var/lib/rpm /var/cache/dnf\n"),
        Example::bad("FROM registry.access.redhat.com/ubi8/ubi-minimal\nRUN rm -f /var/lib/rpm/*\n"),
        Example::bad("FROM registry.access.redhat.com/ubi10\nRUN rm -rf /usr/lib/sysimage/rpm\n"),
        Example::good("FROM registry.access.redhat.com/ubi10\nRUN rm -rf /var/lib/rpm\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN rm -rf /var/lib/rpm/__db* /var/cache/*\n"),
        Example::good(
            "FROM registry.access.redhat.com/ubi9\nRUN rm -rf /var/lib/rpm && dnf install -y vim\n",
        ),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() {
        return;
    }
    if let Some(place) = context.base_files.database {
        findings.report("the RPM database is removed, and preflight cannot check the packages").at(place);
    }
}
