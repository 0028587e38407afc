//! Unreadable or invalid inputs: one clear line and the right exit code.

use std::{fs, fs::File};

use crate::harness::{folder, reading, rekey, write};

const USAGE: i32 = 2;
const UNREADABLE: i32 = 3;

/// Asserts the error message and the exit code.
#[track_caller]
fn complains(args: &[&str], status: i32, message: &str) {
    let run = rekey(args);
    assert!(run.stderr.contains(message), "expected {message:?}, found {:?}", run.everything());
    assert_eq!(run.status, status, "{}", run.everything());
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
}

#[test]
fn a_missing_file() {
    complains(&["key", "/nowhere/key"], UNREADABLE, "/nowhere/key: no such file");
    complains(&["dockerfile", "/nowhere/Dockerfile"], UNREADABLE, "/nowhere/Dockerfile: no such file");
    complains(&["check", "/nowhere"], UNREADABLE, "/nowhere: no such file");
    complains(&["image", "a/b:1", "--config", "/nowhere/c"], UNREADABLE, "/nowhere/c: no such file");
    complains(&["dockerfile", "-", "--base-config", "/nowhere/b"], UNREADABLE, "/nowhere/b: no such file");
}

#[test]
fn a_directory() {
    let path = folder("a_directory");
    let path = path.to_str().unwrap();
    complains(&["key", path], UNREADABLE, "is a directory, expected a file");
    complains(&["image", "a/b:1", "--config", path], UNREADABLE, "is a directory, expected a file");
    complains(&["dockerfile", path], USAGE, "nothing to check: no Dockerfile found");
}

#[test]
fn a_file_of_a_hundred_megabytes() {
    let path = folder("a_file_of_a_hundred_megabytes").join("Dockerfile");
    File::create(&path).unwrap().set_len(100 << 20).unwrap();
    let path = path.to_str().unwrap();
    complains(&["dockerfile", path], UNREADABLE, "larger than 16 MiB, the limit for a Dockerfile");
    complains(&["key", path], UNREADABLE, "larger than 64 KiB, the limit for a key");
}

#[test]
fn standard_input_without_an_end() {
    let run = reading(&["key", "-"], &vec![b'a'; 1 << 20]);
    assert!(run.stderr.contains("standard input: larger than 64 KiB"), "{}", run.stderr);
    assert_eq!(run.status, UNREADABLE);
}

#[cfg(unix)]
#[test]
fn a_file_without_read_permission() {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder("a_file_without_read_permission").join("key");
    write(&path, "x");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(&path).is_ok() {
        return; // The superuser may read everything.
    }
    complains(&["key", path.to_str().unwrap()], UNREADABLE, "permission denied");
}

#[test]
fn empty_and_binary_content_is_checked_rather_than_rejected() {
    for input in [&b""[..], b"\0\xff\xfe\x80", b"\n\n", b"\xef\xbb\xbf"] {
        for command in ["dockerfile", "key"] {
            let run = reading(&[command, "-"], input);
            assert!(run.status < USAGE, "{command} {input:?}: {}", run.everything());
            assert!(!run.stdout.contains(['\0', '\u{fffe}']), "{command} {input:?}: {}", run.stdout);
        }
    }
    for word in ["", "\u{1b}[31m", "\u{202e}"] {
        let run = rekey(&["tag", word]);
        assert_eq!(run.status, 1, "{word:?}: {}", run.everything());
        assert!(!run.stdout.contains(['\u{1b}', '\u{202e}']), "{word:?}: {}", run.stdout);
        rekey(&["url", word]);
        rekey(&["image", word]);
    }
}

#[test]
fn readable_inputs_are_checked_beside_unreadable_ones() {
    let path = folder("what_can_be_read");
    write(&path.join("rekey.toml"), "[git]\nkey = 'nokey'\n[[image]]\ntag = '1.0'\ndockerfile = 'nofile'\n");
    let run = rekey(&["check", path.to_str().unwrap()]);
    assert_eq!(run.status, UNREADABLE);
    assert!(run.stderr.contains("nokey: no such file") && run.stderr.contains("nofile: no such file"));
    assert!(run.stdout.contains("error[tag-missing-release]"), "{}", run.stdout);
    assert!(!run.stdout.contains("submission-missing-dockerfile"), "{}", run.stdout);
}

#[test]
fn nothing_to_check() {
    let path = folder("nothing_to_check");
    complains(&["check", path.to_str().unwrap()], USAGE, "nothing to check");
}

#[test]
fn a_path_that_is_not_a_submission() {
    let path = folder("a_path_that_is_not_a_submission").join("Dockerfile");
    write(&path, "FROM scratch\n");
    complains(&["check", path.to_str().unwrap()], USAGE, "expected a directory or a rekey.toml");
}

#[test]
fn an_unknown_image_name() {
    let path = folder("an_unknown_image_name");
    write(&path.join("rekey.toml"), "[[image]]\nname = 'server'\ntag = '1.0-1'\n");
    let path = path.to_str().unwrap();
    complains(
        &["check", path, "--image", "servr"],
        USAGE,
        "no image is named `servr`; did you mean `server`?",
    );
    assert_eq!(rekey(&["check", path, "--image", "server", "--flow", "quay"]).status, 1);
}

#[test]
fn a_rekey_toml_with_mistakes() {
    let path = folder("a_rekey_toml_with_mistakes");
    let file = path.join("rekey.toml");
    let table: [(&[u8], &str); 6] = [
        (b"[git]\nulr = 'x'\n", "rekey.toml:2:1"),
        (b"[[image]]\ntag = 1.0\n", "rekey.toml:2:7"),
        (b"flow = 'x'\n", "expected a flow"),
        (b"policy = 'konflux'\npreflight-version = '1.12'\n", "has no policy `konflux`"),
        (b"\xff\xfe", "expected UTF-8"),
        (b"[git\n", "rekey.toml:1:"),
    ];
    for (text, expected) in table {
        write(&file, text);
        let run = rekey(&["check", path.to_str().unwrap()]);
        assert_eq!(run.status, USAGE, "{expected}: {}", run.everything());
        assert!(run.stderr.contains(expected), "expected {expected}, found {}", run.stderr);
    }
}

#[test]
fn a_key_in_place_of_its_path() {
    let path = folder("a_key_in_place_of_its_path");
    let key = "-----BEGIN RSA PRIVATE KEY-----\nCANARY\n-----END RSA PRIVATE KEY-----";
    for field in ["key", "key-env", "public-key"] {
        write(&path.join("rekey.toml"), format!("[git]\n{field} = '''{key}'''\n"));
        let run = rekey(&["check", path.to_str().unwrap()]);
        assert_eq!(run.status, USAGE, "{field}: {}", run.everything());
        assert!(run.stderr.contains("found a private key"), "{field}: {}", run.stderr);
        assert!(!run.everything().contains("CANARY"), "{field}: {}", run.everything());
    }
    let run = rekey(&["key", key]);
    assert!(!run.everything().contains("CANARY"), "{}", run.everything());
}

#[test]
fn flags_without_effect() {
    for args in [
        &["tag"][..],
        &["tag", "1.0-1", "--flow", "nope"],
        &["tag", "1.0-1", "--today", "2026-02-30"],
        &["tag", "1.0-1", "--preflight-version", "1.2"],
        &["tag", "1.0-1", "--policy", "konflux", "--preflight-version", "1.12"],
        &["tag", "1.0-1", "--ignore", "no-such-rule"],
        &["dockerfile", "-", "--build-arg", "novalue"],
        &["dockerfile", "-", "--fix"],
        &["explain", "no-such-rule"],
        &[],
    ] {
        let run = rekey(args);
        assert_eq!(run.status, USAGE, "{args:?}: {}", run.everything());
        assert!(run.stdout.is_empty(), "{args:?}: {}", run.stdout);
    }
}

#[test]
fn large_files_that_many_images_name() {
    let path = folder("large_files_that_many_images_name");
    write(&path.join("Dockerfile"), "FROM x\n");
    write(&path.join("tags.txt"), format!("{}\n", "1.0-1\n".repeat(200_000)));
    let image = |number| {
        format!("[[image]]\nname = \"i{number}\"\ndockerfile = \"Dockerfile\"\npublished = \"tags.txt\"\n")
    };
    let check = |images: usize| {
        write(&path.join("rekey.toml"), (0..images).map(image).collect::<String>());
        rekey(&["check", path.to_str().unwrap()])
    };
    assert!(check(8).stderr.is_empty());
    let run = check(256);
    assert!(
        run.stderr.contains("larger than 64 MiB in total, counting a file once for each image"),
        "{}",
        run.stderr
    );
    assert_eq!((run.status, run.stderr.lines().count()), (UNREADABLE, 1), "{}", run.stderr);
}

#[test]
fn a_secret_under_an_unknown_key_or_in_place_of_a_name() {
    let path = folder("a_secret_under_a_key_that_does_not_exist");
    for text in [
        "[[image]]\nregistry-key = \"CANARY-canary\"\n",
        "[[image]]\nregistry-key-env = 'CANARY-canary'\n",
        "[git]\nkey-env = \"CANARY-canary\"\n",
        "[git]\npassphrase = [\"CANARY-canary\"]\n",
    ] {
        write(&path.join("rekey.toml"), text);
        let shown = rekey(&["check", path.to_str().unwrap()]).everything();
        assert!(shown.contains("***") && !shown.contains("CANARY"), "{shown}");
    }
}

#[test]
fn a_secret_in_the_path_of_an_output() {
    let token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
    let run = rekey(&["tag", "1.0-1", "--output", &format!("json=/nowhere/{token}")]);
    assert!(run.stderr.contains("***: cannot write the report"), "{}", run.stderr);
    assert!(!run.everything().contains("16C7e42F"), "{}", run.stderr);
}

#[test]
fn terminal_control_characters_in_an_argument() {
    for args in [["tag", "--\u{9b}31m"], ["tag", "--flow=\u{9b}31m\u{202e}"], ["\u{9b}31m", "x"]] {
        let run = rekey(&args);
        assert!(run.stderr.contains("\\u{9b}31m") && !run.stderr.contains('\u{9b}'), "{:?}", run.stderr);
        assert!(!run.stderr.contains('\u{202e}'), "{:?}", run.stderr);
    }
}

#[test]
fn help_texts_are_not_masked() {
    for command in
        ["", "check", "tag", "url", "key", "dockerfile", "image", "push-commands", "init", "explain"]
    {
        let help: Vec<_> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let run = rekey(&help);
        assert!(run.stdout.contains("Usage:") && !run.stdout.contains("***"), "{}", run.stdout);
    }
    let run = rekey(&["dockerfile", "--show-secrets", "Dockerfile"]);
    assert!(run.stderr.contains("--show-secrets <FILE|DIR>..."), "{}", run.stderr);
}

#[test]
fn a_diff_of_unsafe_fixes_only() {
    let path = folder("a_diff_of_unsafe_fixes_only").join("Dockerfile");
    write(&path, "FROM scratch\nMAINTAINER me\n");
    let path = path.to_str().unwrap();
    let run = rekey(&["dockerfile", "--diff", path]);
    assert!(
        run.stdout.is_empty() && run.stderr.contains("note: no fix is safe; --unsafe-fixes shows "),
        "{run:?}"
    );
    let run = rekey(&["dockerfile", "--diff", "--unsafe-fixes", path]);
    assert!(!run.stdout.is_empty() && run.stderr.is_empty(), "{run:?}");
}
