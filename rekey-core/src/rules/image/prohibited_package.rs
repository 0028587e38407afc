//! A package that may not be redistributed.

use std::collections::HashMap;

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::inspection::{Packages, lossy},
    preflight::{NO_PROHIBITED_PACKAGES, RPM_POLICIES, is_prohibited_package},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-prohibited-package",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(RPM_POLICIES),
    checks: &[NO_PROHIBITED_PACKAGES],
    summary: "image has a package that may not be redistributed",
    why: "Packages of the RHEL kernel and some others may not be redistributed outside of UBI. Preflight reads the RPM database of the image and fails it for any of 17 names, and for every name that begins with `kpatch`.",
    help: "Do not install it, or remove it in the instruction that installs it; look which package pulls it in with `rpm -q --whatrequires`.",
    basis: preflight("internal/policy/container/has_prohibited_packages.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[(
            "layers",
            "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm kernel-core 5.14 1.el9 x86_64 Red_Hat,_Inc. 1",
        )]),
        Example::good("quay.io/a/b:1").given(&[(
            "layers",
            "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm kernel-headers 5.14 1.el9 x86_64 Red_Hat,_Inc. 1",
        )]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let listed = context.listed().iter().enumerate();
    for (number, package) in listed.filter(|(_, package)| is_prohibited_package(&package.name)) {
        let message = format!("expected no package that may not be redistributed, found `{}`", package.nvra);
        findings.report(message).parameter(package.name.clone()).pointer(format!("/rpms/{number}"));
    }
    let Some(contents) = context.contents else { return };
    let Packages::Installed(database, packages) = &contents.packages else { return };
    let prohibited: Vec<_> = packages.iter().filter(|package| is_prohibited_package(&package.name)).collect();
    let first_layers = if prohibited.is_empty() { HashMap::new() } else { contents.first_layers() };
    for package in prohibited {
        let message =
            format!("expected no package that may not be redistributed, found `{}`", package.nvra());
        let layer = first_layers.get(&package.nvra()).copied().unwrap_or(database.layer);
        let help = format!("{}{}", RULE.help, contents.made_by(layer));
        let path = lossy(&database.entry.path);
        findings.report(message).parameter(package.name.clone()).help(help).layer(layer, path);
    }
}
