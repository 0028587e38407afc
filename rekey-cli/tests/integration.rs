//! What other tools are told to run, and the image of the command: files of the repository's root and its examples.

use std::{fs, path::Path};

mod harness;
use harness::{folder, rekey, write};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn text(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A submission where nothing is wrong, and the command run on it with words that stand in a file.
#[track_caller]
fn run(name: &str, words: &[&str]) {
    let path = folder(&format!("integration_{name}"));
    for file in ["Dockerfile", "licenses/LICENSE", "app"] {
        write(&path.join(file), text(&format!("tests/partners/acme/{file}")));
    }
    let reference = "reference = 'quay.io/redhat-isv-containers/0123456789abcdef01234567:1.0-1'";
    let reference = if words.contains(&"quay") { reference } else { "" };
    write(
        &path.join("rekey.toml"),
        format!(
            "[[image]]\ntag = '1.0-1'\n{reference}\n[git]\nurl = 'https://github.com/acme/app.git'\nprivate = false\n"
        ),
    );
    let in_folder = |word: &&str| match word.split_once('=') {
        Some((format, file)) if !file.contains('=') => format!("{format}={}", path.join(file).display()),
        _ if *word == "." => path.to_str().unwrap().to_owned(),
        _ => (*word).to_owned(),
    };
    let words: Vec<_> = words.iter().map(in_folder).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let run = rekey(&words);
    assert_eq!(run.status, 0, "{words:?}: {}", run.everything());
}

#[test]
fn the_image_of_the_command_passes_its_own_check() {
    let path = format!("{ROOT}/Containerfile");
    for flow in ["build-service", "quay"] {
        let run = rekey(&["dockerfile", &path, "--context", ROOT, "--flow", flow, "--fail-on", "note"]);
        assert_eq!(run.status, 0, "{}", run.everything());
        assert!(!run.stdout.contains("  fail  "), "{}", run.stdout);
        assert!(run.stdout.contains("  pass     HasLicense "), "{}", run.stdout);
    }
    // Its labels say the version that is built.
    assert!(text("Containerfile").contains(concat!("version=\"", env!("CARGO_PKG_VERSION"), "\"")));
}

#[test]
fn the_hooks_of_pre_commit_run() {
    let hooks = text(".pre-commit-hooks.yaml");
    let entries: Vec<_> =
        hooks.lines().filter_map(|line| line.trim().strip_prefix("entry: rekey ")).collect();
    assert_eq!(entries, ["dockerfile --quiet", "check --quiet"]);
    for entry in entries {
        let words: Vec<_> = entry.split_whitespace().chain(["."]).collect();
        run("hooks", &words);
    }
}

#[test]
fn the_commands_of_the_examples_run() {
    let gitlab = text("examples/gitlab-ci.yml");
    let line = gitlab.lines().find_map(|line| line.trim().strip_prefix("- rekey ")).unwrap();
    run("gitlab", &line.split_whitespace().collect::<Vec<_>>());
    for output in line.split_whitespace().filter_map(|word| word.split_once('=')) {
        assert!(gitlab.lines().any(|line| line.trim().ends_with(&format!(": {}", output.1))), "{}", output.1);
    }
    let tekton = text("examples/tekton.yaml");
    let args = tekton.lines().find_map(|line| line.trim().strip_prefix("default: [")).unwrap();
    let args: Vec<_> = args.trim_end_matches(']').split(", ").map(|word| word.trim_matches('"')).collect();
    run("tekton", &args);
    let github = text("examples/github.yml");
    let command = github.lines().find_map(|line| line.trim().strip_prefix("command: ")).unwrap();
    let words: Vec<_> = command.split_whitespace().collect();
    let action = [
        "--format",
        "github",
        "--fail-on",
        "error",
        "--output",
        "sarif=rekey.sarif",
        "--output",
        "markdown=summary",
    ];
    run("github", &[&words[..], &action[..]].concat());
    for word in [
        "--format github",
        "--fail-on \"$REKEY_FAIL_ON\"",
        "sarif=$REKEY_SARIF",
        "markdown=$GITHUB_STEP_SUMMARY",
    ] {
        assert!(text("action.yml").contains(word), "{word}");
    }
}
