//! Red Hat's own repositories taken away.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::PolicyKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-repository-removed",
    severity: Severity::Note,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::Root, PolicyKind::Konflux]),
    checks: &[],
    summary: "repositories of Red Hat are removed",
    why: "Without them nothing can bring the packages of the image up to date, neither a step of this build nor whoever \
          builds on the image.",
    help: "Leave the files in `/etc/yum.repos.d` as they are; choose repositories with `--disablerepo` and `--enablerepo`.",
    basis: Basis::Practice {
        source: "redhat-openshift-ecosystem/openshift-preflight issue 780: packages of UBI without updates",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN rm -f /etc/yum.repos.d/ubi.repo\n"),
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN rm -rf /etc/yum.repos.d/*\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN rm -f /etc/yum.repos.d/acme.repo\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
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
