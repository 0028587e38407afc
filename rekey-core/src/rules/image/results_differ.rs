//! A verdict of preflight that its own data contradict.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    preflight::explanation::shown,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-results-differ",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the data of the run tell another verdict than preflight gave",
    why: "rekey asks of the config, the packages and the reference in the files what preflight asks of the image. Where the answers differ, the files are of several runs or were edited, the version of preflight judges otherwise, or rekey is wrong.",
    help: "Trust preflight, see that the files are of one run, and tell rekey's authors if they are.",
    basis: Basis::Practice { source: "two judges of the same data should agree" },
    since: "0.1.0",
    examples: &[
        Example::bad("").given(&[(
            "results",
            r#"{"image": "quay.io/a/b:1", "results": {"failed": [{"name": "HasUniqueTag"}]}}"#,
        )]),
        Example::good("").given(&[(
            "results",
            r#"{"image": "quay.io/a/b:1", "results": {"passed": [{"name": "HasUniqueTag"}]}}"#,
        )]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (result, reason) in context.results().into_iter().flat_map(|results| &results.differ) {
        let message = format!(
            "preflight says that `{}` {}, while the files tell: {}",
            result.check,
            result.said.as_verb(),
            shown(reason)
        );
        findings.report(message).parameter(result.check.clone()).pointer(&*result.pointer);
    }
}
