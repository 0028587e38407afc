//! A file that is not what preflight writes.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    preflight::explanation::Artifact,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-artifact-malformed",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "file is not what preflight writes",
    why: "Nothing can be told from it: it was cut, edited, or is another tool's.",
    help: "Give the folder `artifacts` as preflight left it, or the archive that `--offline` makes.",
    basis: Basis::Upstream {
        source: "openshift-preflight 1.21.0 internal/formatters/util.go and internal/engine/engine.go",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("").given(&[("results", "{}")]),
        Example::bad("").given(&[("cert_image", r#"{"raw_config": 1}"#)]),
        Example::bad("").given(&[("log", "hello")]),
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
    match context.artifact() {
        Some(Artifact::Malformed(reason)) => {
            findings.report(reason.clone());
        }
        Some(Artifact::Log(log)) if !log.is_one => {
            findings
                .report("expected lines that preflight logs, such as `time=… level=info msg=…`, found none");
        }
        _ => {}
    }
}
