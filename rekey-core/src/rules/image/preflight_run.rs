//! What a run of preflight left.

use super::{Context, Entry};
use crate::{
    finding::{Basis, Findings, Severity, Subject},
    policy::OLDEST,
    preflight::{
        Check, RPM_POLICIES,
        artifacts::Said,
        explanation::{Artifact, shown},
        remedy::remedy,
    },
    rule::{Applies, Example, Rule},
    rules::source::preflight,
};

pub(super) static RUN_STOPPED: Entry = Entry {
    rule: Rule {
        id: "image-run-stopped",
        subject: Subject::Image,
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
            Example::bad("").given(&[(
                "log",
                "Error: platform mismatch: requested arm64 but image is amd64 architecture",
            )]),
            Example::good("").given(&[(
                "results",
                r#"{"image": "quay.io/a/b:1", "results": {"passed": [{"name": "HasLicense"}]}}"#,
            )]),
            Example::good("").given(&[(
                "log",
                r#"time="t" level=info msg="check completed" check=HasLicense result=PASSED"#,
            )]),
        ],
    },
    check: run_stopped,
};

fn run_stopped(context: &Context<'_>, findings: &mut Findings) {
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

pub(super) static ARTIFACT_MALFORMED: Entry = Entry {
    rule: Rule {
        id: "image-artifact-malformed",
        subject: Subject::Image,
        severity: Severity::Error,
        applies: Applies::ALWAYS,
        checks: &[],
        summary: "file is not what preflight writes",
        why: "It cannot be used: it was cut off, edited, or is another tool's.",
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
            Example::good("").given(&[(
                "log",
                r#"time="t" level=info msg="check completed" check=HasLicense result=PASSED"#,
            )]),
        ],
    },
    check: artifact_malformed,
};

fn artifact_malformed(context: &Context<'_>, findings: &mut Findings) {
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

pub(super) static BASE_NOT_UBI: Entry = Entry {
    rule: Rule {
    id: "image-base-not-ubi",
    subject: Subject::Image,
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(RPM_POLICIES),
    checks: &[Check::BasedOnUbi],
    summary: "none of the image's layers is one that Red Hat's catalogue knows",
    why: "Preflight asks Red Hat's catalogue for the digests of the uncompressed layers: one of them must be the top layer of a Red Hat base image. Squashed and flattened images have none, nor do images in which a layer of the base was written again; a base image of the last hours may not be in the catalogue yet.",
    help: "Build `FROM registry.access.redhat.com/ubi9/…`, without `--squash`, and keep the layers of the base when the image is copied.",
    basis: preflight("internal/policy/container/base_on_ubi.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("").given(&[("results", r#"{"image": "quay.io/a/b:1", "results": {"failed": [{"name": "HasNoProhibitedPackages"}, {"name": "RunAsNonRoot"}, {"name": "HasProhibitedContainerName"}, {"name": "BasedOnUbi"}]}}"#)]),
        Example::good("").given(&[("results", r#"{"image": "quay.io/a/b:1", "results": {"passed": [{"name": "HasNoProhibitedPackages"}, {"name": "BasedOnUbi"}]}}"#)]),
    ],
},
    check: base_not_ubi,
};

fn base_not_ubi(context: &Context<'_>, findings: &mut Findings) {
    let open = context.results().into_iter().flat_map(|results| &results.open);
    for one in open.filter(|one| Check::BasedOnUbi == *one.result.check && one.result.said == Said::Failed) {
        let found = match one.layers {
            0 => "none that the catalogue knows".to_owned(),
            layers => format!("{layers}, none of which the catalogue knows"),
        };
        let made = one
            .base
            .as_ref()
            .map_or_else(String::new, |line| format!(" The lowest layer was made by `{line}`."));
        let draft = findings.report(format!("expected a layer of a Red Hat base image, found {found}"));
        draft.help(format!("{}{made}", BASE_NOT_UBI.rule.help));
        one.mark(draft);
    }
}

pub(super) static CHECK_ERROR: Entry = Entry {
    rule: Rule {
    id: "image-check-error",
    subject: Subject::Image,
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
},
    check: check_error,
};

fn check_error(context: &Context<'_>, findings: &mut Findings) {
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

pub(super) static CHECK_UNEXPLAINED: Entry = Entry {
    rule: Rule {
        id: "image-check-unexplained",
        subject: Subject::Image,
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
    },
    check: check_unexplained,
};

fn check_unexplained(context: &Context<'_>, findings: &mut Findings) {
    let open = context.results().into_iter().flat_map(|results| &results.open);
    let failed = open.filter(|one| matches!(one.result.said, Said::Failed | Said::Warning));
    for one in failed.filter(|one| Check::BasedOnUbi != *one.result.check) {
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
    Some(match (check.parse().ok()?, log) {
        (
            Check::HasRequiredLabel
            | Check::HasNoProhibitedLabels
            | Check::RunAsNonRoot
            | Check::LayerCountAcceptable,
            _,
        ) => "`cert-image.json` of the same run has the image's labels, its user and its layers.",
        (Check::HasNoProhibitedPackages, _) => "`rpm-manifest.json` of the same run has the packages.",
        (Check::HasLicense | Check::HasModifiedFiles, None) => {
            "`preflight.log` of the same run has it; it stands where preflight was started."
        }
        (Check::HasUniqueTag, _) => {
            "The registry has no tag but `latest` for the image: push it with a version, too."
        }
        _ => return None,
    })
}

pub(super) static RESULTS_DIFFER: Entry = Entry {
    rule: Rule {
        id: "image-results-differ",
        subject: Subject::Image,
        severity: Severity::Warning,
        applies: Applies::ALWAYS,
        checks: &[],
        summary: "the data of the run tell another verdict than preflight gave",
        why: "rekey asks of the config, the packages and the reference in the files what preflight asks of the image. Where the answers differ, the files are of different runs or were edited, the version of preflight judges otherwise, or rekey is wrong.",
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
    },
    check: results_differ,
};

fn results_differ(context: &Context<'_>, findings: &mut Findings) {
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

pub(super) static ARTIFACTS_STALE: Entry = Entry {
    rule: Rule {
        id: "image-artifacts-stale",
        subject: Subject::Image,
        severity: Severity::Warning,
        applies: Applies::ALWAYS,
        checks: &[],
        summary: "files are not of one run of preflight",
        why: "Preflight overwrites its files one by one. If a run stopped, or multiple runs shared a folder, some files are of an earlier run and describe another image.",
        help: "Empty the folder and run preflight again.",
        basis: Basis::Upstream { source: "openshift-preflight 1.21.0 internal/engine/engine.go" },
        since: "0.1.0",
        examples: &[
            Example::bad("").given(&[
                (
                    "results",
                    r#"{"image": "quay.io/a/b:1", "results": {"passed": [{"name": "HasUniqueTag"}]}}"#,
                ),
                ("log", r#"time="t" level=info msg="target image" image="quay.io/a/b:2""#),
            ]),
            Example::good("").given(&[
                (
                    "results",
                    r#"{"image": "quay.io/a/b:1", "results": {"passed": [{"name": "HasUniqueTag"}]}}"#,
                ),
                ("log", r#"time="t" level=info msg="target image" image="quay.io/a/b:1""#),
            ]),
        ],
    },
    check: artifacts_stale,
};

fn artifacts_stale(context: &Context<'_>, findings: &mut Findings) {
    for stale in context.results().into_iter().flat_map(|results| &results.stale) {
        findings.report(stale.clone());
    }
}

pub(super) static PREFLIGHT_OUTDATED: Entry = Entry {
    rule: Rule {
        id: "image-preflight-outdated",
        subject: Subject::Image,
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
    },
    check: preflight_outdated,
};

fn preflight_outdated(context: &Context<'_>, findings: &mut Findings) {
    if let Some(version) = context.results().and_then(|results| results.outdated) {
        let (major, minor, patch) = OLDEST;
        findings.report(format!(
            "the report is of preflight {version}: it checks less than {major}.{minor}.{patch}, and Red Hat accepts recent versions only"
        ));
    }
}
