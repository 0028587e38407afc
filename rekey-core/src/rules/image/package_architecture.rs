//! A package that is replaced by one of another architecture.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    preflight::{MODIFIED_FILES, RPM_POLICIES, modified_files::Modification},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-package-architecture",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(RPM_POLICIES),
    checks: &[MODIFIED_FILES],
    summary: "a layer replaces a package by one of another architecture",
    why: "Preflight fails an image in which a file belongs to a package of another architecture than in the layer below: the same package of 32 bits beside that of 64, say, where its name, version or release has a dash in it.",
    help: "Install both architectures in one instruction, or do without the second one.",
    basis: preflight("internal/policy/container/has_modified_files.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11\ndirectory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 i686 Red_Hat,_Inc. 2 usr/bin/bash")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11\ndirectory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 2.el9 x86_64 Red_Hat,_Inc. 2 usr/bin/bash")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    context.report_logged(
        &RULE,
        Modification::Architecture,
        "updates of packages of the same architecture",
        findings,
    );
    for files in context.changed(Modification::Architecture, true) {
        let message = format!(
            "expected an update of `{}` of the same architecture, found `{}`",
            files.before(),
            files.package
        );
        files.report(&RULE, message, findings);
    }
}
