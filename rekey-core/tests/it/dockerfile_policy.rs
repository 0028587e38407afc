//! Preflight's results for about five thousand Dockerfiles that BuildKit converts, compared with the
//! forecast.
//!
//! BuildKit's record has the final user, labels and added layers of each file as if every unknown base image
//! were empty. Preflight's predicates on these are the truth, if the file's own instructions decide.

use std::collections::BTreeMap;

use crate::corpus;
use rekey_core::{
    DockerfileInput, Flow, Forecast, Outcome, Policy, PreflightVersion, Severity, Target, check_dockerfile,
    preflight,
};

/// Preflight's verdict on BuildKit's record, if the base image does not affect it.
fn truth(case: &corpus::Case, check: preflight::Check) -> Option<bool> {
    let verdict = &case.verdict;
    match check {
        preflight::Check::RunAsNonRoot => {
            (!verdict.user.is_empty()).then(|| !preflight::is_refused_user(&verdict.user))
        }
        preflight::Check::HasNoProhibitedLabels => {
            let label = |key: &&str| verdict.labels.get(*key);
            let known = preflight::TRADEMARK_LABELS.iter().all(|key| label(key).is_some());
            let infringes = preflight::TRADEMARK_LABELS
                .iter()
                .filter_map(label)
                .any(|value| preflight::infringes_trademark(value));
            (known || infringes).then_some(!infringes)
        }
        preflight::Check::HasRequiredLabel => {
            let label = |key: &&str| verdict.labels.get(*key);
            let empty = preflight::REQUIRED_LABELS.iter().filter_map(label).any(String::is_empty);
            let known = preflight::REQUIRED_LABELS.iter().all(|key| label(key).is_some());
            (known || empty).then_some(!empty)
        }
        preflight::Check::LayerCountAcceptable => {
            (verdict.added_layers > preflight::LAYER_MAX).then_some(false)
        }
        _ => None,
    }
}

#[test]
fn no_forecast_contradicts_preflight() {
    let Some(cases) = corpus::dockerfiles() else { return };
    let target = Target::default();
    let mut decided: BTreeMap<preflight::Check, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut unexplained = Vec::new();
    for case in cases.iter().filter(|case| case.is_converted()) {
        let report = check_dockerfile(&case.input, &target);
        for row in report.forecast() {
            let said = match row.outcome {
                Outcome::Pass => true,
                Outcome::Fail => false,
                _ => continue,
            };
            *decided.entry(row.check).or_default() += 1;
            if truth(case, row.check).is_some_and(|truth| truth != said) {
                wrong.push(format!("{}: {} {}", case.verdict.file, row.check, row.reason));
            }
            // The finding may be listed below its cause, which is then an error, too.
            let spoken = report
                .each_finding()
                .any(|f| f.severity() == Severity::Error && f.rule().checks().contains(&row.check));
            if !said && !spoken {
                unexplained.push(format!("{}: {} {}", case.verdict.file, row.check, row.reason));
            }
        }
    }
    println!("decided without a base's config: {decided:?}");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(unexplained.is_empty(), "{} without a finding:\n{}", unexplained.len(), unexplained.join("\n"));
    for (check, at_least) in [
        (preflight::Check::RunAsNonRoot, 961),
        (preflight::Check::HasNoProhibitedLabels, 556),
        (preflight::Check::HasRequiredLabel, 267),
        (preflight::Check::LayerCountAcceptable, 236),
    ] {
        assert!(decided.get(&check).copied().unwrap_or(0) >= at_least, "{check}: {decided:?}");
    }
}

/// A file, the policy, the target, the build arguments, and the errors.
type Partner = (&'static str, Policy, &'static str, BuildArgs, &'static [&'static str]);
type BuildArgs = &'static [(&'static str, &'static str)];

/// Dockerfiles of partners whose images are certified: the inputs of each build, and the errors that
/// preflight's code would also report for the file as it is.
///
/// `docs/guide/partners.md` explains their findings one by one.
#[rustfmt::skip]
const PARTNERS: &[Partner] = &[
    ("sonatype__docker-nexus3/0003_Dockerfile.rh.ubi.java21", Policy::Container, "", &[], &[]),
    ("sonatype__docker-nexus3/0000_Dockerfile", Policy::Container, "", &[], &[]),
    ("sonatype__docker-nexus3/0002_Dockerfile.java21", Policy::Container, "", &[], &[]),
    ("percona__percona-docker/0105_percona-server-8.0_Dockerfile", Policy::Container, "", &[], &[]),
    ("percona__percona-docker/0109_percona-server-8.0_Dockerfile-pro", Policy::Container, "", &[], &[]),
    ("percona__percona-docker/0010_percona-binlog-server_Dockerfile", Policy::Container, "", &[], &[]),
    // `ARG USER=root`: the publisher overrides it.
    ("aerospike__aerospike-kubernetes-operator/0000_Dockerfile", Policy::Container, "", &[], &["dockerfile-user-root"]),
    ("aerospike__aerospike-kubernetes-operator/0000_Dockerfile", Policy::Container, "", &[("USER", "65532:65532")], &[]),
    // A privileged project.
    ("IBM__ibm-spectrum-scale-csi/0000_driver_build_Dockerfile", Policy::Root, "", &[], &[]),
    // Based on distroless: BasedOnUbi fails for it, and does not run for a project of type scratch.
    ("IBM__ibm-spectrum-scale-csi/0001_operator_build_Dockerfile", Policy::Container, "", &[], &["dockerfile-base-not-red-hat"]),
    ("IBM__ibm-spectrum-scale-csi/0001_operator_build_Dockerfile", Policy::ScratchNonroot, "", &[], &[]),
    ("F5Networks__k8s-bigip-ctlr/0003_build-tools_Dockerfile.ubi", Policy::Container, "", &[], &[]),
    ("F5Networks__k8s-bigip-ctlr/0005_f5-bigip-ctlr-operator_Dockerfile", Policy::Container, "", &[], &[]),
    ("ibm-messaging__mq-container/0000_Dockerfile-server", Policy::Container, "", &[], &[]),
    ("labsai__EDDI/0001_src_main_docker_Dockerfile", Policy::Container, "", &[], &[]),
    ("nginx__kubernetes-ingress/0000_build_Dockerfile", Policy::Container, "container", &[("BUILD_OS", "ubi"), ("IC_VERSION", "5.0")], &[]),
    ("scylladb__scylla-operator/0000_Dockerfile", Policy::Container, "", &[], &[]),
    ("tigera__operator/0000_build_Dockerfile", Policy::Container, "", &[], &[]),
    ("dell__csm-replication/0000_Dockerfile", Policy::Container, "", &[("VERSION", "1.0")], &[]),
    ("dell__csm-replication/0000_Dockerfile", Policy::Container, "controller", &[("VERSION", "1.0")], &[]),
    ("NVIDIA__k8s-device-plugin/0000_deployments_container_Dockerfile", Policy::Container, "", &[], &[]),
    // No labels in the file: they are set by the build.
    ("CrunchyData__postgres-operator/0001_components_image-collector_Dockerfile", Policy::Container, "", &[], &["dockerfile-label-trademark"]),
    ("CrunchyData__postgres-operator/0007_components_image-postgres_Dockerfile.postgres", Policy::Container, "", &[], &["dockerfile-label-trademark"]),
];

#[test]
fn files_of_certified_images_have_no_error_beyond_preflights() {
    let Some(cases) = corpus::dockerfiles() else { return };
    let mut wrong = Vec::new();
    for (file, policy, stage, build_args, expected) in PARTNERS {
        let case = cases
            .iter()
            .find(|case| case.verdict.file == format!("files/{file}"))
            .expect("the corpus has it");
        let target = Target::new(Flow::Quay, *policy, PreflightVersion::default()).unwrap();
        let build_args: Vec<_> =
            build_args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let stage = Some(*stage).filter(|stage| !stage.is_empty());
        let input = DockerfileInput::new(case.input.as_slice()).build_args(&build_args).stage(stage);
        let report = check_dockerfile(input, &target);
        let outcome = |row: &Forecast| format!("{} {} ({})", row.check, row.outcome.as_str(), row.reason);
        println!("{file} {stage:?} {build_args:?}");
        report.forecast().iter().for_each(|row| println!("    {}", outcome(row)));
        for finding in report.findings() {
            println!("  {} {} {}", finding.severity(), finding.rule().id, finding.message());
        }
        let mut errors: Vec<_> = report
            .findings()
            .filter(|finding| finding.severity() == Severity::Error)
            .map(|finding| finding.rule().id)
            .collect();
        errors.dedup();
        if errors != *expected {
            wrong.push(format!("{file} {target:?}: {errors:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
