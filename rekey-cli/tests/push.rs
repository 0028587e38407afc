//! `rekey push-commands`, and `rekey image` with the credentials of a push.

mod harness;
use harness::{Run, folder, reading, rekey, write};

const PROJECT: &str = "60d30f5bbd852dbf4220902b";

#[track_caller]
fn prints(args: &[&str], expected: &str) {
    let run = rekey(args);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.status), (expected, "", 0), "{args:?}");
}

#[test]
fn the_commands_of_today_name_the_project_s_robot() {
    let reference = format!("quay.io/redhat-isv-containers/{PROJECT}:1.0-1");
    let expected = format!(
        "podman login -u redhat-isv-containers+{PROJECT}-robot quay.io\npodman push IMAGE {reference}\n"
    );
    prints(&["push-commands", &reference], &expected);
    prints(&["push-commands", &reference, "--flow", "quay"], &expected);
}

#[test]
fn the_commands_of_the_old_flow_say_when_it_ended() {
    let was = |project: &str| {
        format!(
            "# Pushes to scan.connect.redhat.com ended on 2022-11-03. They were:\n#   podman login -u unused \
             scan.connect.redhat.com\n#   podman push IMAGE scan.connect.redhat.com/{project}/app:1.0-1\n"
        )
    };
    let known = format!("ospid-{PROJECT}");
    let now = format!(
        "# Images are pushed to quay.io since:\npodman login -u redhat-isv-containers+{PROJECT}-robot quay.io\npodman push \
         IMAGE quay.io/redhat-isv-containers/{PROJECT}:1.0-1\n"
    );
    prints(
        &["push-commands", &format!("scan.connect.redhat.com/{known}/app:1.0-1")],
        &format!("{}{now}", was(&known)),
    );
    let uuid = "ospid-0f8fad5b-d9cb-469f-a165-70867728950e";
    let run = rekey(&["push-commands", &format!("scan.connect.redhat.com/{uuid}/app:1.0-1")]);
    assert!(run.stdout.starts_with(&was(uuid)), "{}", run.stdout);
    assert!(run.stdout.ends_with("quay.io/redhat-isv-containers/PROJECT_ID:1.0-1\n"), "{}", run.stdout);
}

#[test]
fn an_own_registry_is_logged_in_to_by_its_name() {
    prints(
        &["push-commands", "registry.example.com:5000/team/app:1.0-1"],
        "podman login registry.example.com:5000\npodman push IMAGE registry.example.com:5000/team/app:1.0-1\n",
    );
    prints(
        &["push-commands", "[::1]:5000/app:1.0-1"],
        "podman login '[::1]:5000'\npodman push IMAGE '[::1]:5000/app:1.0-1'\n",
    );
}

#[test]
fn what_cannot_be_pushed_has_no_commands() {
    let hosted = format!("quay.io/redhat-isv-containers/{PROJECT}");
    for (args, why) in [
        (&["push-commands", &hosted][..], "(image-missing-tag)"),
        (&["push-commands", "quay.io/Acme/app:1"], "(image-uppercase)"),
        (&["push-commands", "registry.connect.redhat.com/a/b:1", "--flow", "quay"], "(image-pull-registry)"),
        (&["push-commands", "https://u:CANARY@quay.io/a/b:1"], "(image-credentials)"),
        (&["push-commands", "quay.io/a/b:1", "--flow", "quay"], "(image-not-hosted-registry)"),
    ] {
        let run = rekey(args);
        assert_eq!((run.stdout.as_str(), run.status), ("", 1), "{args:?}: {}", run.everything());
        assert!(run.stderr.contains(why) && !run.stderr.contains("CANARY"), "{args:?}: {}", run.stderr);
    }
}

#[test]
fn a_submission_s_references_are_pushed_in_its_flow() {
    let path = folder("a_submission_s_references");
    let toml = |reference: &str| {
        format!("flow = 'quay'\n[[image]]\ntag = '1.0-1'\n[[image]]\nreference = '{reference}'\n")
    };
    let reference = format!("quay.io/redhat-isv-containers/{PROJECT}:1.0-1");
    write(&path.join("rekey.toml"), toml(&reference));
    let expected = rekey(&["push-commands", &reference]).stdout;
    prints(&["push-commands", path.to_str().unwrap()], &expected);
    prints(&["push-commands", path.join("rekey.toml").to_str().unwrap()], &expected);
    write(&path.join("rekey.toml"), toml("quay.io/a/b:1"));
    assert_eq!(rekey(&["push-commands", path.to_str().unwrap()]).status, 1);
    write(&path.join("rekey.toml"), "[[image]]\ntag = '1.0-1'\n");
    let run = rekey(&["push-commands", path.to_str().unwrap()]);
    assert_eq!((run.stdout.as_str(), run.status), ("", 2), "{}", run.everything());
}

/// `rekey image` with an auth file and a key on standard input, in the flow `quay`.
#[track_caller]
fn image(auth_file: &str, key: &str, format: &str) -> Run {
    let path = folder("image_with_credentials").join("auth.json");
    write(&path, auth_file);
    let reference = format!("quay.io/redhat-isv-containers/{PROJECT}:1.0-1");
    let file = path.to_str().unwrap();
    let run = reading(
        &[
            "image",
            &reference,
            "--flow",
            "quay",
            "--format",
            format,
            "--auth-file",
            file,
            "--registry-key-stdin",
        ],
        key.as_bytes(),
    );
    assert!(
        !run.everything().contains("CANARY") && !run.everything().contains("Q0FOQVJZ"),
        "{}",
        run.everything()
    );
    run
}

#[test]
fn credentials_are_judged_and_never_shown() {
    // `CANARY:CANARY`, then nothing that logs in.
    let wrong = r#"{"auths": {"quay.io": {"auth": "Q0FOQVJZOkNBTkFSWQ=="}}}"#;
    for format in ["text", "json"] {
        let run = image(wrong, "CANARY", format);
        assert_eq!(run.status, 1);
        assert!(run.stdout.contains("image-auth-file-user"), "{}", run.stdout);
        assert!(run.stdout.contains("image-registry-key-form"), "{}", run.stdout);
        let run = image("CANARY", &"CANARY".repeat(1 << 14), format);
        assert_eq!(run.status, 3, "{}", run.everything());
        assert!(run.stderr.contains("larger than 64 KiB, the limit for a key"), "{}", run.stderr);
        assert!(run.stdout.contains("image-auth-file-malformed"), "{}", run.stdout);
    }
}

#[test]
fn standard_input_is_one_input() {
    for args in [
        &["--auth-file", "-", "--registry-key-stdin"][..],
        &["--auth-file", "-", "--config", "-"],
        &["--config", "-", "--manifest", "-"],
    ] {
        let run = rekey(&[&["image", "a/b:1"], args].concat());
        assert_eq!((run.stdout.as_str(), run.status), ("", 2), "{}", run.everything());
    }
}
