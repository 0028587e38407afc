//! Packages forced over the files of others.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::PolicyKind,
    preflight,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-packages-forced",
    severity: Severity::Warning,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::Root, PolicyKind::Konflux]),
    checks: &[preflight::MODIFIED_FILES],
    summary: "packages are forced over Red Hat's files",
    why: "Preflight compares every file of a Red Hat package with the layer before; what is overwritten or removed by \
          force counts as changed.",
    help: "Install with `dnf` or `microdnf`, which keep the package database right.",
    basis: Basis::Inferred {
        source: "internal/policy/container/has_modified_files.go of openshift-preflight 1.21.0",
    },
    since: "0.1.0",
    examples: &[
        Example::bad(
            "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN rpm -Uvh --nodeps --replacefiles app.rpm\n",
        ),
        Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN rpm -e --nodeps tzdata\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN rpm -q bash\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN microdnf install -y app\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
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
