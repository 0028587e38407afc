//! An image without an RPM database.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::inspection::Packages,
    preflight::{NO_PROHIBITED_PACKAGES, RPM_POLICIES},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-no-rpm-database",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(RPM_POLICIES),
    checks: &[NO_PROHIBITED_PACKAGES],
    summary: "image has no RPM database",
    why: "Preflight lists the installed packages out of `/usr/lib/sysimage/rpm/rpmdb.sqlite`, `/var/lib/rpm/rpmdb.sqlite` or `/var/lib/rpm/Packages`. An image that has none of them is an error of the check, which counts as a failure; only the policies for scratch images do without.",
    help: "Build on a UBI image and keep its RPM database. A project for images from scratch has a policy of its own: `--policy scratch-nonroot`.",
    basis: preflight("internal/rpm/rpm.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "file app 10")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "rpms var/lib/rpm/Packages")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    const MESSAGE: &str = "expected an RPM database, found none where preflight looks for one";
    if let Some(span) = context.log().and_then(|log| log.no_database) {
        findings.report(MESSAGE).at(span);
    }
    let Some(contents) = context.contents else { return };
    if contents.unknown.is_none() && matches!(contents.packages, Packages::None) {
        findings.report(MESSAGE);
    }
}
