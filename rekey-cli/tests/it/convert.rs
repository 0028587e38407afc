//! `rekey convert` and `rekey public-key`: the converted text on standard output, or nothing there and the
//! reason on standard error.

use std::{fs, path::Path};

use crate::harness::{folder, reading, rekey};

fn key(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/keys").join(name).to_str().unwrap().to_owned()
}

fn text(name: &str) -> String {
    fs::read_to_string(key(name)).unwrap()
}

/// `tests/keys/generate.sh` made all of these from `right.pem`, which `ssh-keygen -m PEM` wrote.
#[test]
fn every_form_converts_to_the_output_of_ssh_keygen() {
    for name in [
        "right.pem",
        "openssh.pem",
        "pkcs8.pem",
        "right.der",
        "crlf.pem",
        "cr.pem",
        "bom.pem",
        "utf16.pem",
        "indented.pem",
        "quoted.pem",
        "escaped.pem",
        "one_line.pem",
        "body_on_one_line.pem",
        "width_76.pem",
        "trailing_blanks.pem",
        "no_final_line_end.pem",
        "text_before.pem",
        "text_after.pem",
        "twice.pem",
        "no_begin.pem",
        "no_end.pem",
        "bare.pem",
        "four_dashes.pem",
        "em_dashes.pem",
        "lower_case.pem",
        "label_without_blanks.pem",
        "pkcs1_called_pkcs8.pem",
        "pkcs8_called_pkcs1.pem",
        "blank_line.pem",
        "base64.txt",
        "base64_between.txt",
        "base64_openssh.txt",
        "base64_twice.txt",
        "base64_utf16.txt",
        "base64_wrapped.txt",
        "base64url.txt",
        "data_uri.txt",
        "entities.html",
        "form_encoded.txt",
        "full_width_dashes.txt",
        "hex.txt",
        "in_html.html",
        "in_json.json",
        "in_json_base64.json",
        "in_secret.json",
        "in_secret.yaml",
        "in_secret_text.yaml",
        "in_variable.env",
        "in_variable_base64.env",
        "in_yaml.yaml",
        "in_yaml_quoted.yaml",
        "jenkins.xml",
        "label_no_break_space.txt",
        "lost_plus.txt",
        "percent_encoded.txt",
        "quoted_printable.txt",
        "utf32.txt",
        "zero_width_before.txt",
    ] {
        let run = rekey(&["convert", "key", &key(name)]);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{name}");
        assert!(run.stdout == text("right.pem"), "{name} becomes another text");
    }
    let run = reading(&["convert", "key", "-"], text("openssh.pem").as_bytes());
    assert!(run.status == 0 && run.stdout == text("right.pem"));
}

#[test]
fn an_incomplete_key_is_rejected_with_help() {
    for (name, rule, help) in [
        ("encrypted.pem", "private-key-encrypted", "&& ssh-keygen -p -m PEM -N '' -f "),
        ("openssh_encrypted.pem", "private-key-encrypted", "&& ssh-keygen -p -m PEM -N '' -f "),
        ("pkcs8_encrypted.pem", "private-key-encrypted", "&& ssh-keygen -p -m PEM -N '' -f "),
        ("ed25519.pem", "private-key-not-rsa", "ssh-keygen -t rsa -b 4096 -m PEM"),
        ("putty.ppk", "private-key-wrong-format", "puttygen"),
        ("truncated.pem", "private-key-truncated", "Copy the whole file again"),
        ("two_keys.pem", "private-key-multiple-keys", "Paste only the key"),
        ("right.pub", "private-key-public-half", "without `.pub`"),
        ("empty.pem", "private-key-missing", ""),
    ] {
        let run = rekey(&["convert", "key", &key(name)]);
        assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{name}");
        assert!(run.stderr.contains(rule) && run.stderr.contains(help), "{name}: {}", run.stderr);
    }
    assert_eq!(rekey(&["convert", "key", "/nowhere"]).status, 3);
}

/// Each form can be read by its intended reader, and by rekey.
#[test]
fn a_form_for_a_field_contains_the_same_key() {
    let right = text("right.pem");
    let form = |form: &str| {
        let run = rekey(&["convert", "key", &key("openssh.pem"), "--as", form]);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{form}");
        let again = reading(&["convert", "key", "-"], run.stdout.as_bytes());
        assert!(again.status == 0 && again.stdout == right, "{form}: {}", again.stderr);
        run.stdout
    };
    let (env, json, base64, secret) = (form("env"), form("json"), form("base64"), form("secret"));
    assert!(serde_json::from_str::<String>(&json).unwrap() == right);
    let shell = |script: &str, input: &str| {
        use std::io::Write as _;
        let mut child = std::process::Command::new("sh")
            .args(["-c", script])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    };
    if cfg!(unix) {
        assert!(shell("base64 -d", &base64) == right);
        assert!(shell("eval \"$(cat)\"; printf '%b' \"$SSH_PRIVATE_KEY\"", &env) == right);
        assert!(shell("sed -n 's/^  ssh-privatekey: //p' | base64 -d", &secret) == right);
    }
    for line in [&env, &json, &base64] {
        assert_eq!(line.lines().count(), 1);
    }
}

#[test]
fn flaws_of_the_numbers_are_reported() {
    let run = rekey(&["convert", "key", &key("wrong_crt_exponent.pem")]);
    assert_eq!(run.status, 1);
    assert!(run.stdout.starts_with("-----BEGIN RSA PRIVATE KEY-----\n"), "the conversion itself is right");
    assert!(run.stderr.contains("private-key-inconsistent"), "{}", run.stderr);
}

#[test]
fn a_file_is_new_and_replaced_only_when_asked() {
    let folder = folder("convert");
    let new = folder.join("key.pem");
    let out = new.to_str().unwrap();
    let convert =
        |more: &[&str]| rekey(&[&["convert", "key", &key("openssh.pem"), "--out", out], more].concat());
    let run = convert(&[]);
    assert_eq!((run.status, run.everything().as_str()), (0, ""));
    assert!(fs::read_to_string(&new).unwrap() == text("right.pem"));
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&new.metadata().unwrap().permissions()) & 0o777,
        0o600
    );
    fs::write(&new, "mine").unwrap();
    let run = convert(&[]);
    assert_eq!(run.status, 1);
    assert!(run.stderr.contains("already exists"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(&new).unwrap(), "mine");
    assert_eq!(convert(&["--force"]).status, 0);
    assert!(fs::read_to_string(&new).unwrap() == text("right.pem"));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
    let nowhere = folder.join("nowhere/key.pem");
    assert_eq!(rekey(&["convert", "key", &key("right.pem"), "--out", nowhere.to_str().unwrap()]).status, 3);
}

#[test]
fn the_public_half_is_the_line_that_ssh_keygen_prints() {
    let line = text("right.pub").split_whitespace().take(2).collect::<Vec<_>>().join(" ") + "\n";
    // The header of an encrypted key in OpenSSH format contains it unencrypted.
    for name in ["right.pem", "openssh.pem", "openssh_encrypted.pem", "pkcs8.pem", "one_line.pem"] {
        let run = rekey(&["public-key", &key(name)]);
        assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (0, line.as_str(), ""), "{name}");
    }
    let ed25519 = text("ed25519.pub").split_whitespace().take(2).collect::<Vec<_>>().join(" ") + "\n";
    assert_eq!(rekey(&["public-key", &key("ed25519.pem")]).stdout, ed25519);
    let run = rekey(&["public-key", &key("encrypted.pem")]);
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
}

#[test]
fn urls_convert_both_ways() {
    for (url, to, expected) in [
        ("https://github.com/acme/app", "ssh", "git@github.com:acme/app.git"),
        ("git@gitlab.com:acme/group/app.git", "https", "https://gitlab.com/acme/group/app.git"),
        ("https://github.com/acme/app", "https", "https://github.com/acme/app"),
    ] {
        let run = rekey(&["convert", "url", url, "--to", to]);
        assert_eq!((run.status, run.stdout.trim_end(), run.stderr.as_str()), (0, expected, ""), "{url}");
    }
    for (url, to, why) in [
        ("https://git.acme.com:8443/acme/app", "ssh", "the port for the other transport is not known"),
        ("git@github.com/acme/app", "https", "git-url-scp-missing-colon"),
        ("", "https", "git-url-empty"),
    ] {
        let run = rekey(&["convert", "url", url, "--to", to]);
        assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{url}");
        assert!(run.stderr.contains(why), "{url}: {}", run.stderr);
    }
    let run = rekey(&["convert", "url", "https://alice:tiefgeheim@github.com/acme/app", "--to", "ssh"]);
    assert!(run.status == 1 && !run.everything().contains("tiefgeheim"), "{}", run.everything());
}

#[test]
fn one_key_for_two_projects_is_a_warning() {
    let run = rekey(&["key", &key("right.pem"), &key("other.pem"), &key("pkcs8.pem"), "--quick"]);
    assert_eq!(run.stdout.matches("warning[private-key-reused]").count(), 1, "{}", run.stdout);
    for more in [["--public-key", "-"], ["--fingerprint", "SHA256:x"]] {
        assert_eq!(rekey(&[&["key", &key("right.pem"), &key("other.pem")], &more[..]].concat()).status, 2);
    }
}

/// An auth file is unwrapped; a text without one is rejected, and the error contains nothing of it.
#[test]
fn an_auth_file_is_unwrapped() {
    let plain = r#"{"auths": {"quay.io": {"auth": "dW51c2VkOktFWQ=="}}}"#;
    let base64 = "eyJhdXRocyI6IHsicXVheS5pbyI6IHsiYXV0aCI6ICJkVzUxYzJWa09rdEZXUT09In19fQ==";
    for text in [
        plain.to_owned(),
        format!("\u{feff}{plain}"),
        base64.to_owned(),
        format!("kind: Secret\ndata:\n  .dockerconfigjson: {base64}\n"),
        format!("{{\"kind\": \"Secret\", \"data\": {{\".dockerconfigjson\": \"{base64}\"}}}}"),
        r#"{"quay.io": {"auth": "dW51c2VkOktFWQ=="}}"#.to_owned(),
    ] {
        let run = reading(&["convert", "auth-file", "-"], text.as_bytes());
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{text}");
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&run.stdout), value(plain), "{text}");
        let help = reading(&["image", "quay.io/acme/app:1.0-1", "--auth-file", "-"], text.as_bytes());
        assert_eq!(
            help.stdout.contains("rekey convert auth-file FILE --out NEW"),
            text != plain,
            "{}",
            help.stdout
        );
    }
    for text in ["", "CANARYCANARY", "{}", "kind: Secret\ndata:\n  .dockerconfigjson: Q0FOQVJZ\n"] {
        let run = reading(&["convert", "auth-file", "-"], text.as_bytes());
        assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{text}");
        assert!(run.stderr.contains("error:") && !run.stderr.contains("CANARY"), "{}", run.stderr);
    }
    let folder = folder("convert-auth-file");
    let (file, new) = (folder.join("secret.yaml"), folder.join("auth.json"));
    fs::write(&file, base64).unwrap();
    let convert = || rekey(&["convert", "auth-file", file.to_str().unwrap(), "--out", new.to_str().unwrap()]);
    assert_eq!(convert().everything(), "");
    assert_eq!(fs::read_to_string(&new).unwrap(), plain);
    assert_eq!(convert().status, 1);
}
