//! A base that gets no updates any more.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::base,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-base-end-of-life",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "base image is past its end of life",
    why: "Nothing mends its vulnerabilities any more, and an image with open ones is graded down until it cannot be \
          published.",
    help: "Move to the Universal Base Image of a later RHEL, such as `registry.access.redhat.com/ubi9/ubi-minimal`.",
    basis: Basis::Upstream {
        source: "endoflife-date/endoflife.date products/rhel.md (2026-08-22); UBI follows RHEL's life cycle",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi7\n").given(&[("today", "2026-11-23")]),
        Example::good("FROM registry.access.redhat.com/ubi7\n").given(&[("today", "2024-06-30")]),
        Example::good("FROM registry.access.redhat.com/ubi9\n").given(&[("today", "2026-11-23")]),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(today), Some(from)) = (context.policy.today(), context.base_from()) else { return };
    let Some(major) = context.base_reference().and_then(base::major) else { return };
    if let Some(end) = base::end_of_maintenance(major).filter(|end| *end < today) {
        findings.report(format!("the maintenance of RHEL {major} ended on {end}")).at(from.span);
    }
}
