//! A version that cannot be part of a name-version-release.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "tag-dashed-version",
    severity: Severity::Note,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "version has a dash of its own",
    why: "The release stands after the last dash, so the tag is read right. Tools that know a build by name, version and \
          release, as rpm and koji do, take no dash in the version.",
    help: "Write `_` or `.` within the version, if such tools will read the tag.",
    basis: Basis::Upstream {
        source: "kobo kobo/rpmlib.py, parse_nvr: neither version nor release holds a dash",
    },
    since: "0.1.0",
    examples: &[Example::bad("1.0-beta-3"), Example::good("1.0_beta-3"), Example::good("1.0-3")],
    check: Check::Tag(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(version) = context.version().filter(|_| context.scan.release.is_some()) else { return };
    // A dash at the end is half of two: `tag-empty-part`.
    let Some(dash) = version.bytes().position(|b| b == b'-').filter(|dash| dash + 1 < version.len()) else {
        return;
    };
    let message = format!("expected a version without dashes, found `{version}`");
    findings.report(message).at(Span::new(dash, dash + 1));
}
