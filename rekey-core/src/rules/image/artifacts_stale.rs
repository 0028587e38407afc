//! Files of several runs.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-artifacts-stale",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "files are not of one run of preflight",
    why: "Preflight overwrites its files one by one. Where a run stopped, or several shared a folder, some are of an earlier one, and what they tell is about another image.",
    help: "Empty the folder and run preflight again.",
    basis: Basis::Upstream { source: "openshift-preflight 1.21.0 internal/engine/engine.go" },
    since: "0.1.0",
    examples: &[
        Example::bad("").given(&[
            ("results", r#"{"image": "quay.io/a/b:1", "results": {"passed": [{"name": "HasUniqueTag"}]}}"#),
            ("log", r#"time="t" level=info msg="target image" image="quay.io/a/b:2""#),
        ]),
        Example::good("").given(&[
            ("results", r#"{"image": "quay.io/a/b:1", "results": {"passed": [{"name": "HasUniqueTag"}]}}"#),
            ("log", r#"time="t" level=info msg="target image" image="quay.io/a/b:1""#),
        ]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for stale in context.results().into_iter().flat_map(|results| &results.stale) {
        findings.report(stale.clone());
    }
}
