//! Files of other packages that a layer changes.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    preflight::{RPM_POLICIES, modified_files::Modification},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-files-modified-third-party",
    severity: Severity::Warning,
    applies: Applies::ALWAYS.under(RPM_POLICIES),
    checks: &[],
    summary: "a layer changes files of packages of another vendor without rpm",
    why: "Preflight writes a warning into its log for a changed file whose package is not Red Hat's, and says that this may be a failure in the future.",
    help: "Change the package instead of its files.",
    basis: preflight("internal/policy/container/has_modified_files.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Acme 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    context.report_logged(
        &RULE,
        Modification::ThirdParty,
        "the files of packages as rpm installed them",
        findings,
    );
    for files in context.changed(Modification::ThirdParty, true) {
        let message = format!(
            "expected the files of `{}` as rpm installed them, found {} in a later layer",
            files.package,
            files.names()
        );
        files.report(&RULE, message, findings);
    }
}
