//! An archive beyond what is read.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::contents::FaultKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-limit-exceeded",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the archive exceeds a limit, and what is behind it was not read",
    why: "An archive may be made to exhaust who reads it. So there are limits: on entries, paths, headers, the size of layers and of RPM databases. What could not be read is unknown.",
    help: "If the image is meant to be so, raise the limit where the library is called; the command has the limits that the documentation names.",
    basis: Basis::Practice { source: "bounded work on any input" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "fault limit more than 1000000 entries")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "file app 1")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    context.report_faults(FaultKind::Limit, findings);
}
