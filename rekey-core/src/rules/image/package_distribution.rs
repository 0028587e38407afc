//! A package that is replaced by one of another distribution.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    preflight::{MODIFIED_FILES, RPM_POLICIES, modified_files::Modification},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-package-distribution",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(RPM_POLICIES),
    checks: &[MODIFIED_FILES],
    summary: "a layer replaces a package by one of another distribution",
    why: "Preflight takes an update for one only if the release of the new package names the distribution as that of the old one does: `el9`, as `PLATFORM_ID` of `/etc/os-release` has it.",
    help: "Install updates from Red Hat's repositories; give your own packages other names than Red Hat's.",
    basis: preflight("internal/policy/container/has_modified_files.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11\ndirectory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.2 1.fc40 x86_64 Fedora 2 usr/bin/bash")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11\ndirectory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 2.el9 x86_64 Red_Hat,_Inc. 2 usr/bin/bash")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    context.report_logged(
        &RULE,
        Modification::Distribution,
        "updates of packages from the same distribution",
        findings,
    );
    for files in context.changed(Modification::Distribution, true) {
        let message = format!(
            "expected an update of `{}` from the same distribution, found `{}`",
            files.before(),
            files.package
        );
        files.report(&RULE, message, findings);
    }
}
