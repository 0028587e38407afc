//! The facts that a Dockerfile provides about its image if the base image, a variable or a label affects
//! them.

use rekey_core::{DockerfileInput, Safety, Target, apply_fixes, check_dockerfile, preflight::LAYER_MAX};

/// Returns true if a rule finds something; `rule` may include a parameter after a colon.
fn finds(rule: &str, input: DockerfileInput<'_>) -> bool {
    let (id, parameter) = rule.split_once(':').map_or((rule, None), |(id, parameter)| (id, Some(parameter)));
    let report = check_dockerfile(input, &Target::default());
    report.findings().any(|finding| finding.rule().id == id && finding.parameter() == parameter)
}

fn copies(count: u32) -> String {
    (0..count).map(|number| format!("COPY a /{number}\n")).collect::<Vec<_>>().concat()
}

#[test]
fn an_uncertain_layer_does_not_fail_the_image() {
    let most = copies(LAYER_MAX);
    let too_many = "dockerfile-too-many-layers";
    assert!(finds(too_many, (&*format!("FROM scratch\n{most}WORKDIR /srv\n")).into()));
    assert!(!finds(too_many, (&*format!("FROM scratch\nARG DIR\n{most}WORKDIR /$DIR\n")).into()));
    assert!(!finds(too_many, (&*format!("FROM scratch\n{most}WORKDIR /\n")).into()));
}

#[test]
fn layers_of_the_base_count() {
    let layers = |count: u32| {
        let ids: Vec<_> = (0..count).map(|id| format!("\"sha256:{id:064}\"")).collect();
        format!(r#"{{"config": {{}}, "rootfs": {{"diff_ids": [{}]}}}}"#, ids.join(","))
    };
    let file = "FROM quay.io/acme/base:1\nCOPY a /a\n";
    for (count, expected) in [(LAYER_MAX - 1, false), (LAYER_MAX, true)] {
        let config = layers(count);
        let input = DockerfileInput::new(file).base_config(Some(config.as_bytes()));
        assert_eq!(finds("dockerfile-too-many-layers", input), expected, "{count}");
    }
}

#[test]
fn the_table_of_base_images_bounds_the_layers() {
    let file = "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY a /a\n";
    let report = check_dockerfile(file, &Target::default());
    let row = report.forecast().into_iter().find(|row| row.check == "LayerCountAcceptable").unwrap();
    assert_eq!(row.outcome.as_str(), "pass", "{}", row.reason);
}

#[test]
fn a_label_of_the_base_is_inherited_unless_it_is_a_trademark() {
    for (vendor, expected) in [("Acme", true), ("Red Hat", false)] {
        let config = format!(r#"{{"config": {{"Labels": {{"vendor": "{vendor}"}}}}}}"#);
        let input = DockerfileInput::new("FROM quay.io/acme/base:1\nCOPY a /a\n");
        let input = input.base_config(Some(config.as_bytes()));
        assert_eq!(finds("dockerfile-label-inherited:vendor", input), expected, "{vendor}");
    }
}

/// The forecast for a check.
fn outcome(check: &str, input: DockerfileInput<'_>) -> String {
    let row =
        check_dockerfile(input, &Target::default()).forecast().into_iter().find(|row| row.check == check);
    row.map_or_else(String::new, |row| {
        let evidence = row.evidence.map_or("", rekey_core::facts::Evidence::as_str);
        let settle = row.settle.map_or("", rekey_core::facts::Settle::as_str);
        format!("{} {evidence}{settle}", row.outcome.as_str())
    })
}

#[test]
fn a_user_with_variables_is_checked_as_far_as_it_is_certain() {
    let ubi = "registry.access.redhat.com/ubi9/ubi-minimal:9.6";
    for (base, lines, expected) in [
        (ubi, "ARG X\nUSER app$X", "pass dockerfile"),
        (ubi, "ARG X\nUSER ${X}1", "pass dockerfile"),
        (ubi, "ARG X\nARG Y\nUSER $X:$Y", "pass dockerfile"),
        (ubi, "ARG X\nENV U=u$X\nUSER $U", "pass dockerfile"),
        (ubi, "ARG X\nUSER ${X:-1001}", "pass dockerfile"),
        (ubi, "ARG X\nUSER ${X:-0}", "fail dockerfile"),
        (ubi, "ARG X\nUSER 0$X", "unknown build_args"),
        (ubi, "ARG X\nUSER ${X}0", "unknown build_args"),
        (ubi, "ARG X\nUSER r${X}t", "unknown build_args"),
        (ubi, "ARG X\nUSER ${X:?no}", "unknown build_args"),
        (ubi, "USER $X", "fail base_table"),
        (ubi, "USER 1001$X", "pass base_table"),
        (ubi, "USER $PATH", "unknown base_config"),
        ("registry.access.redhat.com/ubi9/python-312", "USER $X", "unknown base_config"),
        ("registry.access.redhat.com/ubi9/python-312", "USER ${X:-1001}", "unknown base_config"),
        ("registry.access.redhat.com/ubi9/ubi-micro", "USER $X", "unknown base_config"),
        ("scratch", "USER $X", "fail dockerfile"),
    ] {
        let text = format!("FROM {base}\n{lines}\n");
        assert_eq!(outcome("RunAsNonRoot", text.as_str().into()), expected, "{text}");
    }
}

#[test]
fn a_label_with_variables_is_checked_as_far_as_it_is_certain() {
    for (version, name, expected, trademark) in [
        ("v${X}", "a", "pass dockerfile", "pass dockerfile"),
        ("${X:-1}", "a", "pass dockerfile", "pass dockerfile"),
        ("${X:?no}", "a", "pass dockerfile", "pass dockerfile"),
        ("$V", "a", "pass dockerfile", "pass dockerfile"),
        ("${X}", "a", "unknown build_args", "pass dockerfile"),
        ("${X#v}", "a", "unknown build_args", "pass dockerfile"),
        ("1", "a$X", "pass dockerfile", "unknown build_args"),
        ("1", "${X:-Red Hat}", "pass dockerfile", "fail dockerfile"),
    ] {
        let text = format!(
            "FROM scratch\nARG X\nARG V=$X.1\nLABEL version=\"{version}\" name=\"{name}\" vendor=a release=1 \
             summary=a description=a maintainer=a\n"
        );
        assert_eq!(outcome("HasRequiredLabel", text.as_str().into()), expected, "{text}");
        assert_eq!(outcome("HasNoProhibitedLabels", text.as_str().into()), trademark, "{text}");
    }
}

#[test]
fn an_image_on_a_foreign_base_is_not_based_on_ubi() {
    for (from, expected) in [
        ("FROM scratch", "fail dockerfile"),
        ("FROM docker.io/library/debian:12", "fail dockerfile"),
        ("FROM scratch AS a\nFROM a", "fail dockerfile"),
        ("FROM registry.access.redhat.com/ubi9/ubi AS a\nFROM scratch\nCOPY --from=a / /", "fail dockerfile"),
        ("FROM registry.access.redhat.com/ubi9/ubi", "unknown service"),
        ("FROM quay.io/acme/base", "unknown service"),
        ("ARG BASE\nFROM $BASE", "unknown service"),
    ] {
        assert_eq!(outcome("BasedOnUbi", from.into()), expected, "{from}");
    }
}

#[test]
fn an_operator_bundle_is_checked_under_another_policy() {
    let bundle = "LABEL operators.operatorframework.io.bundle.mediatype.v1=registry+v1";
    for (from, label, expected) in [
        ("FROM scratch", bundle, true),
        ("FROM scratch", "LABEL com.redhat.delivery.operator.bundle=true", true),
        ("FROM scratch", "LABEL com.redhat.delivery.operator.bundle=\"True\"", true),
        ("FROM scratch", "LABEL com.redhat.delivery.operator.bundle=false", false),
        ("FROM scratch", "ARG B\nLABEL com.redhat.delivery.operator.bundle=$B", false),
        ("FROM scratch", "ARG P\nLABEL operators.operatorframework.io.bundle.package.v1=$P", true),
        ("FROM scratch", "LABEL operators.operatorframework.io.metrics.builder=operator-sdk-v1.34.1", false),
        ("FROM scratch", "ENV A=b", false),
        ("FROM registry.access.redhat.com/ubi9/ubi-micro", bundle, true),
        ("FROM alpine", bundle, true),
        ("FROM quay.io/acme/base:1", bundle, true),
        ("ARG BASEIMAGE=scratch\nFROM $BASEIMAGE", bundle, true),
        // The labels of another stage are irrelevant.
        (&format!("FROM scratch\n{bundle}\nFROM scratch"), "ENV A=b", false),
        (&format!("FROM scratch AS a\n{bundle}\nFROM a"), "ENV A=b", true),
    ] {
        let file = format!("{from}\n{label}\nCOPY manifests /manifests\n");
        let report = check_dockerfile(&*file, &Target::default());
        let found: Vec<_> = report.findings().map(|finding| finding.rule().id).collect();
        assert_eq!(report.forecast().is_empty(), expected, "{file}");
        assert_eq!(found.is_empty(), expected, "{file}: {found:?}");
    }
    // The same applies if the labels come with the build or with the base image.
    let file = "FROM quay.io/acme/base:1\nCOPY manifests /manifests\n";
    let labels = [("com.redhat.delivery.operator.bundle".to_owned(), "true".to_owned())];
    assert!(
        check_dockerfile(DockerfileInput::new(file).labels(&labels), &Target::default())
            .forecast()
            .is_empty()
    );
    let config =
        br#"{"config": {"Labels": {"operators.operatorframework.io.bundle.mediatype.v1": "registry+v1"}}}"#;
    let input = DockerfileInput::new(file).base_config(Some(config));
    assert!(check_dockerfile(input, &Target::default()).forecast().is_empty());
}

#[test]
fn an_image_for_windows_is_not_checked() {
    for base in ["mcr.microsoft.com/windows/servercore:ltsc2022", "golang:1.25-nanoserver-ltsc2025"] {
        let file = format!("FROM {base}\nRUN powershell -Command Get-Date\n");
        let report = check_dockerfile(&*file, &Target::default());
        let found: Vec<_> = report.findings().map(|finding| finding.rule().id).collect();
        assert_eq!(found, ["dockerfile-base-not-red-hat"], "{file}");
        assert!(report.forecast().iter().all(|row| row.outcome.as_str() == "unknown"), "{file}");
    }
}

#[test]
fn a_label_is_written_as_the_file_reads_it() {
    for (escape, value, line) in [
        ("", "a \"b\" $c \\d", r#"LABEL summary="a \"b\" \$c \\d""#),
        ("# escape=`\n", "a \"b\" $c \\d", "LABEL summary=\"a `\"b`\" `$c \\d\""),
        ("", "a\nb", "LABEL summary=\"ab\""),
        ("", "", "LABEL summary=\"\""),
        ("", "a.b-c_d/e+f", "LABEL summary=a.b-c_d/e+f"),
    ] {
        let file = format!("{escape}FROM scratch\nCOPY a /a\n");
        let values = [("summary".to_owned(), value.to_owned())];
        let input = DockerfileInput::new(&*file).label_values(&values);
        let report = check_dockerfile(input, &Target::default());
        let fixes = report.findings().filter(|finding| finding.parameters().any(|label| label == "summary"));
        let fixes = fixes.filter_map(rekey_core::Finding::fix);
        let (fixed, _) = apply_fixes(file.as_bytes(), fixes, Safety::Unsafe);
        let fixed = String::from_utf8(fixed).unwrap();
        assert!(fixed.contains(line.strip_prefix("LABEL ").unwrap()), "{value:?}: {fixed}");
    }
}
