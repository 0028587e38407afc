//! `rekey push-commands`, and `rekey image` with the credentials for a push.

use crate::harness::{Run, folder, reading, rekey, write};

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
fn the_commands_of_the_old_flow_have_the_date_of_its_end() {
    let was = |project: &str| {
        format!(
            "# Pushes to scan.connect.redhat.com ended on 2022-11-03. They were:\n#   podman login -u unused \
             scan.connect.redhat.com\n#   podman push IMAGE scan.connect.redhat.com/{project}/app:1.0-1\n"
        )
    };
    let known = format!("ospid-{PROJECT}");
    let now = format!(
        "# Images have been pushed to quay.io since then:\npodman login -u redhat-isv-containers+{PROJECT}-robot quay.io\npodman push \
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
fn the_login_to_a_private_registry_uses_its_name() {
    prints(
        &["push-commands", "registry.example.com:5000/team/app:1.0-1"],
        "podman login registry.example.com:5000\npodman push IMAGE registry.example.com:5000/team/app:1.0-1\n",
    );
    prints(
        &["push-commands", "[2606:50c0:8000::153]:5000/app:1.0-1"],
        "podman login '[2606:50c0:8000::153]:5000'\npodman push IMAGE '[2606:50c0:8000::153]:5000/app:1.0-1'\n",
    );
}

#[test]
fn a_reference_that_cannot_be_pushed_has_no_commands() {
    let hosted = format!("quay.io/redhat-isv-containers/{PROJECT}");
    for (args, why) in [
        (&["push-commands", &hosted][..], "(reference-missing-tag)"),
        (&["push-commands", "quay.io/Acme/app:1"], "(reference-uppercase)"),
        (
            &["push-commands", "registry.connect.redhat.com/a/b:1", "--flow", "quay"],
            "(reference-pull-registry)",
        ),
        (&["push-commands", "https://u:CANARY@quay.io/a/b:1"], "(reference-user-info)"),
        (&["push-commands", "quay.io/a/b:1", "--flow", "quay"], "(reference-not-quay-registry)"),
        (&["push-commands", "a_b.example.com/app:1"], "(reference-invalid-registry)"),
        (&["push-commands", "registry.example.com:0/app:1"], "(reference-invalid-registry)"),
        (&["push-commands", "localhost/app:1"], "(reference-private-registry)"),
        (&["push-commands", "app:1"], "(reference-short-name)"),
        (&["push-commands", "docker-daemon:app:1"], "(reference-scheme)"),
        (&["push-commands", "https://quay.io/repository/a/b"], "(reference-web-page)"),
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
fn credentials_are_checked_and_never_shown() {
    // `CANARY:CANARY`, followed by no credentials.
    let wrong = r#"{"auths": {"quay.io": {"auth": "Q0FOQVJZOkNBTkFSWQ=="}}}"#;
    for format in ["text", "json"] {
        let run = image(wrong, "CANARY", format);
        assert_eq!(run.status, 1);
        assert!(run.stdout.contains("credentials-wrong-user"), "{}", run.stdout);
        assert!(run.stdout.contains("credentials-registry-key-form"), "{}", run.stdout);
        let run = image("CANARY", &"CANARY".repeat(1 << 14), format);
        assert_eq!(run.status, 3, "{}", run.everything());
        assert!(run.stderr.contains("larger than 64 KiB, the limit for a key"), "{}", run.stderr);
        assert!(run.stdout.contains("credentials-invalid-auth-file"), "{}", run.stdout);
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

/// References made of pieces that a shell, podman or a terminal could interpret differently.
fn hostile_references() -> Vec<String> {
    const WORDS: &[&str] = &[
        "app",
        "$(touch ran)",
        "`touch ran`",
        "$IFS",
        "${HOME}",
        "~",
        "*",
        "?",
        "[a-z]",
        "{a,b}",
        "!!",
        "#",
        "a b",
        "a\tb",
        "a\nb",
        "a\n",
        "a\rb",
        "'",
        "\"",
        "a'b",
        "\\",
        "a\\",
        ";touch ran",
        "&touch ran",
        "|touch ran",
        ">ran",
        "<ran",
        "-",
        "--help",
        "-u",
        "--creds=a",
        "=",
        "%",
        "^",
        "@",
        "é",
        "\u{202e}",
        "\u{1b}[31m",
        "\u{0}",
        "..",
        ".",
        "_",
        "__",
        "a__b",
        "a.b",
        "a-b",
        "A",
        "0",
        "(a)",
    ];
    const HOSTS: &[&str] = &[
        "registry.example.com",
        "registry.example.com:5000",
        "registry.example.net",
        "registry.example.org:80",
        "[2606:50c0:8000::153]",
        "[2606:50c0:8000::153]:5000",
        "[fe80::1%eth0]:5000",
        "[a-z]",
        "-host.example.com",
        "--tls-verify=false.example.com",
        "8.8.8.8:443",
        "quay.io",
        "docker.io",
        "$(touch ran).example.com",
        "a;b.example.com",
        "~.example.com",
        "a_b.example.com:1",
    ];
    let mut references = Vec::new();
    for host in HOSTS {
        for word in WORDS {
            references.push(format!("{host}/{word}:1.0-1"));
            references.push(format!("{host}/app/{word}:1.0-1"));
            references.push(format!("{host}/app:{word}"));
            references.push(format!("{host}/app:1.0-1{word}"));
            references.push(format!("{host}{word}/app:1.0-1"));
            references.push(format!("{word}{host}/app:1.0-1"));
            references.push(format!("{host}/app:1.0-1@sha256:{word}"));
        }
    }
    let projects = [PROJECT, "60d30f5bbd852dbf4220902b-x", "$(touch ran)", "a'b", "0"];
    for (project, word) in projects.iter().flat_map(|project| WORDS.iter().map(move |word| (project, word))) {
        references.push(format!("quay.io/redhat-isv-containers/{project}:{word}"));
        references.push(format!("quay.io/redhat-isv-containers/{project}{word}:1.0-1"));
        references.push(format!("scan.connect.redhat.com/ospid-{project}/{word}:1.0-1"));
        references.push(format!("scan.connect.redhat.com/ospid-{project}/app:{word}"));
    }
    references
}

#[cfg(unix)]
#[test]
fn a_shell_runs_the_printed_commands_and_nothing_else() {
    use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

    let path = folder("printed_commands");
    let log = path.join("log");
    let podman = path.join("bin/podman");
    write(
        &podman,
        "#!/bin/sh\nfor word; do printf '%s\\0' \"$word\"; done >>\"$LOG\"\nprintf '\\n\\0' >>\"$LOG\"\n",
    );
    fs::set_permissions(&podman, fs::Permissions::from_mode(0o755)).unwrap();
    // The path that an unquoted `[2606:50c0:8000::153]:5000/app:1.0-1` would match.
    write(&path.join("cwd/1:5000/app:1.0-1"), "");
    let references = hostile_references();
    let (mut script, mut expected) = (String::new(), Vec::new());
    for reference in &references {
        let run = rekey(&["push-commands", "--", reference]);
        assert_eq!(run.stdout.is_empty(), run.status != 0, "{reference:?}: {}", run.everything());
        for line in run.stdout.lines().filter(|line| !line.starts_with('#')) {
            // Words of a reference have no spaces, and there are quotes only around a whole word.
            let words = line.split(' ').skip(1).map(|word| word.trim_matches('\'').to_owned());
            expected.push(words.collect::<Vec<_>>());
        }
        if let Some(pushed) = run.stdout.lines().find_map(|line| line.strip_prefix("podman push IMAGE ")) {
            let pushed = pushed.trim_matches('\'');
            let parsed = rekey_core::reference::ImageReference::parse(reference).unwrap();
            let is_typed =
                pushed == parsed.as_str() && pushed.ends_with(reference.rsplit('/').next().unwrap());
            let moved = reference.starts_with("scan.connect.redhat.com/");
            assert!(moved || is_typed, "{reference:?}: {}", run.stdout);
        }
        script += &run.stdout;
    }
    assert!(references.len() > 6_000 && expected.len() > 700, "{} of {}", expected.len(), references.len());
    for shell in ["/bin/sh", "/bin/bash", "/bin/zsh"] {
        let run = Command::new(shell)
            .args(["-c", &script])
            .current_dir(path.join("cwd"))
            .env_clear()
            .envs([("PATH", &path.join("bin")), ("LOG", &log)])
            .output();
        let Ok(run) = run else {
            crate::skip::lacks_program(shell);
            continue;
        };
        assert_eq!(String::from_utf8_lossy(&run.stderr), "", "{shell}");
        let found = fs::read_to_string(&log).unwrap();
        let found: Vec<Vec<_>> = found
            .split_terminator("\n\0")
            .map(|call| call.split_terminator('\0').map(str::to_owned).collect())
            .collect();
        assert_eq!(found.len(), expected.len(), "{shell}");
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{shell}");
        }
        let files = fs::read_dir(path.join("cwd")).unwrap().count();
        assert_eq!(files, 1, "{shell}: a file was made");
        fs::remove_file(&log).unwrap();
    }
}
