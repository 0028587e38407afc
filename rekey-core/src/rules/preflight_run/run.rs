//! The output of a preflight run.

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
        summary: "preflight stopped before it finished",
        why: "If preflight cannot pull the image, look up the project or submit, no check reports it: preflight prints it on standard error, the results stay empty, and often the log does not have it.",
        help: "Fix the problem in the message and run preflight again; keep its output on standard error, since the \
               reason is often only there.",
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
        let what = if stop.finished { "submit the results" } else { "check the image" };
        let draft = findings.report(format!("preflight could not {what}: {}", shown(&stop.reason)));
        draft.at(stop.span);
        if let Some(help) = remedy(&stop.reason) {
            draft.help(help);
        }
    }
    if context.results().is_some_and(|results| results.none) {
        findings.report("the results of the checks are missing: preflight stopped before it wrote them");
    }
}

pub(super) static INVALID_ARTIFACT: Entry = Entry {
    rule: Rule {
        id: "preflight-run-invalid-artifact",
        subject: Subject::PreflightRun,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "file is not what preflight writes",
        why: "rekey cannot use the file: it was cut off or edited, or another tool wrote it.",
        help: "Pass the directory `artifacts` as preflight left it, or the archive that `--offline` makes.",
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
        summary: "files are from different runs of preflight",
        why: "Preflight overwrites its files one by one. If a run stopped, or multiple runs shared a directory, some files are of an earlier run and describe another image.",
        help: "Empty the directory and run preflight again.",
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
        summary: "report is of an outdated version of preflight",
        why: "Red Hat accepts only results of recent versions. Older ones check less: 1.11.0 added the label `maintainer` and the trademarks in labels, so an image that passed before can fail today. Their logs also contain less, such as a changed file without its layer.",
        help: "Run the latest release of preflight.",
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
            "the report is of preflight {version}: it checks less than {major}.{minor}.{patch}, and Red Hat \
             accepts only recent versions"
        ));
    }
}
