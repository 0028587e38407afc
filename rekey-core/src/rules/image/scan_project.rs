//! A project id that the scan registry never gave out, as far as is known.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::registry::is_scan_project_id,
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "image-scan-project",
    severity: Severity::Warning,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "project id has an unknown form",
    why: "The registry refuses a project that the key does not belong to. Ids are `ospid-` and a UUID or 24 hexadecimal \
          digits; older forms are said to exist.",
    help: "Copy the id from the project's page, with `ospid-`.",
    basis: Basis::Inferred { source: "the project ids in partners' push commands and preflight #551, #597" },
    since: "0.1.0",
    examples: &[
        Example::bad("scan.connect.redhat.com/acme/app:1.0-1"),
        Example::bad("scan.connect.redhat.com/60d30f5bbd852dbf4220902b/app:1.0-1"),
        Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
        Example::good("scan.connect.redhat.com/ospid-0f8fad5b-d9cb-469f-a165-70867728950e/app:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((project, _)) =
        context.on_scan_registry().and_then(|reference| reference.path().split_once('/'))
    else {
        return;
    };
    if !is_scan_project_id(project) {
        let start = context.scan.path.start as usize;
        let message =
            format!("expected a project id such as `ospid-60d30f5bbd852dbf4220902b`, found `{project}`");
        findings.report(message).at(Span::new(start, start + project.len()));
    }
}
