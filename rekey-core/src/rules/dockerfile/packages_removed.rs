//! Packages of the base taken away.

use std::collections::HashSet;

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::packages::{self, Action},
    policy::PolicyKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-packages-removed",
    severity: Severity::Note,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::Root, PolicyKind::Konflux]),
    checks: &[],
    summary: "package of the base image is removed with `rpm`",
    why: "The policy guide asks that what comes from Red Hat stays as it is. Preflight lets a removal pass where the package \
          database knows of it; `rpm -e` has no record of why a package was there.",
    help: "Build on a smaller base, such as `registry.access.redhat.com/ubi9/ubi-minimal`, or remove with `dnf`.",
    basis: Basis::Inferred {
        source: "Red Hat OpenShift Software Certification Policy Guide, \"Image content requirements\", edition 2025",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN rpm -e tzdata\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN dnf install -y gcc && make && rpm -e gcc\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN rpm -q tzdata\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
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
                        .report(format!("`{}` is removed, and nothing here installs it by name", word.text))
                        .at(word.place());
                }
            }
            _ => {}
        }
    }
}
