//! A file of Red Hat's packages taken away.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::source,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-base-file-changed",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(preflight::RPM_POLICIES),
    checks: &[preflight::MODIFIED_FILES],
    summary: "file of the base image's packages is removed or replaced",
    why: "Preflight compares each layer with the package database: a file of a Red Hat package that a layer removes, or \
          makes a link of, without bringing the package up to date fails the image.",
    help: "Leave the files of Red Hat's packages as they are: put your own into `/usr/local/bin` or `/opt`.",
    basis: source::preflight("internal/policy/container/has_modified_files.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi8/ubi:latest\nRUN rm -f /bin/true\n"),
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN ln -sf /opt/app/bash /usr/bin/bash\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN dnf upgrade -y && rm -f /usr/bin/true\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN test -e /x || rm -f /usr/bin/true\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN rm -f /usr/local/bin/true\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() {
        return;
    }
    for (path, place) in &context.base_files.changed {
        findings.report(format!("`/{path}` belongs to a package of the base image")).at(*place);
    }
}
