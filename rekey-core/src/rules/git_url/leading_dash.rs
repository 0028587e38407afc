//! A dash where a program looks for options.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    git_url::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "git-url-leading-dash",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a part of the URL begins with a dash",
    why: "git and ssh take a host, user or path that begins with a dash for an option, and options can run \
          commands (CVE-2017-1000117, CVE-2018-17456, CVE-2023-53158, CVE-2024-32884).",
    help: "No forge has names like that: correct the URL.",
    basis: Basis::Upstream { source: "git connect.c: strange hostname blocked, strange pathname blocked" },
    since: "0.1.0",
    examples: &[
        Example::bad("ssh://-oProxyCommand=x/acme/app"),
        Example::bad("git@-host.example.com:acme/app"),
        Example::bad("git@github.com:-acme/app"),
        Example::good("git@github.com:acme/app.git"),
    ],
    check: Check::GitUrl(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems(&[
        ProblemKind::LeadingDash,
        ProblemKind::UserDash,
        ProblemKind::HostDash,
        ProblemKind::PathDash,
    ]) {
        context.report(findings, problem.to_string(), problem.span);
    }
}
