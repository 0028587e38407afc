//! Findings in the credentials for a push: auth files and registry keys. No report contains a secret.

use crate::judge;
use rekey_core::{Flow, ImageInput, Policy, PreflightVersion, Severity, Target, check_image};

const PROJECT: &str = "60d30f5bbd852dbf4220902b";
const OTHER: &str = "5f0d30f5bbd852dbf4220902";
const KEY: &str = "CANARY0123456789CANARY0123456789CANARY0123456789CANARY0123456789";

/// An auth file with these keys and `user:password` values.
fn auths(entries: &[(&str, &str)]) -> String {
    let entry = |(key, login): &(&str, &str)| {
        format!(r#""{key}": {{"auth": "{}"}}"#, judge::base64(login.as_bytes()))
    };
    format!(r#"{{"auths": {{{}}}}}"#, entries.iter().map(entry).collect::<Vec<_>>().join(", "))
}

fn robot(project: &str) -> String {
    format!("redhat-isv-containers+{project}-robot:{KEY}")
}

/// The errors and warnings, as `rule: message`, each with its pointer if there is one.
#[track_caller]
fn found(flow: Flow, reference: &str, auth_file: Option<&str>, key: Option<&str>) -> Vec<(String, String)> {
    let target = Target::new(flow, Policy::Container, PreflightVersion::default()).unwrap();
    let input =
        ImageInput::new(reference).auth_file(auth_file.map(Into::into)).registry_key(key.map(Into::into));
    let report = check_image(input, &target);
    for shown in [report.to_json(), format!("{report:?}")] {
        assert!(!shown.contains("CANARY") && !shown.contains("Q0FOQVJZ"), "{shown}");
    }
    let counted = report.findings().filter(|finding| finding.severity() > Severity::Note);
    counted
        .map(|finding| {
            let place = match finding.place() {
                Some(rekey_core::Place::Pointer(pointer)) => pointer.clone(),
                _ => String::new(),
            };
            (format!("{}: {}", finding.rule().id, finding.message()), place)
        })
        .collect()
}

#[test]
fn the_entry_that_podman_uses_is_checked() {
    let reference = format!("quay.io/redhat-isv-containers/{PROJECT}:1.0-1");
    let own = format!("quay.io/redhat-isv-containers/{PROJECT}");
    let other = format!("quay.io/redhat-isv-containers/{OTHER}");
    let other_project =
        format!("credentials-other-project: the credential is for project `{OTHER}`, not for `{PROJECT}`");
    let user = format!("redhat-isv-containers+{PROJECT}-robot");
    let wrong_user =
        |found: &str| format!("credentials-wrong-user: the credential is for {found}, not for `{user}`");
    let short = "credentials-registry-key-form: expected a key of 64 uppercase letters and digits, found 6";
    for (entries, expected) in [
        (vec![("quay.io", robot(PROJECT))], vec![]),
        (vec![("quay.io", robot(OTHER))], vec![(&*other_project, "/auths/quay.io")]),
        (vec![("quay.io", robot(OTHER)), (&own, robot(PROJECT))], vec![]),
        (vec![("quay.io", robot(PROJECT)), (&other, robot(OTHER))], vec![]),
        (
            vec![("quay.io", robot(PROJECT)), (&own, robot(OTHER))],
            vec![(&*other_project, "/auths/quay.io~1redhat-isv-containers~160d30f5bbd852dbf4220902b")],
        ),
        (vec![("https://u:CANARY@quay.io/v2/", robot(OTHER))], vec![(NONE, "/auths")]),
        (vec![("https://quay.io/v2/CANARY", robot(OTHER))], vec![(&*other_project, "/auths")]),
        (vec![(&other, robot(OTHER))], vec![(NONE, "/auths")]),
        (vec![], vec![(NONE, "/auths")]),
        (vec![("quay.io", "unused:".to_owned() + KEY)], vec![(&wrong_user("`unused`"), "/auths/quay.io")]),
        (
            vec![("quay.io", KEY.to_owned() + ":" + KEY)],
            vec![(&wrong_user("another user"), "/auths/quay.io")],
        ),
        (vec![("quay.io", format!("{user}:CANARY"))], vec![(short, "/auths/quay.io")]),
    ] {
        let entries: Vec<_> = entries.iter().map(|(key, login)| (*key, login.as_str())).collect();
        let expected: Vec<_> =
            expected.into_iter().map(|(finding, place)| (finding.to_owned(), place.to_owned())).collect();
        assert_eq!(found(Flow::Quay, &reference, Some(&auths(&entries)), None), expected, "{entries:?}");
    }
}

const NONE: &str = "credentials-missing: the auth file has no credential for `quay.io`";

#[test]
fn the_scan_registry_knows_one_user() {
    let reference = format!("scan.connect.redhat.com/ospid-{PROJECT}/app:1.0-1");
    for (login, expected) in [
        ("unused:CANARY", ""),
        ("alice:CANARY", "credentials-wrong-user: the credential is for another user, not for `unused`"),
        (
            &robot(PROJECT),
            "credentials-wrong-user: the credential is for a robot account of `quay.io`, not for `unused`",
        ),
        (
            "CANARY",
            "credentials-missing: the auth file has no credential for `scan.connect.redhat.com`: `auth` has no \
             colon between user and password",
        ),
    ] {
        let file = auths(&[("scan.connect.redhat.com", login)]);
        let found = found(Flow::BuildService, &reference, Some(&file), None);
        assert_eq!(found.first().map_or("", |(finding, _)| finding), expected, "{login}");
    }
}

#[test]
fn the_form_of_a_key_is_checked_only_on_quay() {
    let hosted = format!("quay.io/redhat-isv-containers/{PROJECT}:1.0-1");
    let scan = format!("scan.connect.redhat.com/ospid-{PROJECT}/app:1.0-1");
    for (flow, reference, key, expected) in [
        (Flow::Quay, &hosted, KEY.to_owned(), None),
        (Flow::Quay, &hosted, format!("{KEY}\n"), None),
        (Flow::Quay, &hosted, format!("{KEY} "), Some("found spaces or newlines")),
        (Flow::Quay, &hosted, format!("{KEY}0"), Some("found 65")),
        (Flow::Quay, &hosted, KEY.to_lowercase(), Some("found lowercase letters")),
        (Flow::BuildService, &scan, "CANARY".to_owned(), None),
        (Flow::External, &"registry.example.com/a:1".to_owned(), "CANARY".to_owned(), None),
    ] {
        let found = found(flow, reference, None, Some(&key));
        let message = found.first().map(|(finding, _)| finding.rsplit(", ").next().unwrap_or_default());
        assert_eq!(message, expected, "{found:?}");
    }
}

#[test]
fn credentials_are_checked_beside_an_invalid_reference() {
    let two = auths(&[("a.io", "u:CANARY"), ("b.io", "u:CANARY")]);
    let ids = |reference, file: &str| -> Vec<String> {
        let found = found(Flow::External, reference, Some(file), None);
        found
            .into_iter()
            .map(|(finding, _)| finding.split(':').next().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(ids("A/!:", &two), ["reference-invalid", "reference-invalid", "credentials-multiple"]);
    assert_eq!(ids("a.io/b:1", "CANARY"), ["credentials-invalid-auth-file"]);
    assert_eq!(ids("a.io/b:1", &two), ["credentials-multiple"]);
}

#[test]
fn the_debug_output_of_inputs_has_no_content() {
    let (file, reference) = (auths(&[("quay.io", "u:CANARY")]), "quay.io/a/b:1");
    let input =
        ImageInput::new(reference).auth_file(Some(file.as_str().into())).registry_key(Some(KEY.into()));
    let shown = format!("{input:?}");
    assert!(!shown.contains("CANARY") && !shown.contains(&judge::base64(b"u:CAN")), "{shown}");
}
