//! Files of Red Hat's packages that a layer changes, though preflight does not see it.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    preflight::{RPM_POLICIES, modified_files::Modification},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-files-modified-unseen",
    severity: Severity::Warning,
    applies: Applies::ALWAYS.under(RPM_POLICIES),
    checks: &[],
    summary: "a layer changes files of Red Hat's packages, which preflight does not see",
    why: "Preflight looks for RPM databases below `/var/lib/rpm` only when it compares layers, which is a link in UBI 10 or not there; and only in layers that have an entry for that directory; it does not look into directories that are removed as a whole, nor at files that a link in the same layer points at. The policy guide forbids the change all the same.",
    help: "Leave the file as the package installs it.",
    basis: Basis::Inferred { source: "Red Hat OpenShift Software Certification Policy Guide, image content requirements" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "rpms usr/lib/sysimage/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11")]),
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/.wh.bin 0")]),
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11\nlink bin/sh -> /usr/bin/bash")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for files in context.changed(Modification::Unmanaged, false) {
        let message = format!(
            "expected the files of `{}` as rpm installed them, found {} changed or removed",
            files.package,
            files.names()
        );
        files.report(&RULE, message, findings);
    }
}
