//! A run of preflight that stopped before or after its checks.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    preflight::{explanation::shown, remedy::remedy},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-run-stopped",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "preflight stopped before its work was done",
    why: "What keeps preflight from pulling the image, from asking for the project or from submitting is no check: it is printed on standard error, the results stay empty, and often the log does not have it.",
    help: "Fix what the message names and run preflight again; keep what it prints on standard error, since the reason is often only there.",
    basis: Basis::Upstream { source: "openshift-preflight 1.21.0 cmd/preflight/cmd/check_container.go" },
    since: "0.1.0",
    examples: &[
        Example::bad("").given(&[("results", "")]),
        Example::bad("")
            .given(&[("log", "Error: platform mismatch: requested arm64 but image is amd64 architecture")]),
        Example::good("").given(&[(
            "results",
            r#"{"image": "quay.io/a/b:1", "results": {"passed": [{"name": "HasLicense"}]}}"#,
        )]),
        Example::good("")
            .given(&[("log", r#"time="t" level=info msg="check completed" check=HasLicense result=PASSED"#)]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let Some(stop) = context.log().and_then(|log| log.stopped.as_ref()) {
        let when = if stop.finished { "the results submitted" } else { "the image judged" };
        let draft = findings.report(format!("expected {when}, found an error: {}", shown(&stop.reason)));
        draft.at(stop.span);
        if let Some(help) = remedy(&stop.reason) {
            draft.help(help);
        }
    }
    if context.results().is_some_and(|results| results.none) {
        findings.report("expected what preflight said of its checks, found nothing: it stopped before");
    }
}
