//! A report of a version of preflight that is no longer accepted.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::OLDEST,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-preflight-outdated",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the report is of an outdated version of preflight",
    why: "Red Hat accepts results of recent versions only. Older ones check less: 1.11.0 added the label `maintainer` and the trademarks in labels, so an image that passed before can fail today. Their logs say less too, such as a changed file without its layer.",
    help: "Run the newest release of preflight.",
    basis: Basis::Upstream { source: "openshift-preflight issue 1229; sonatype/docker-nexus3 issue 221" },
    since: "0.1.0",
    examples: &[
        Example::bad("").given(&[(
            "results",
            r#"{"test_library": {"version": "1.6.0"}, "results": {"passed": [{"name": "HasLicense"}]}}"#,
        )]),
        Example::bad("").given(&[(
            "log",
            r#"time="t" level=info msg="certification library version 1.1.1 <commit: 0>"
time="t" level=info msg="check completed: HasLicense" result=PASSED"#,
        )]),
        Example::good("").given(&[(
            "results",
            r#"{"test_library": {"version": "1.11.0"}, "results": {"passed": [{"name": "HasLicense"}]}}"#,
        )]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let Some(version) = context.results().and_then(|results| results.outdated) {
        let (major, minor, patch) = OLDEST;
        findings.report(format!(
            "the report is of preflight {version}: it checks less than {major}.{minor}.{patch}, and Red Hat accepts recent versions only"
        ));
    }
}
