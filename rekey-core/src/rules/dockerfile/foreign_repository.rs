//! Packages of another distribution.

use super::Context;
use crate::{
    dockerfile::{Arguments, Keyword},
    finding::{Basis, Findings, Severity},
    policy::PolicyKind,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-foreign-repository",
    severity: Severity::Warning,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::Root, PolicyKind::Konflux]),
    checks: &[],
    summary: "packages come from another distribution's repository",
    why: "Such packages take the place of Red Hat's, and the catalogue grades the image by them: their advisories are \
          not Red Hat's, so holes stay open in its eyes.",
    help: "Take the package from the repositories of UBI, or of RHEL with a subscription; build it yourself otherwise.",
    basis: Basis::Practice {
        source: "redhat-openshift-ecosystem/openshift-preflight issue 780: health grade D through a CentOS mirror",
    },
    since: "0.1.0",
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
    check: Check::Dockerfile(check),
};

/// Hosts that serve the packages of other distributions of the family.
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

fn check(context: &Context<'_>, findings: &mut Findings) {
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
            // What a shell runs is among the commands.
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
    findings.report(format!("expected packages of Red Hat, found `{name}`")).at(place).parameter(name);
}

/// The host of another distribution that a text names.
fn host(text: &str) -> Option<&'static str> {
    if !text.contains("://") {
        return None;
    }
    HOSTS.iter().copied().find(|host| text.contains(host))
}
