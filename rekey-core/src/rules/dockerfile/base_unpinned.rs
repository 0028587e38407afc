//! A base that changes under the same name.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::base,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-base-unpinned",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "base image is not pinned",
    why: "The same file makes another image tomorrow, so a scan says nothing of the next build.",
    help: "Name a version or a digest, and let a bot count it up.",
    basis: Basis::Practice { source: "a build that can be repeated is a build that can be mended" },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9\n"),
        Example::bad("FROM registry.access.redhat.com/ubi9:latest\n"),
        Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let (Some(reference), Some(from)) = (context.base_reference(), context.base_from()) else { return };
    let name = reference.rsplit('/').next().unwrap_or(reference);
    let tag = name.split_once(':').map(|(_, tag)| tag);
    if base::is_red_hat(reference) && !reference.contains('@') && matches!(tag, None | Some("latest")) {
        findings.report(format!("`{reference}` changes with every build of it")).at(from.span);
    }
}
