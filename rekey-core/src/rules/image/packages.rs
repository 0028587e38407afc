//! The packages of an image and their files.

use super::{Context, Entry};
use crate::{
    facts::contents::{Distribution, Packages, lossy},
    finding::Findings,
    preflight::{Check, RPM_POLICIES, is_prohibited_package, modified_files::Modification},
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::preflight,
    severity::Severity,
};
use std::collections::HashMap;

pub(super) static MISSING_RPM_DATABASE: Entry = Entry {
    rule: Rule {
        id: "image-missing-rpm-database",
        subject: Subject::Image,
        severity: Severity::Error,
        scope: Scope::ALWAYS.under(RPM_POLICIES).of_checks(&[Check::HasNoProhibitedPackages]),
        summary: "image has no RPM database",
        why: "Preflight reads the installed packages from `/usr/lib/sysimage/rpm/rpmdb.sqlite`, `/var/lib/rpm/rpmdb.sqlite` or `/var/lib/rpm/Packages`. If an image has none of them, the check ends with an error, which counts as a failure; only the policies for scratch images do not need one.",
        help: "Build on a UBI image and keep its RPM database. Projects for images from scratch have their own policy: `--policy scratch-nonroot`.",
        basis: preflight("internal/rpm/rpm.go"),
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("layers", "file app 10")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "rpms var/lib/rpm/Packages")]),
        ],
    },
    check: missing_rpm_database,
};

fn missing_rpm_database(context: &Context<'_>, findings: &mut Findings) {
    const MESSAGE: &str = "the image has no RPM database in the places where preflight looks";
    if let Some(span) = context.log().and_then(|log| log.no_database) {
        findings.report(MESSAGE).at(span);
    }
    let Some(contents) = context.contents() else { return };
    if contents.unknown.is_none() && matches!(contents.packages, Packages::None) {
        findings.report(MESSAGE);
    }
}

pub(super) static UNREADABLE_RPM_DATABASE: Entry = Entry {
    rule: Rule {
        id: "image-unreadable-rpm-database",
        subject: Subject::Image,
        severity: Severity::Warning,
        scope: Scope::ALWAYS.under(RPM_POLICIES),
        summary: "RPM database of the image cannot be read",
        why: "The RPM database lists the installed packages. rekey reads the databases that preflight looks for; if it cannot read one, everything that depends on it is unknown.",
        help: "Check that `rpm -qa` works in the image; `rpm --rebuilddb` rebuilds the database.",
        basis: Basis::Inferred { source: "internal/rpm/rpm.go of openshift-preflight 1.21.0" },
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("layers", "damaged var/lib/rpm/rpmdb.sqlite")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "rpms var/lib/rpm/rpmdb.sqlite")]),
        ],
    },
    check: unreadable_rpm_database,
};

fn unreadable_rpm_database(context: &Context<'_>, findings: &mut Findings) {
    let layers = context.contents().into_iter().flat_map(|contents| &contents.image.layers).enumerate();
    for (number, layer) in layers {
        for database in &layer.databases {
            if let Err(reason) = &database.packages {
                let path = lossy(&database.path);
                findings.report(format!("the RPM database cannot be read: {reason}")).layer(number, path);
            }
        }
    }
}

pub(super) static PROHIBITED_PACKAGE: Entry = Entry {
    rule: Rule {
    id: "image-prohibited-package",
    subject: Subject::Image,
    severity: Severity::Error,
    scope: Scope::ALWAYS.under(RPM_POLICIES).of_checks(&[Check::HasNoProhibitedPackages]),
    summary: "image has a package that may not be redistributed",
    why: "Packages of the RHEL kernel and some others may not be redistributed outside of UBI. Preflight reads the RPM database of the image and fails it for any of 17 names, and for every name that begins with `kpatch`.",
    help: "Do not install it, or remove it in the instruction that installs it; `rpm -q --whatrequires` shows which package requires it.",
    basis: preflight("internal/policy/container/has_prohibited_packages.go"),
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
},
    check: prohibited_package,
};

fn prohibited_package(context: &Context<'_>, findings: &mut Findings) {
    let listed = context.packages().iter().enumerate();
    for (number, package) in listed.filter(|(_, package)| is_prohibited_package(&package.name)) {
        let message = format!("`{}` may not be redistributed", package.nvra);
        findings.report(message).parameter(package.name.clone()).pointer(format!("/rpms/{number}"));
    }
    let Some(contents) = context.contents() else { return };
    let Packages::Installed(database, packages) = &contents.packages else { return };
    let prohibited: Vec<_> = packages.iter().filter(|package| is_prohibited_package(&package.name)).collect();
    let first_layers = if prohibited.is_empty() { HashMap::new() } else { contents.first_layers() };
    for package in prohibited {
        let message = format!("`{}` may not be redistributed", package.nvra());
        let layer = first_layers.get(&package.nvra()).copied().unwrap_or(database.layer);
        let help = format!("{}{}", PROHIBITED_PACKAGE.rule.help, contents.made_by(layer));
        let path = lossy(&database.entry.path);
        findings.report(message).parameter(package.name.clone()).help(help).layer(layer, path);
    }
}

pub(super) static MISSING_OS_RELEASE: Entry = Entry {
    rule: Rule {
        id: "image-missing-os-release",
        subject: Subject::Image,
        severity: Severity::Error,
        scope: Scope::ALWAYS.under(RPM_POLICIES).of_checks(&[Check::HasModifiedFiles]),
        summary: "image has no `/etc/os-release`",
        why: "Preflight reads the name of the distribution from `/etc/os-release` before it compares layers. Without the file, its check `HasModifiedFiles` ends with an error, which counts as a failure.",
        help: "Keep the file of the base image; if you assemble a root file system yourself, include `/etc/os-release` and `/usr/lib/os-release`.",
        basis: preflight("internal/policy/container/has_modified_files.go"),
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("layers", "file app 10")]),
            Example::bad("quay.io/a/b:1")
                .given(&[("layers", "link etc/os-release -> ../usr/lib/os-release")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "os-release el9")]),
        ],
    },
    check: missing_os_release,
};

fn missing_os_release(context: &Context<'_>, findings: &mut Findings) {
    const MESSAGE: &str = "`/etc/os-release` is missing, or a link that leads nowhere";
    if let Some(span) = context.log().and_then(|log| log.no_os_release) {
        findings.report(MESSAGE).at(span);
    }
    let Some(contents) = context.contents() else { return };
    if contents.unknown.is_none() && contents.distribution == Distribution::Missing {
        findings.report(MESSAGE);
    }
}

pub(super) static FILES_MODIFIED: Entry = Entry {
    rule: Rule {
    id: "image-files-modified",
    subject: Subject::Image,
    severity: Severity::Error,
    scope: Scope::ALWAYS.under(RPM_POLICIES).of_checks(&[Check::HasModifiedFiles]),
    summary: "a layer changes files of Red Hat's packages without rpm",
    why: "Preflight compares each layer with the RPM database: if an upper layer contains a file of a Red Hat package that was not updated, the file was changed by hand. A different owner, mode or time is enough; configuration, documentation and everything below `/etc`, `/var` and `/run` may change.",
    help: "Leave the file as the package installs it: copy to a directory of your own, keep `chmod` and `chown -R` out of `/usr`, and do not delete files that a package owns.",
    basis: preflight("internal/policy/container/has_modified_files.go"),
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11")]),
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/.wh.bash 0")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/local/bin/bash 11")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11\ndirectory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 2.el9 x86_64 Red_Hat,_Inc. 2 usr/bin/bash")]),
    ],
},
    check: files_modified,
};

fn files_modified(context: &Context<'_>, findings: &mut Findings) {
    context.report_logged(
        &FILES_MODIFIED.rule,
        Modification::Unmanaged,
        "only rpm may change files of Red Hat's packages",
        findings,
    );
    for files in context.changed(Modification::Unmanaged, true) {
        let message =
            format!("an upper layer changes files of `{}` without rpm: {}", files.package(), files.names());
        files.report(&FILES_MODIFIED.rule, message, findings);
    }
}

pub(super) static PACKAGE_DISTRIBUTION: Entry = Entry {
    rule: Rule {
    id: "image-package-distribution",
    subject: Subject::Image,
    severity: Severity::Error,
    scope: Scope::ALWAYS.under(RPM_POLICIES).of_checks(&[Check::HasModifiedFiles]),
    summary: "a layer replaces a package by one of another distribution",
    why: "Preflight accepts an update only if the release of the new package names the same distribution as that of the old one: `el9`, as `PLATFORM_ID` of `/etc/os-release` has it.",
    help: "Install updates from Red Hat's repositories; give your own packages other names than Red Hat's.",
    basis: preflight("internal/policy/container/has_modified_files.go"),
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11\ndirectory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.2 1.fc40 x86_64 Fedora 2 usr/bin/bash")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11\ndirectory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 2.el9 x86_64 Red_Hat,_Inc. 2 usr/bin/bash")]),
    ],
},
    check: package_distribution,
};

fn package_distribution(context: &Context<'_>, findings: &mut Findings) {
    context.report_logged(
        &PACKAGE_DISTRIBUTION.rule,
        Modification::Distribution,
        "the new packages are from another distribution",
        findings,
    );
    for files in context.changed(Modification::Distribution, true) {
        let message = format!(
            "`{}` is replaced by a package of another distribution, `{}`",
            files.before(),
            files.package()
        );
        files.report(&PACKAGE_DISTRIBUTION.rule, message, findings);
    }
}

pub(super) static PACKAGE_ARCHITECTURE: Entry = Entry {
    rule: Rule {
    id: "image-package-architecture",
    subject: Subject::Image,
    severity: Severity::Error,
    scope: Scope::ALWAYS.under(RPM_POLICIES).of_checks(&[Check::HasModifiedFiles]),
    summary: "a layer replaces a package by one of another architecture",
    why: "Preflight fails an image if a file belongs to a package of another architecture than in the layer below: for example, the same package for 32 bits beside that for 64, if its name, version or release contains a dash.",
    help: "Install both architectures in one instruction, or only one of them.",
    basis: preflight("internal/policy/container/has_modified_files.go"),
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11\ndirectory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 i686 Red_Hat,_Inc. 2 usr/bin/bash")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11\ndirectory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 2.el9 x86_64 Red_Hat,_Inc. 2 usr/bin/bash")]),
    ],
},
    check: package_architecture,
};

fn package_architecture(context: &Context<'_>, findings: &mut Findings) {
    context.report_logged(
        &PACKAGE_ARCHITECTURE.rule,
        Modification::Architecture,
        "the new packages are for another architecture",
        findings,
    );
    for files in context.changed(Modification::Architecture, true) {
        let message = format!(
            "`{}` is replaced by a package for another architecture, `{}`",
            files.before(),
            files.package()
        );
        files.report(&PACKAGE_ARCHITECTURE.rule, message, findings);
    }
}

pub(super) static FILES_MODIFIED_THIRD_PARTY: Entry = Entry {
    rule: Rule {
    id: "image-files-modified-third-party",
    subject: Subject::Image,
    severity: Severity::Warning,
    scope: Scope::ALWAYS.under(RPM_POLICIES),
    summary: "a layer changes files of packages of another vendor without rpm",
    why: "Preflight logs a warning for a changed file whose package is not Red Hat's, and says that this may be a failure in the future.",
    help: "Change the package instead of its files.",
    basis: preflight("internal/policy/container/has_modified_files.go"),
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Acme 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11")]),
    ],
},
    check: files_modified_third_party,
};

fn files_modified_third_party(context: &Context<'_>, findings: &mut Findings) {
    context.report_logged(
        &FILES_MODIFIED_THIRD_PARTY.rule,
        Modification::ThirdParty,
        "only rpm should change files of packages",
        findings,
    );
    for files in context.changed(Modification::ThirdParty, true) {
        let message =
            format!("an upper layer changes files of `{}` without rpm: {}", files.package(), files.names());
        files.report(&FILES_MODIFIED_THIRD_PARTY.rule, message, findings);
    }
}

pub(super) static FILES_MODIFIED_UNDETECTED: Entry = Entry {
    rule: Rule {
    id: "image-files-modified-undetected",
    subject: Subject::Image,
    severity: Severity::Warning,
    scope: Scope::ALWAYS.under(RPM_POLICIES),
    summary: "a layer changes files of Red Hat's packages, which preflight does not detect",
    why: "When it compares layers, preflight looks for RPM databases only below `/var/lib/rpm`, which is a link or missing in UBI 10, and only in layers that have an entry for that directory; it does not look into directories that are removed as a whole, nor at files that a link in the same layer points at. The policy guide forbids the change anyway.",
    help: "Leave the file as the package installs it.",
    basis: Basis::Inferred { source: "Red Hat OpenShift Software Certification Policy Guide, image content requirements" },
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "rpms usr/lib/sysimage/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11")]),
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/.wh.bin 0")]),
        Example::bad("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11\nlink bin/sh -> /usr/bin/bash")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "directory var/lib/rpm\nrpms var/lib/rpm/rpmdb.sqlite\nrpm bash 5.1 1.el9 x86_64 Red_Hat,_Inc. 1 usr/bin/bash\nfile usr/bin/bash 10\nos-release el9\nlayer\nfile usr/bin/bash 11")]),
    ],
},
    check: files_modified_undetected,
};

fn files_modified_undetected(context: &Context<'_>, findings: &mut Findings) {
    for files in context.changed(Modification::Unmanaged, false) {
        let message =
            format!("files of `{}` are changed or removed without rpm: {}", files.package(), files.names());
        files.report(&FILES_MODIFIED_UNDETECTED.rule, message, findings);
    }
}
