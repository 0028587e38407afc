//! What a Dockerfile tells of its image where the base image, a variable or a label has a say in it.

use rekey_core::{DockerfileInput, Policy, Safety, apply_fixes, check_dockerfile, preflight::LAYER_MAX};

/// Whether a rule finds something; behind a colon stands what it is parametrised by.
fn finds(rule: &str, input: DockerfileInput<'_>) -> bool {
    let (id, parameter) = rule.split_once(':').map_or((rule, None), |(id, parameter)| (id, Some(parameter)));
    let report = check_dockerfile(input, &Policy::default());
    report.findings().any(|finding| finding.rule().id == id && finding.parameter() == parameter)
}

fn copies(count: u32) -> String {
    (0..count).map(|number| format!("COPY a /{number}\n")).collect::<Vec<_>>().concat()
}

#[test]
fn a_layer_that_may_not_come_is_not_held_against_the_image() {
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
    let report = check_dockerfile(file, &Policy::default());
    let row = report.forecast().into_iter().find(|row| row.check == "LayerCountAcceptable").unwrap();
    assert_eq!(row.outcome.as_str(), "pass", "{}", row.reason);
}

#[test]
fn a_label_of_the_base_shines_through_unless_it_is_a_trademark() {
    for (vendor, expected) in [("Acme", true), ("Red Hat", false)] {
        let config = format!(r#"{{"config": {{"Labels": {{"vendor": "{vendor}"}}}}}}"#);
        let input = DockerfileInput::new("FROM quay.io/acme/base:1\nCOPY a /a\n");
        let input = input.base_config(Some(config.as_bytes()));
        assert_eq!(finds("dockerfile-label-inherited:vendor", input), expected, "{vendor}");
    }
}

#[test]
fn an_operator_bundle_is_judged_by_others() {
    let file = "FROM scratch\nCOPY manifests /manifests\n";
    let mark = "LABEL operators.operatorframework.io.bundle.mediatype.v1=registry+v1\n";
    assert!(finds("dockerfile-label-missing:name", file.into()));
    assert!(!finds("dockerfile-label-missing:name", (&*format!("{file}{mark}")).into()));
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
        let report = check_dockerfile(input, &Policy::default());
        let fixes = report.findings().filter(|finding| finding.parameter() == Some("summary"));
        let fixes = fixes.filter_map(rekey_core::Finding::fix).filter(|fix| fix.safety != Safety::Display);
        let (fixed, _) = apply_fixes(file.as_bytes(), fixes);
        let fixed = String::from_utf8(fixed).unwrap();
        assert!(fixed.lines().any(|found| found == line), "{value:?}: {fixed}");
    }
}
