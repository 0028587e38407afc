//! Preflight's output files, one run for each check that fails: the finding names the cause.
//!
//! The files are composed as openshift-preflight 1.21.0 writes them, with the relevant fields only.

use rekey_core::{
    DockerfileInput, Facts, Policy, PreflightRunInput, Report, Target, explain_preflight_run,
    preflight::Check,
};
use serde_json::{Value, json};

/// The names of every check.
fn all_checks() -> Vec<&'static str> {
    Check::ALL.iter().map(|check| check.as_str()).collect()
}

/// The files of one run.
struct Run {
    image: String,
    failed: Vec<&'static str>,
    errors: Vec<&'static str>,
    config: Value,
    rpms: Vec<&'static str>,
    log: Vec<String>,
}

/// A run in which these checks failed, for an image without defects.
fn run(failed: &[&'static str]) -> Run {
    let labels = ["name", "vendor", "version", "release", "summary", "description", "maintainer"];
    let labels: serde_json::Map<_, _> = labels.iter().map(|key| ((*key).to_owned(), json!("Acme"))).collect();
    Run {
        image: "quay.io/acme/app:1.0-1".into(),
        failed: failed.to_vec(),
        errors: Vec::new(),
        config: json!({
            "config": {"User": "1001", "Labels": labels, "Env": ["API_TOKEN=CANARY"]},
            "rootfs": {"type": "layers", "diff_ids": ["sha256:a1", "sha256:a2"]},
            "history": [
                {"created_by": "ADD rootfs.tar / # buildkit"},
                {"created_by": "ENV API_TOKEN=CANARY", "empty_layer": true},
                {"created_by": "RUN |1 API_TOKEN=CANARY /bin/sh -c chmod -R g=u /usr # buildkit"},
            ],
        }),
        rpms: vec!["bash-5.1-1.el9.x86_64"],
        log: Vec::new(),
    }
}

fn entries(names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| json!({"name": name, "elapsed_time": 1})).collect()
}

impl Run {
    fn line(mut self, rest: &str) -> Self {
        self.log.push(format!("time=\"2026-11-25T23:48:28Z\" level=info msg={rest}"));
        self
    }

    /// The results, in which every other check passed.
    fn results(&self) -> String {
        let passed: Vec<_> = all_checks()
            .into_iter()
            .filter(|one| !self.failed.contains(one) && !self.errors.contains(one))
            .collect();
        let results = json!({
            "image": self.image,
            "passed": self.failed.is_empty() && self.errors.is_empty(),
            "test_library": {"name": "openshift-preflight", "version": "1.21.0"},
            "results": {"passed": entries(&passed), "failed": entries(&self.failed), "errors": entries(&self.errors)},
        });
        serde_json::to_string_pretty(&results).unwrap()
    }

    fn cert_image(&self) -> String {
        let image = json!({
            "docker_image_digest": "sha256:d1",
            "parsed_data": {"layers": ["sha256:b2", "sha256:b1"]},
            "raw_config": self.config.to_string(),
        });
        image.to_string()
    }

    fn rpm_manifest(&self) -> String {
        let rpm = |nvra: &&str| json!({"name": nvra.rsplitn(3, '-').last(), "nvra": nvra});
        json!({"rpms": self.rpms.iter().map(rpm).collect::<Vec<_>>()}).to_string()
    }

    fn explained(&self, dockerfile: Option<&str>) -> Report {
        let (results, image, rpms) = (self.results(), self.cert_image(), self.rpm_manifest());
        let log = self.log.join("\n");
        let input = PreflightRunInput::default()
            .results(Some((&results).into()))
            .cert_image(Some((&image).into()))
            .rpm_manifest(Some((&rpms).into()))
            .log((!log.is_empty()).then(|| (&log).into()))
            .dockerfile(dockerfile.map(DockerfileInput::new));
        explain_preflight_run(&input, &Target::default())
    }
}

/// The id and message of each finding.
fn findings(report: &Report) -> Vec<(String, String)> {
    report.findings().map(|finding| (finding.id().into_owned(), finding.message().to_owned())).collect()
}

#[test]
fn a_run_that_passed_has_nothing_to_explain() {
    let report = run(&[]).line("\"Preflight result: PASSED\"").explained(None);
    assert_eq!(findings(&report), []);
}

#[test]
fn every_check_that_fails_has_a_cause() {
    let with = |failed: &'static str, change: fn(&mut Run)| {
        let mut run = run(&[failed]);
        change(&mut run);
        run
    };
    let changed = r#""found disallowed modification in layer" check=HasModifiedFiles file=usr/bin/b layer="01-sha256:b2""#;
    let completed = |check| format!("\"check completed\" check={check} result=FAILED");
    let no_folder = r#""warning: licenses directory does not exist or all of its children are empty directories: stat /licenses: no such file or directory""#;
    let table = [
        (run(&["HasLicense"]).line(no_folder), "image-missing-license", "there is no such directory"),
        (run(&["HasLicense"]).line(&completed("HasLicense")), "image-missing-license", "only empty ones"),
        (
            with("HasUniqueTag", |run| run.image = "quay.io/acme/app:Latest".into()),
            "reference-latest",
            "`Latest` is not",
        ),
        (
            with("LayerCountAcceptable", |run| run.config["rootfs"]["diff_ids"] = json!(vec!["a"; 41])),
            "image-too-many-layers",
            "has 41 layers",
        ),
        (
            with("HasNoProhibitedPackages", |run| run.rpms.push("kernel-core-5.14-1.el9.x86_64")),
            "image-prohibited-package:kernel-core",
            "`kernel-core-5.14-1.el9.x86_64`",
        ),
        (
            with("HasRequiredLabel", |run| run.config["config"]["Labels"]["release"] = json!("")),
            "image-missing-label:release",
            "is empty",
        ),
        (
            with("HasNoProhibitedLabels", |run| {
                run.config["config"]["Labels"]["vendor"] = json!("Red Hat, Inc.");
            }),
            "image-label-trademark:vendor",
            "trademark: `Red Hat, Inc.`",
        ),
        (
            with("RunAsNonRoot", |run| run.config["config"]["User"] = json!("root")),
            "image-user-root",
            "its user is `root`",
        ),
        (run(&["HasModifiedFiles"]).line(changed), "image-files-modified", "layer 1 changes `/usr/bin/b`"),
        (run(&["BasedOnUbi"]), "preflight-run-base-not-ubi", "none of the image's 2 layers"),
        (
            with("HasProhibitedContainerName", |run| run.image = "quay.io/acme/redhat-app:1".into()),
            "reference-trademark",
            "the name `redhat-app`",
        ),
    ];
    for (run, id, says) in &table {
        let found = findings(&run.explained(None));
        assert!(
            matches!(&*found, [(one, message)] if one == id && message.contains(says)),
            "{:?}: {found:?}",
            run.failed
        );
    }
    for check in all_checks() {
        assert!(table.iter().any(|(run, ..)| run.failed.contains(&check)), "{check} is not in the table");
    }
}

#[test]
fn changed_files_are_reported_by_layer_with_its_instruction() {
    let line = |message: &str, file: &str| {
        format!("\"{message}\" check=HasModifiedFiles file={file} layer=\"sha256:b2\"")
    };
    let mut one = run(&["HasModifiedFiles"]);
    for file in ["usr/c", "usr/a", "usr/g", "usr/b", "usr/d", "usr/e", "usr/f"] {
        one = one.line(&line("found disallowed modification in layer", file));
    }
    let report = one
        .line(&line("mismatch in OS release", "usr/x"))
        .line(&line("mismatch in package architecture", "usr/y"));
    let report = report.explained(None);
    let found = findings(&report);
    assert!(
        found[0].1.contains("layer 1 changes `/usr/a`, `/usr/b`, `/usr/c`, `/usr/d`, `/usr/e` and 2 more:"),
        "{found:?}"
    );
    let ids: Vec<_> = found.iter().map(|(id, _)| &**id).collect();
    assert_eq!(ids, ["image-files-modified", "image-package-distribution", "image-package-architecture"]);
    let help = report.findings().next().unwrap().help();
    assert!(help.ends_with("Layer 1 was made by `RUN chmod -R g=u /usr`."), "{help}");
}

#[test]
fn checks_that_could_not_run_are_reported_with_their_errors() {
    let error = |check: &'static str, reason: &str| {
        let mut run = run(&[]);
        run.errors.push(check);
        run.line(&format!("\"check completed\" check={check} err={reason:?} result=ERROR"))
    };
    for (run, id, says) in [
        (
            error(
                "HasNoProhibitedPackages",
                "could not get rpm list: could not find rpm db/packages: stat x",
            ),
            "image-missing-rpm-database",
            "no RPM database",
        ),
        (
            error("HasModifiedFiles", "could not open os-release: open /etc/os-release: no such file"),
            "image-missing-os-release",
            "`/etc/os-release` is missing",
        ),
        (
            error(
                "BasedOnUbi",
                "pyxis query for [\"sha256:a1\"] failed: Post \"https://u:CANARY@catalog.redhat.com\": no such host",
            ),
            "preflight-run-check-error:BasedOnUbi",
            "an error: Post \"https://***@catalog.redhat.com\": no such host",
        ),
    ] {
        let mut run = run;
        if id == "image-missing-rpm-database" {
            run.rpms.clear();
        }
        let found = findings(&run.explained(None));
        assert!(matches!(&*found, [(one, message)] if one == id && message.contains(says)), "{found:?}");
    }
}

#[test]
fn an_unexplained_check_names_the_file_with_the_reason() {
    let report = run(&["HasLicense"]).explained(None);
    let found = report.findings().next().unwrap();
    assert_eq!(found.id(), "preflight-run-check-unexplained:HasLicense");
    assert!(found.help().contains("preflight.log"), "{}", found.help());
    let results = run(&["RunAsNonRoot"]).results();
    let report = explain_preflight_run(
        &PreflightRunInput::default().results(Some((&results).into())),
        &Target::default(),
    );
    assert!(report.findings().any(|one| one.help().contains("cert-image.json")), "{:?}", findings(&report));
}

#[test]
fn a_verdict_that_the_files_contradict_is_reported() {
    let found = findings(&run(&["RunAsNonRoot"]).explained(None));
    let ids: Vec<_> = found.iter().map(|(id, _)| &**id).collect();
    assert_eq!(
        ids,
        ["preflight-run-check-unexplained:RunAsNonRoot", "preflight-run-results-differ:RunAsNonRoot"]
    );
    let mut passed = run(&[]);
    passed.config["config"]["User"] = json!("root");
    let found = findings(&passed.explained(None));
    assert!(
        found[0].1.contains("says that `RunAsNonRoot` passed, but the files say: the user is `root`"),
        "{found:?}"
    );
}

#[test]
fn files_of_multiple_runs_are_reported() {
    let other = run(&[]).line("\"target image\" image=\"quay.io/acme/app:0.9-1\"");
    let other = other.line("\"This image's tag 1.0-1 will be paired with digest sha256:d0 once\"");
    let found = findings(&other.explained(None));
    let stale: Vec<_> = found.iter().filter(|(id, _)| id == "preflight-run-stale-artifacts").collect();
    assert_eq!(stale.len(), 2, "{found:?}");
}

#[test]
fn the_policy_and_the_version_are_those_of_the_run() {
    let without = |left_out: &[&str], version: &str| {
        let mut results: Value = serde_json::from_str(&run(&[]).results()).unwrap();
        let passed = results["results"]["passed"].as_array_mut().unwrap();
        passed.retain(|one| !left_out.contains(&one["name"].as_str().unwrap()));
        results["test_library"]["version"] = json!(version);
        let text = results.to_string();
        let input = PreflightRunInput::default().results(Some((&text).into()));
        let report = explain_preflight_run(&input, &Target::default());
        (report.target().policy(), report.target().preflight_version().to_string())
    };
    let rpm = ["HasNoProhibitedPackages", "HasModifiedFiles", "BasedOnUbi"];
    for (left_out, kind) in [
        (&[][..], Policy::Container),
        (&["RunAsNonRoot"], Policy::Root),
        (&rpm, Policy::ScratchNonroot),
        (&[rpm[0], rpm[1], rpm[2], "RunAsNonRoot"], Policy::ScratchRoot),
        (&["HasNoProhibitedLabels", "HasProhibitedContainerName"], Policy::Konflux),
    ] {
        assert_eq!(without(left_out, "1.19.0"), (kind, "1.19.0".to_owned()));
    }
    assert_eq!(without(&[], "unknown").1, "1.21.0");
}

#[test]
fn a_dockerfile_is_marked_at_the_cause_of_a_failed_check() {
    let mut inherited = run(&["HasNoProhibitedLabels", "HasRequiredLabel", "RunAsNonRoot"]);
    let labels = inherited.config["config"]["Labels"].as_object_mut().unwrap();
    labels.insert("vendor".into(), json!("Red Hat, Inc."));
    labels.remove("release");
    inherited.config["config"]["User"] = json!("");
    let file = "FROM registry.example.com/base:1\nLABEL name=app\nENTRYPOINT app\n";
    let report = inherited.explained(Some(file));
    let ids: Vec<_> = report
        .findings()
        .map(|one| one.id().into_owned())
        .filter(|id| id.starts_with("dockerfile-"))
        .collect();
    for id in ["dockerfile-missing-label:release", "dockerfile-label-trademark:vendor"] {
        assert!(ids.iter().any(|one| one == id), "{id} is not in {ids:?}");
    }
    assert!(ids.iter().any(|id| id == "dockerfile-missing-user"), "{ids:?}");
    assert!(ids.iter().all(|id| !id.starts_with("dockerfile-entrypoint") && !id.contains("base")), "{ids:?}");
    assert!(
        report.findings().any(|one| one.id() == "dockerfile-missing-label:release" && one.fix().is_some())
    );
    assert!(report.forecast().is_empty(), "what preflight said is known");
}

#[test]
fn no_secret_of_a_run_is_in_its_explanation() {
    let stop = "\"a\" x=1\nError: Get \"https://u:CANARY@quay.io/v2/\": token=CANARY unauthorized";
    let report = run(&all_checks()).line(stop).explained(Some("FROM a\nENV DB_PASSWORD=CANARY\n"));
    for text in [report.to_json(), report.to_sarif(), format!("{report:?}")] {
        assert!(!text.contains("CANARY"), "{text}");
    }
}

/// The findings in a log alone, and the version that it is checked against.
fn explained_log(lines: &[&str]) -> (Vec<(String, String)>, String) {
    let log = lines.join("\n");
    let input = PreflightRunInput::default().log(Some((&log).into()));
    let report = explain_preflight_run(&input, &Target::default());
    (findings(&report), report.target().preflight_version().to_string())
}

#[test]
fn a_run_of_an_outdated_preflight_is_reported_and_read() {
    let version = |text: &str| {
        format!(r#"time="t" level=info msg="certification library version" version="{text} <commit: 0>""#)
    };
    let passed = r#"time="t" level=info msg="check completed" check=HasLicense result=PASSED"#;
    let end = r#"time="t" level=info msg="Preflight result: FAILED""#;
    for (text, judged, outdated) in [
        ("1.6.0", "1.6.0", true),
        ("1.10.2", "1.10.2", true),
        ("1.1.0-beta5-alpha+18d6bfd9", "1.1.0", true),
        ("1.11.0", "1.11.0", false),
        ("1.21.0", "1.21.0", false),
        ("1.21.0-alpha1", "1.21.0", false),
        ("2.0.0", "1.21.0", false),
        ("unknown", "1.21.0", false),
    ] {
        let (found, version) = explained_log(&[&version(text), passed, end]);
        assert_eq!(version, judged, "{text}");
        let ids: Vec<_> = found.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, if outdated { vec!["preflight-run-outdated"] } else { vec![] }, "{text}");
    }
    let (found, version) = explained_log(&[
        r#"time="t" level=info msg="certification library version 1.1.1 <commit: 0>""#,
        r#"time="t" level=info msg="check completed: BasedOnUbi" ERROR="Get h: no such host" result="Get h: no such host""#,
        r#"time="t" level=info msg="check completed: HasNoProhibitedPackages" result=PASSED"#,
        r#"time="t" level=info msg="check completed: RunAsNonRoot" result=PASSED"#,
        r#"time="t" level=info msg="check completed: HasModifiedFiles" result=FAILED"#,
        r#"time="t" level=error msg="modified file detected: usr/bin/bash""#,
        r#"time="t" level=info msg="Preflight result: FAILED""#,
    ]);
    assert_eq!(version, "1.1.1");
    assert_eq!(found.len(), 3, "{found:?}");
    let message = |id: &str| found.iter().find(|(own, _)| own == id).map(|(_, message)| &**message).unwrap();
    assert!(message("preflight-run-check-error:BasedOnUbi").contains("no such host"), "{found:?}");
    assert!(message("image-files-modified").contains("`/usr/bin/bash`"), "{found:?}");
}

#[test]
fn an_error_that_a_result_follows_did_not_stop_the_run() {
    let error = r#"time="t" level=error msg="unable to clean up tmpdir" error="unlinkat /tmp/preflight-1/fs/opt/f: permission denied""#;
    let passed = r#"time="t" level=info msg="check completed" check=BasedOnUbi result=PASSED"#;
    let end = r#"time="t" level=info msg="Preflight result: PASSED""#;
    assert_eq!(explained_log(&[passed, error, end]).0, []);
    assert_eq!(explained_log(&[passed, error]).0, []);
    let (found, _) =
        explained_log(&[passed, error, "Error: could not submit to pyxis: status code: 409: body: x"]);
    assert_eq!(found[0].0, "preflight-run-stopped");
    assert!(found[0].1.contains("409"), "{found:?}");
}

#[test]
fn no_bytes_panic() {
    let texts: [&[u8]; 8] = [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{\"results\": null}",
        b"{\"results\": {\"failed\": [{}]}}",
        b"{\"raw_config\": \"\"}",
        b"{\"rpms\": [{}]}",
    ];
    for bytes in texts {
        let text = || Some(bytes.into());
        let input =
            PreflightRunInput::default().results(text()).cert_image(text()).rpm_manifest(text()).log(text());
        let report = explain_preflight_run(&input.platform(Some("amd64")), &Target::default());
        assert!(!report.passed(), "{bytes:?} is no run that passed");
    }
}

#[test]
fn a_report_keeps_preflights_results() {
    let report = run(&["HasLicense"]).explained(None);
    let Facts::PreflightRun(summary) = report.sections()[0].facts() else { panic!("no facts") };
    assert_eq!(summary.preflight_version.as_deref(), Some("1.21.0"));
    assert_eq!((summary.checks.len(), summary.digest.as_deref()), (10, Some("sha256:d1")));
}
