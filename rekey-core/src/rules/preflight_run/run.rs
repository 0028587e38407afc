//! What a run of preflight left.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    preflight_run::{explanation::shown, remedy::remedy},
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
    target::OLDEST,
};

pub(super) static STOPPED: Entry = Entry {
    rule: Rule {
        id: "preflight-run-stopped",
        subject: Subject::PreflightRun,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "preflight stopped before its work was done",
        why: "What keeps preflight from pulling the image, from asking for the project or from submitting is no check: it is printed on standard error, the results stay empty, and often the log does not have it.",
        help: "Fix what the message names and run preflight again; keep what it prints on standard error, since the reason is often only there.",
        basis: Basis::Upstream { source: "openshift-preflight 1.21.0 cmd/preflight/cmd/check_container.go" },
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
    check: stopped,
};

fn stopped(context: &Context<'_>, findings: &mut Findings) {
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

pub(super) static INVALID_ARTIFACT: Entry = Entry {
    rule: Rule {
        id: "preflight-run-invalid-artifact",
        subject: Subject::PreflightRun,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "file is not what preflight writes",
        why: "It cannot be used: it was cut off, edited, or is another tool's.",
        help: "Give the folder `artifacts` as preflight left it, or the archive that `--offline` makes.",
        basis: Basis::Upstream {
            source: "openshift-preflight 1.21.0 internal/formatters/util.go and internal/engine/engine.go",
        },
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
    check: invalid_artifact,
};

fn invalid_artifact(context: &Context<'_>, findings: &mut Findings) {
    match context {
        Context::ArtifactError(reason) => {
            findings.report(reason.clone());
        }
        Context::Log(log) if !log.is_one => {
            findings
                .report("expected lines that preflight logs, such as `time=… level=info msg=…`, found none");
        }
        _ => {}
    }
}

pub(super) static STALE_ARTIFACTS: Entry = Entry {
    rule: Rule {
        id: "preflight-run-stale-artifacts",
        subject: Subject::PreflightRun,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "files are not of one run of preflight",
        why: "Preflight overwrites its files one by one. If a run stopped, or multiple runs shared a folder, some files are of an earlier run and describe another image.",
        help: "Empty the folder and run preflight again.",
        basis: Basis::Upstream { source: "openshift-preflight 1.21.0 internal/engine/engine.go" },
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
    check: stale_artifacts,
};

fn stale_artifacts(context: &Context<'_>, findings: &mut Findings) {
    for stale in context.results().into_iter().flat_map(|results| &results.stale) {
        findings.report(stale.clone());
    }
}

pub(super) static OUTDATED: Entry = Entry {
    rule: Rule {
        id: "preflight-run-outdated",
        subject: Subject::PreflightRun,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "the report is of an outdated version of preflight",
        why: "Red Hat accepts results of recent versions only. Older ones check less: 1.11.0 added the label `maintainer` and the trademarks in labels, so an image that passed before can fail today. Their logs say less too, such as a changed file without its layer.",
        help: "Run the newest release of preflight.",
        basis: Basis::Upstream { source: "openshift-preflight issue 1229; sonatype/docker-nexus3 issue 221" },
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
    check: outdated,
};

fn outdated(context: &Context<'_>, findings: &mut Findings) {
    if let Some(version) = context.results().and_then(|results| results.outdated) {
        let (major, minor, patch) = OLDEST;
        findings.report(format!(
            "the report is of preflight {version}: it checks less than {major}.{minor}.{patch}, and Red Hat accepts recent versions only"
        ));
    }
}
