//! An RPM database that cannot be read.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::inspection::lossy,
    preflight::RPM_POLICIES,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-rpm-database-unreadable",
    severity: Severity::Warning,
    applies: Applies::ALWAYS.under(RPM_POLICIES),
    checks: &[],
    summary: "an RPM database of the image cannot be read",
    why: "What is installed is told by the RPM database. rekey reads those that preflight looks for; where it cannot read one, what depends on it is unknown.",
    help: "See whether `rpm -qa` works in the image; `rpm --rebuilddb` writes the database anew.",
    basis: Basis::Inferred { source: "internal/rpm/rpm.go of openshift-preflight 1.21.0" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "damaged var/lib/rpm/rpmdb.sqlite")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "rpms var/lib/rpm/rpmdb.sqlite")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let layers = context.contents.into_iter().flat_map(|contents| &contents.image.layers).enumerate();
    for (number, layer) in layers {
        for database in &layer.databases {
            if let Err(reason) = &database.packages {
                let path = lossy(&database.path);
                findings.report(format!("the RPM database cannot be read: {reason}")).layer(number, path);
            }
        }
    }
}
