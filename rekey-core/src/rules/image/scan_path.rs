//! A path on the scan registry that is not project and name.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-scan-path",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "path is not the project's id and a name",
    why: "The registry knows projects and one level of names below them. The name is not published; it can be any.",
    help: "Write `scan.connect.redhat.com/ospid-…/name:tag`.",
    basis: Basis::Inferred {
        source: "the push commands of partners: `scan.connect.redhat.com/ospid-…/name:tag`",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b:1.0-1"),
        Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/team/app:1.0-1"),
        Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.on_scan_registry() else { return };
    let components = reference.path().split('/').count();
    if components != 2 {
        let s = if components == 1 { "" } else { "s" };
        let message = format!("expected the project's id and one name, found {components} component{s}");
        findings.report(message).at(context.scan.path);
    }
}
