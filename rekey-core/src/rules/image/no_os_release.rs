//! An image that does not name its distribution.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::inspection::Distribution,
    preflight::{MODIFIED_FILES, RPM_POLICIES},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-no-os-release",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(RPM_POLICIES),
    checks: &[MODIFIED_FILES],
    summary: "image has no `/etc/os-release`",
    why: "Preflight reads the name of the distribution out of `/etc/os-release` before it compares layers. Without the file its check `HasModifiedFiles` ends in an error, which counts as a failure.",
    help: "Keep the file of the base image; where you copy a root file system together, take `/etc/os-release` and `/usr/lib/os-release` along.",
    basis: preflight("internal/policy/container/has_modified_files.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "file app 10")]),
        Example::bad("quay.io/a/b:1").given(&[("layers", "link etc/os-release -> ../usr/lib/os-release")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "os-release el9")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    const MESSAGE: &str = "expected `/etc/os-release`, found none, or a link that leads nowhere";
    if let Some(span) = context.log().and_then(|log| log.no_os_release) {
        findings.report(MESSAGE).at(span);
    }
    let Some(contents) = context.contents else { return };
    if contents.unknown.is_none() && contents.distribution == Distribution::Missing {
        findings.report(MESSAGE);
    }
}
