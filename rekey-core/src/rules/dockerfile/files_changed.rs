//! Owners or modes of Red Hat's files changed by the folder.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::PolicyKind,
    preflight,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-files-changed",
    severity: Severity::Warning,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::Root, PolicyKind::Konflux]),
    checks: &[preflight::MODIFIED_FILES],
    summary: "owner or mode of Red Hat's files is changed",
    why: "A changed owner or mode makes a new file in the layer. Preflight compares each file of a Red Hat package with the \
          layer before, and one that comes again without a new package fails the image.",
    help: "Change only files of your own, in a folder of their own such as `/opt/app`.",
    basis: Basis::Inferred {
        source: "internal/policy/container/has_modified_files.go of openshift-preflight 1.21.0",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN chown -R 1001:0 /usr\n"),
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN chmod -vR g=u /opt/app /usr/lib64/\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN chown -R 1001:0 /opt/app /var /etc/app\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN chmod -R g=u /usr/local/app\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN chmod u-s /usr/bin/su\n"),
    ],
    check: Check::Dockerfile(check),
};

/// Folders that packages of the base own files in. Preflight leaves `/etc`, `/var` and `/run` out.
const FOLDERS: &[&str] = &[
    "",
    "bin",
    "lib",
    "lib64",
    "sbin",
    "usr",
    "usr/bin",
    "usr/lib",
    "usr/lib64",
    "usr/libexec",
    "usr/sbin",
    "usr/share",
];

fn check(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() {
        return;
    }
    for command in context.commands {
        if !matches!(command.program(), "chown" | "chmod" | "chgrp") {
            continue;
        }
        let recursive = command.arguments().iter().any(|word| {
            let letters = word.text.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
            letters.is_some_and(|letters| letters.contains('R')) || word.text == "--recursive"
        });
        for word in command.arguments().iter().filter(|_| recursive) {
            let Some(path) = word.text.strip_prefix('/') else { continue };
            let folder = path.trim_end_matches('*').trim_end_matches('/');
            if FOLDERS.contains(&folder) {
                let message = format!("`{} -R` reaches Red Hat's files below `/{folder}`", command.program());
                findings.report(message).at(word.place());
            }
        }
    }
}
