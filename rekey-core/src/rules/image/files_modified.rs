//! Files of Red Hat's packages that a layer changes.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    preflight::{MODIFIED_FILES, RPM_POLICIES, modified_files::Modification},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-files-modified",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(RPM_POLICIES),
    checks: &[MODIFIED_FILES],
    summary: "a layer changes files of Red Hat's packages without rpm",
    why: "Preflight compares each layer with the RPM database: a file of a Red Hat package that stands in an upper layer, though the package is the same, was changed by hand. It counts as changed even where only its owner, its mode or its time differ; configuration, documentation and what lies below `/etc`, `/var` and `/run` may change.",
    help: "Leave the file as the package installs it: copy to a place of your own, keep `chmod` and `chown -R` out of `/usr`, and delete nothing that a package owns.",
    basis: preflight("internal/policy/container/has_modified_files.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11")]),
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/.wh.bash 0")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/local/bin/bash 11")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11\ndirectory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 2.el9 x86_64 Red_Hat,_Inc. 2 usr/bin/bash")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    context.report_logged(
        &RULE,
        Modification::Unmanaged,
        "the files of Red Hat's packages as rpm installed them",
        findings,
    );
    for files in context.changed(Modification::Unmanaged, true) {
        let message = format!(
            "expected the files of `{}` as rpm installed them, found {} in a later layer",
            files.package,
            files.names()
        );
        files.report(&RULE, message, findings);
    }
}
