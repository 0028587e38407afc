//! The results of a run, check by check.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    preflight::{Check, RPM_POLICIES},
    preflight_run::{artifacts::CheckStatus, explanation::shown, remedy::remedy},
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::preflight,
    severity::Severity,
};

pub(super) static BASE_NOT_UBI: Entry = Entry {
    rule: Rule {
    id: "preflight-run-base-not-ubi",
    subject: Subject::PreflightRun,
    severity: Severity::Error,
    scope: Scope::ALWAYS.under(RPM_POLICIES).of_checks(&[Check::BasedOnUbi]),
    summary: "none of the image's layers is known to Red Hat's catalog",
    why: "Preflight asks Red Hat's catalog for the digests of the uncompressed layers: one of them must be the top layer of a Red Hat base image. Squashed and flattened images have none, nor do images in which a layer of the base was rewritten; a base image that is only hours old may not be in the catalog yet.",
    help: "Build `FROM registry.access.redhat.com/ubi9/…`, without `--squash`, and keep the layers of the base when the image is copied.",
    basis: preflight("internal/policy/container/base_on_ubi.go"),
    examples: &[
        Example::bad("").given(&[("results", r#"{"image": "quay.io/a/b:1", "results": {"failed": [{"name": "HasNoProhibitedPackages"}, {"name": "RunAsNonRoot"}, {"name": "HasProhibitedContainerName"}, {"name": "BasedOnUbi"}]}}"#)]),
        Example::good("").given(&[("results", r#"{"image": "quay.io/a/b:1", "results": {"passed": [{"name": "HasNoProhibitedPackages"}, {"name": "BasedOnUbi"}]}}"#)]),
    ],
},
    check: base_not_ubi,
};

fn base_not_ubi(context: &Context<'_>, findings: &mut Findings) {
    let open = context.results().into_iter().flat_map(|results| &results.open);
    for one in
        open.filter(|one| Check::BasedOnUbi == *one.result.check && one.result.status == CheckStatus::Failed)
    {
        let message = match one.layers {
            0 => "the catalog knows none of the image's layers".to_owned(),
            layers => format!("the catalog knows none of the image's {layers} layers"),
        };
        let made = one
            .base
            .as_ref()
            .map_or_else(String::new, |line| format!(" The lowest layer was made by `{line}`."));
        let draft = findings.report(message);
        draft.help(format!("{}{made}", BASE_NOT_UBI.rule.help));
        one.mark(draft);
    }
}

pub(super) static CHECK_ERROR: Entry = Entry {
    rule: Rule {
    id: "preflight-run-check-error",
    subject: Subject::PreflightRun,
    severity: Severity::Error,
    scope: Scope::ALWAYS,
    summary: "a check of preflight could not run",
    why: "A check that ends with an error counts as failed: the image does not pass, whatever it contains.",
    help: "Run preflight again with `PFLT_LOGLEVEL=trace` and read what its log says about the check.",
    basis: Basis::Upstream { source: "openshift-preflight 1.21.0 internal/engine/engine.go" },
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
},
    check: check_error,
};

fn check_error(context: &Context<'_>, findings: &mut Findings) {
    let open = context.results().into_iter().flat_map(|results| &results.open);
    for one in open.filter(|one| one.result.status == CheckStatus::Errors) {
        let check = &one.result.check;
        let reason = one.reason.as_deref();
        let unknown = match one.detailed {
            Some(_) => "the error is not in the log",
            None => "the error is only in the log of the run",
        };
        let why = reason.map_or_else(|| unknown.to_owned(), shown);
        let draft = findings.report(format!("`{check}` ended with an error: {why}"));
        draft.parameter(check.clone());
        one.mark(draft);
        if let Some(help) = reason.and_then(remedy) {
            draft.help(help);
        }
    }
}

pub(super) static CHECK_UNEXPLAINED: Entry = Entry {
    rule: Rule {
        id: "preflight-run-check-unexplained",
        subject: Subject::PreflightRun,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "a check failed, and the files do not say why",
        why: "The results name only the check. The cause is in the image's config, in the list of packages or in the log, if these exist and are detailed enough.",
        help: "Keep all files of the run, and run preflight with `PFLT_LOGLEVEL=trace`; `rekey image` examines the \
               image itself.",
        basis: Basis::Upstream { source: "openshift-preflight 1.21.0 internal/formatters/util.go" },
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
    },
    check: check_unexplained,
};

fn check_unexplained(context: &Context<'_>, findings: &mut Findings) {
    let open = context.results().into_iter().flat_map(|results| &results.open);
    let failed = open.filter(|one| matches!(one.result.status, CheckStatus::Failed | CheckStatus::Warning));
    for one in failed.filter(|one| Check::BasedOnUbi != *one.result.check) {
        let check = &one.result.check;
        let draft = findings.report(format!("`{check}` failed, and the files do not show why"));
        draft.parameter(check.clone());
        one.mark(draft);
        if let Some(help) = missing(check, one.detailed) {
            draft.help(help);
        }
    }
}

/// The file that would contain the reason.
fn missing(check: &str, log: Option<bool>) -> Option<&'static str> {
    Some(match (check.parse().ok()?, log) {
        (
            Check::HasRequiredLabel
            | Check::HasNoProhibitedLabels
            | Check::RunAsNonRoot
            | Check::LayerCountAcceptable,
            _,
        ) => "`cert-image.json` of the same run contains the image's labels, user and layers.",
        (Check::HasNoProhibitedPackages, _) => "`rpm-manifest.json` of the same run contains the packages.",
        (Check::HasLicense | Check::HasModifiedFiles, None) => {
            "`preflight.log` of the same run contains it; the file is in the directory where preflight was \
             started."
        }
        (Check::HasUniqueTag, _) => {
            "The registry has only the tag `latest` for the image: push it with a version, too."
        }
        _ => return None,
    })
}

pub(super) static RESULTS_DIFFER: Entry = Entry {
    rule: Rule {
        id: "preflight-run-results-differ",
        subject: Subject::PreflightRun,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "results of preflight differ from the data of the run",
        why: "rekey checks the config, the packages and the reference in the files as preflight checks the image. If the results differ, the files are of different runs or were edited, this version of preflight judges differently, or rekey is wrong.",
        help: "Trust preflight, check that the files are of one run, and report it to rekey's authors if they are.",
        basis: Basis::Practice { source: "two tools should agree on the same data" },
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
    },
    check: results_differ,
};

fn results_differ(context: &Context<'_>, findings: &mut Findings) {
    for (result, reason) in context.results().into_iter().flat_map(|results| &results.differ) {
        let message = format!(
            "preflight says that `{}` {}, but the files say: {}",
            result.check,
            result.status.as_verb(),
            shown(reason)
        );
        findings.report(message).parameter(result.check.clone()).pointer(&*result.pointer);
    }
}
