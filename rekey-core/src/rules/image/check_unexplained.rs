//! A check whose failure the files do not explain.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    preflight::{self, artifacts::Said},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-check-unexplained",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "a check failed, and the files do not say why",
    why: "The results name the check alone. What is behind it stands in the image's config, in the list of packages or in the log, where these are there and detailed enough.",
    help: "Keep all files of the run, and run preflight with `PFLT_LOGLEVEL=trace`; `rekey image` looks into the image itself.",
    basis: Basis::Upstream { source: "openshift-preflight 1.21.0 internal/formatters/util.go" },
    since: "0.1.0",
    examples: &[
        Example::bad("").given(&[(
            "results",
            r#"{"image": "quay.io/a/b:1", "results": {"failed": [{"name": "HasLicense"}]}}"#,
        )]),
        Example::good("").given(&[(
            "results",
            r#"{"image": "quay.io/a/b:1", "results": {"passed": [{"name": "HasLicense"}]}}"#,
        )]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let open = context.results().into_iter().flat_map(|results| &results.open);
    let failed = open.filter(|one| matches!(one.result.said, Said::Failed | Said::Warning));
    for one in failed.filter(|one| one.result.check != preflight::BASED_ON_UBI) {
        let check = &one.result.check;
        let draft = findings
            .report(format!("expected the cause of the failed check `{check}`, found none in the files"));
        draft.parameter(check.clone());
        one.mark(draft);
        if let Some(help) = missing(check, one.detailed) {
            draft.help(help);
        }
    }
}

/// Which file would tell.
fn missing(check: &str, log: Option<bool>) -> Option<&'static str> {
    Some(match (check, log) {
        (
            preflight::REQUIRED_LABEL
            | preflight::NO_PROHIBITED_LABELS
            | preflight::RUN_AS_NON_ROOT
            | preflight::LAYER_COUNT,
            _,
        ) => "`cert-image.json` of the same run has the image's labels, its user and its layers.",
        (preflight::NO_PROHIBITED_PACKAGES, _) => "`rpm-manifest.json` of the same run has the packages.",
        (preflight::HAS_LICENSE | preflight::MODIFIED_FILES, None) => {
            "`preflight.log` of the same run has it; it stands where preflight was started."
        }
        (preflight::HAS_UNIQUE_TAG, _) => {
            "The registry has no tag but `latest` for the image: push it with a version, too."
        }
        _ => return None,
    })
}
