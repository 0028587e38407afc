//! Packages and their repositories.

use super::{Context, Entry};
use crate::{
    dockerfile::{Arguments, Keyword},
    facts::packages::{self, Action},
    finding::Findings,
    preflight,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source,
    severity::Severity,
    target::Policy,
    text::Span,
};
use std::collections::HashSet;

pub(super) static PROHIBITED_PACKAGE: Entry = Entry {
    rule: Rule {
        id: "dockerfile-prohibited-package",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS
            .under(&[Policy::Container, Policy::Root, Policy::Konflux])
            .of_checks(&[preflight::Check::HasNoProhibitedPackages]),
        summary: "package may not be redistributed",
        why: "Partner images may not contain packages of the RHEL kernel or its boot loader.",
        help: "Do not install the package; a container uses the kernel of its host.",
        basis: source::preflight("internal/policy/container/has_prohibited_packages.go"),
        examples: &[
            Example::bad(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN microdnf install -y kernel-core\n",
            ),
            Example::good(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN microdnf install -y kernel-headers\n",
            ),
            Example::good(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN microdnf remove kernel-core\n",
            ),
            Example::bad("FROM registry.access.redhat.com/ubi9\nRUN <<EOF\ndnf install -y 'kernel*'\nEOF\n"),
            Example::bad(
                "FROM registry.access.redhat.com/ubi9\nENV PACKAGES=\"vim kernel\"\nRUN bash -c \"yum install $PACKAGES\"\n",
            ),
            Example::good(
                "FROM registry.access.redhat.com/ubi9\nRUN dnf install -y kernel && make && dnf remove -y kernel\n",
            ),
            Example::bad(
                "FROM registry.access.redhat.com/ubi9\nRUN for p in vim kernel-core; do dnf install -y $p; done\n",
            ),
            Example::bad(
                "FROM registry.access.redhat.com/ubi9\nRUN echo vim kernel-core | xargs dnf install -y\n",
            ),
            Example::bad(
                "FROM registry.access.redhat.com/ubi9 AS b\nRUN dnf --installroot /r install -y kernel-core\nFROM registry.access.redhat.com/ubi9-micro\nCOPY --from=b /r/ /\n",
            ),
            Example::good(
                "FROM registry.access.redhat.com/ubi9 AS b\nRUN dnf --installroot /r install -y kernel-core\nFROM registry.access.redhat.com/ubi9-micro\nCOPY --from=b /r/boot /boot\n",
            ),
            Example::good(
                "FROM ubi9 AS a\nRUN dnf install kernel\nFROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n",
            ),
        ],
    },
    check: prohibited_package,
};

fn prohibited_package(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() {
        return;
    }
    for (name, place) in context.prohibited {
        let draft = findings.report(format!("`{name}` may not be redistributed"));
        draft.at(*place).parameter(name.clone());
    }
}

pub(super) static PACKAGES_FORCED: Entry = Entry {
    rule: Rule {
        id: "dockerfile-packages-forced",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS
            .under(&[Policy::Container, Policy::Root, Policy::Konflux])
            .of_checks(&[preflight::Check::HasModifiedFiles]),
        summary: "packages are forced over Red Hat's files",
        why: "Preflight compares every file of a Red Hat package with the layer below; a file overwritten or removed \
              by force counts as changed.",
        help: "Install with `dnf` or `microdnf`, which keep the package database consistent.",
        basis: Basis::Inferred {
            source: "internal/policy/container/has_modified_files.go of openshift-preflight 1.21.0",
        },
        examples: &[
            Example::bad(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN rpm -Uvh --nodeps --replacefiles app.rpm\n",
            ),
            Example::bad(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN rpm -e --nodeps tzdata\n",
            ),
            Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN rpm -q bash\n"),
            Example::good(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN microdnf install -y app\n",
            ),
        ],
    },
    check: packages_forced,
};

fn packages_forced(context: &Context<'_>, findings: &mut Findings) {
    const FORCED: &[&str] = &[
        "--nodeps",
        "--replacefiles",
        "--replacepkgs",
        "--force",
        "--justdb",
        "--noscripts",
        "--notriggers",
    ];
    if !context.is_judged() {
        return;
    }
    for command in context.commands.iter().filter(|command| command.program() == "rpm") {
        if let Some(word) = command.arguments().iter().find(|word| FORCED.contains(&&*word.text)) {
            let message = format!("`rpm {}` may change files of Red Hat's packages", word.text);
            findings.report(message).at(word.place());
        }
    }
}

pub(super) static PACKAGES_REMOVED: Entry = Entry {
    rule: Rule {
        id: "dockerfile-packages-removed",
        subject: Subject::Dockerfile,
        severity: Severity::Note,
        scope: Scope::ALWAYS.under(&[Policy::Container, Policy::Root, Policy::Konflux]),
        summary: "package of the base image is removed with `rpm`",
        why: "The policy guide requires that Red Hat's content stays unchanged. Preflight accepts a removal that the \
              package database records; `rpm -e` does not record why a package was there.",
        help: "Build on a smaller base, such as `registry.access.redhat.com/ubi9/ubi-minimal`, or remove with `dnf`.",
        basis: Basis::Inferred {
            source: "Red Hat OpenShift Software Certification Policy Guide, \"Image content requirements\", edition 2025",
        },
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9\nRUN rpm -e tzdata\n"),
            Example::good(
                "FROM registry.access.redhat.com/ubi9\nRUN dnf install -y gcc && make && rpm -e gcc\n",
            ),
            Example::good("FROM registry.access.redhat.com/ubi9\nRUN rpm -q tzdata\n"),
        ],
    },
    check: packages_removed,
};

fn packages_removed(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() || !context.is_on_red_hat() {
        return;
    }
    let mut own = HashSet::new();
    for command in context.commands {
        match packages::action(command) {
            Some((Action::Install, names)) => own.extend(names.map(|word| &*word.text)),
            Some((Action::Remove, names)) if command.program() == "rpm" => {
                for word in names.filter(|word| !own.contains(&*word.text)) {
                    findings
                        .report(format!(
                            "`{}` is removed, although no instruction here installs it by name",
                            word.text
                        ))
                        .at(word.place());
                }
            }
            _ => {}
        }
    }
}

pub(super) static FOREIGN_REPOSITORY: Entry = Entry {
    rule: Rule {
        id: "dockerfile-foreign-repository",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS.under(&[Policy::Container, Policy::Root, Policy::Konflux]),
        summary: "packages come from another distribution's repository",
        why: "Such packages replace Red Hat's, and the catalog grades the image by them: their advisories are not Red \
              Hat's, so it reports their vulnerabilities as open.",
        help: "Install the package from the repositories of UBI, or of RHEL with a subscription; otherwise, build it \
               yourself.",
        basis: Basis::Practice {
            source: "redhat-openshift-ecosystem/openshift-preflight issue 780: health grade D through a CentOS mirror",
        },
        examples: &[
            Example::bad(
                "FROM registry.access.redhat.com/ubi9\nRUN dnf install -y https://mirror.stream.centos.org/9-stream/AppStream/x86_64/os/Packages/a.rpm\n",
            ),
            Example::bad(
                "FROM registry.access.redhat.com/ubi9\nCOPY <<EOF /etc/yum.repos.d/c.repo\n[c]\nbaseurl=http://vault.centos.org/8.5.2111/BaseOS/x86_64/os\nEOF\n",
            ),
            Example::bad("FROM registry.access.redhat.com/ubi8\nRUN yum install -y centos-release-scl\n"),
            Example::good("FROM registry.access.redhat.com/ubi9\nRUN dnf install -y epel-release\n"),
            Example::good("FROM registry.access.redhat.com/ubi9\nRUN echo not-centos\n"),
            Example::good("FROM quay.io/centos/centos:stream9\nRUN dnf install -y centos-release-nfv\n"),
        ],
    },
    check: foreign_repository,
};

/// Hosts that serve packages of other distributions in the RHEL family.
const HOSTS: &[&str] = &[
    "mirror.centos.org",
    "mirror.stream.centos.org",
    "mirrorlist.centos.org",
    "vault.centos.org",
    "buildlogs.centos.org",
    "composes.stream.centos.org",
    "dl.rockylinux.org",
    "download.rockylinux.org",
    "mirrors.rockylinux.org",
    "repo.almalinux.org",
    "mirrors.almalinux.org",
    "vault.almalinux.org",
    "yum.oracle.com",
    "dl.fedoraproject.org/pub/fedora/",
];

/// Packages that add the repositories of such a distribution.
const PACKAGES: &[&str] = &[
    "centos-release",
    "centos-stream-repos",
    "rocky-repos",
    "rocky-release",
    "almalinux-repos",
    "oraclelinux-release",
];

fn foreign_repository(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() || !context.is_on_red_hat() {
        return;
    }
    for command in context.commands {
        for word in command.arguments() {
            let installed = || PACKAGES.iter().copied().find(|name| word.text.starts_with(*name));
            if let Some(found) = host(&word.text).or_else(installed) {
                report(findings, found, word.place());
            }
        }
    }
    for (at, _, instruction) in context.steps() {
        for heredoc in &instruction.heredocs {
            let text = String::from_utf8_lossy(heredoc.text);
            // Commands that a shell runs are checked separately.
            let setting = text.lines().find(|line| line.contains('=') && host(line).is_some());
            if let Some(found) = setting.and_then(host) {
                report(findings, found, heredoc.content);
            }
        }
        let Arguments::Copy { sources, .. } = &instruction.arguments else { continue };
        for source in sources.iter().filter(|_| instruction.keyword == Keyword::Add) {
            let url = context.file.expand(at, source);
            if let Some(found) = url.value().and_then(host) {
                report(findings, found, source.span);
            }
        }
    }
}

fn report(findings: &mut Findings, found: &'static str, place: Span) {
    let name = found.split('/').next().unwrap_or(found);
    findings.report(format!("packages come from `{name}`, not from Red Hat")).at(place).parameter(name);
}

/// The host of another distribution that a text names.
fn host(text: &str) -> Option<&'static str> {
    if !text.contains("://") {
        return None;
    }
    HOSTS.iter().copied().find(|host| text.contains(host))
}

pub(super) static REPOSITORY_REMOVED: Entry = Entry {
    rule: Rule {
        id: "dockerfile-repository-removed",
        subject: Subject::Dockerfile,
        severity: Severity::Note,
        scope: Scope::ALWAYS.under(&[Policy::Container, Policy::Root, Policy::Konflux]),
        summary: "repositories of Red Hat are removed",
        why: "Without them, neither this build nor a build on top of the image can update the image's packages.",
        help: "Keep the files in `/etc/yum.repos.d`; choose repositories with `--disablerepo` and `--enablerepo`.",
        basis: Basis::Practice {
            source: "redhat-openshift-ecosystem/openshift-preflight issue 780: packages of UBI without updates",
        },
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9\nRUN rm -f /etc/yum.repos.d/ubi.repo\n"),
            Example::bad("FROM registry.access.redhat.com/ubi9\nRUN rm -rf /etc/yum.repos.d/*\n"),
            Example::good("FROM registry.access.redhat.com/ubi9\nRUN rm -f /etc/yum.repos.d/acme.repo\n"),
        ],
    },
    check: repository_removed,
};

fn repository_removed(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() || !context.is_on_red_hat() {
        return;
    }
    for command in context.commands.iter().filter(|command| matches!(command.program(), "rm" | "mv")) {
        for word in command.arguments() {
            let Some(name) = word.text.strip_prefix("/etc/yum.repos.d") else { continue };
            let name = name.trim_start_matches('/');
            if name.is_empty() || name.starts_with('*') || name.starts_with("ubi") {
                findings.report(format!("`{}` is removed", word.text)).at(word.place());
            }
        }
    }
}

pub(super) static NO_SECURITY_UPDATE: Entry = Entry {
    rule: Rule {
        id: "dockerfile-no-security-update",
        subject: Subject::Dockerfile,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "packages of the base image are not updated",
        why: "A base image is as old as its tag. Later fixes reach the image only if they are installed, and an image \
              with known vulnerabilities is graded down.",
        help: "Update in the final stage: `RUN microdnf upgrade -y && microdnf clean all`, or with `dnf` or `yum`.",
        basis: source::partner_guide(
            "It is a requirement from Red Hat to properly maintain your image by keeping up to date with the latest \
             security updates.",
        ),
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n"),
            Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN microdnf upgrade -y\n"),
            Example::good("FROM registry.access.redhat.com/ubi9/ubi-micro\n"),
            Example::good("FROM acme/base\n"),
        ],
    },
    check: no_security_update,
};

fn no_security_update(context: &Context<'_>, findings: &mut Findings) {
    let updatable =
        context.base.is_some_and(|base| base.package_manager.is_some_and(|manager| !manager.is_empty()));
    let Some(from) = context.base_from().filter(|_| context.is_judged() && updatable) else { return };
    let updates = |command| matches!(packages::action(command), Some((Action::Update, _)));
    if !context.commands.iter().any(updates) {
        findings.report("no instruction updates the packages of the base image").at(from.span);
    }
}

pub(super) static RPM_DATABASE_REMOVED: Entry = Entry {
    rule: Rule {
        id: "dockerfile-rpm-database-removed",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS
            .under(preflight::RPM_POLICIES)
            .of_checks(&[preflight::Check::HasNoProhibitedPackages]),
        summary: "RPM database is removed",
        why: "Preflight reads the image's packages from its RPM database; without one, its check ends with an error, \
              which counts as a failure.",
        help: "Keep `/var/lib/rpm`, and `/usr/lib/sysimage/rpm` on UBI 10; remove caches with `microdnf clean all`.",
        basis: source::preflight("internal/rpm/rpm.go"),
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9\nRUN rm -rf /var/lib/rpm /var/cache/dnf\n"),
            Example::bad("FROM registry.access.redhat.com/ubi8/ubi-minimal\nRUN rm -f /var/lib/rpm/*\n"),
            Example::bad("FROM registry.access.redhat.com/ubi10\nRUN rm -rf /usr/lib/sysimage/rpm\n"),
            Example::good("FROM registry.access.redhat.com/ubi10\nRUN rm -rf /var/lib/rpm\n"),
            Example::good(
                "FROM registry.access.redhat.com/ubi9\nRUN rm -rf /var/lib/rpm/__db* /var/cache/*\n",
            ),
            Example::good(
                "FROM registry.access.redhat.com/ubi9\nRUN rm -rf /var/lib/rpm && dnf install -y vim\n",
            ),
        ],
    },
    check: rpm_database_removed,
};

fn rpm_database_removed(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() {
        return;
    }
    if let Some(place) = context.base_files.database {
        findings.report("the RPM database is removed, so preflight cannot check the packages").at(place);
    }
}
