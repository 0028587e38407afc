//! A check that could not run.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    preflight::{artifacts::Said, explanation::shown, remedy::remedy},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-check-error",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a check of preflight could not run",
    why: "A check that ends in an error counts as failed: the image does not pass, whatever is in it.",
    help: "Run preflight again with `PFLT_LOGLEVEL=trace` and see what its log says of the check.",
    basis: Basis::Upstream { source: "openshift-preflight 1.21.0 internal/engine/engine.go" },
    since: "0.1.0",
    examples: &[
        Example::bad("").given(&[(
            "results",
            r#"{"image": "quay.io/a/b:1", "results": {"errors": [{"name": "HasUniqueTag"}]}}"#,
        )]),
        Example::bad("").given(&[(
            "log",
            r#"time="t" level=info msg="check completed" check=BasedOnUbi err="no such host" result=ERROR"#,
        )]),
        Example::good("").given(&[(
            "results",
            r#"{"image": "quay.io/a/b:1", "results": {"passed": [{"name": "HasUniqueTag"}]}}"#,
        )]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let open = context.results().into_iter().flat_map(|results| &results.open);
    for one in open.filter(|one| one.result.said == Said::Errors) {
        let check = &one.result.check;
        let reason = one.reason.as_deref();
        let unknown = match one.detailed {
            Some(_) => "an error that is not in the log",
            None => "an error that only the log of the run has",
        };
        let why = reason.map_or_else(|| unknown.to_owned(), shown);
        let draft = findings.report(format!("expected a verdict of `{check}`, found {why}"));
        draft.parameter(check.clone());
        one.mark(draft);
        if let Some(help) = reason.and_then(remedy) {
            draft.help(help);
        }
    }
}
