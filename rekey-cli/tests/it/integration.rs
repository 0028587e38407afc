//! Integrations: the hooks, the action, the examples and the container image of the repository.

use std::{fs, path::Path};

use crate::harness::{folder, rekey, write};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn text(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Runs the command with the words of a file on a submission without defects.
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
        let run = rekey(&["dockerfile", &path, "--context", ROOT, "--flow", flow, "--fail-on", "note", "-v"]);
        assert_eq!(run.status, 0, "{}", run.everything());
        assert!(!run.stdout.contains("  fail  "), "{}", run.stdout);
        assert!(run.stdout.contains("  pass     HasLicense "), "{}", run.stdout);
    }
    // Its labels contain the version that is built.
    assert!(text("Containerfile").contains(concat!("version=\"", env!("CARGO_PKG_VERSION"), "\"")));
}

#[test]
fn the_hooks_of_pre_commit_run() {
    let hooks = hooks();
    assert_eq!(hooks, [&["dockerfile", "--quiet", "--"][..], &["check", "--quiet"]]);
    for hook in hooks {
        run("hooks", &hook.iter().map(String::as_str).chain(["."]).collect::<Vec<_>>());
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
    run("github", &[&words[..1], &action[..], &words[1..]].concat());
}

/// The value of `entry` and of `args` of each hook, as `pre-commit` puts them before file names.
fn hooks() -> Vec<Vec<String>> {
    let text = text(".pre-commit-hooks.yaml");
    let hooks = text.split("- id: ").skip(1);
    let words = |hook: &str| {
        let entry = hook.lines().find_map(|line| line.trim().strip_prefix("entry: rekey ")).unwrap();
        let args = hook.lines().find_map(|line| line.trim().strip_prefix("args: [")?.strip_suffix(']'));
        let args = args.into_iter().flat_map(|args| args.split(", "));
        entry.split_whitespace().chain(args).map(str::to_owned).collect()
    };
    hooks.map(words).collect()
}

#[test]
fn a_file_name_that_looks_like_an_option_is_a_file_name() {
    let path = folder("option_names").join("--output=json=a.dockerfile");
    write(&path, "FROM registry.access.redhat.com/ubi9/ubi:9.8\n");
    let hook = hooks().swap_remove(0);
    let name = "--output=json=a.dockerfile";
    let words: Vec<_> = hook.iter().map(String::as_str).chain([name]).collect();
    let run = rekey(&words);
    // The file is not in the working directory of the test, so the report is that it cannot be read.
    assert_eq!(run.status, 3, "{words:?}: {}", run.everything());
    assert!(run.everything().contains(name), "{}", run.everything());
    assert!(!Path::new("a.dockerfile").exists());
}

/// Every `uses:` of a file, with the comment after it.
fn uses(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "))
}

#[test]
fn third_party_actions_are_pinned_by_commit() {
    let workflows = fs::read_dir(Path::new(ROOT).join(".github/workflows")).unwrap();
    let workflows =
        workflows.map(|entry| format!(".github/workflows/{}", entry.unwrap().file_name().display()));
    let mut found = 0;
    for file in workflows.chain(["action.yml", "examples/github.yml"].map(str::to_owned)) {
        let text = text(&file);
        for action in uses(&text).filter(|action| *action != "OWNER/rekey@COMMIT") {
            let (pin, version) = action.split_once(" # v").unwrap_or_else(|| panic!("{file}: {action}"));
            let commit = pin.split_once('@').map_or("", |(_, commit)| commit);
            assert!(
                commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()),
                "{file}: {action}"
            );
            assert_eq!(version.split('.').count(), 3, "{file}: {action}");
            found += 1;
        }
        assert_eq!(
            text.matches("uses: actions/checkout@").count(),
            text.matches("persist-credentials: false").count(),
            "{file}: a checkout keeps its token"
        );
        assert!(file == "action.yml" || text.contains("\npermissions:\n  contents: read\n"), "{file}");
    }
    assert!(found > 30, "{found}");
}

/// The lines before `run:` in the action's step with that name, and its shell lines.
#[cfg(unix)]
fn step(name: &str) -> (String, String) {
    let text = text("action.yml");
    let step = text.split("\n    - ").find(|step| step.starts_with(&format!("name: {name}\n"))).unwrap();
    let (head, script) = step.split_once("run: |\n").unwrap();
    let script = script.lines().map(str::trim_start).collect::<Vec<_>>().join("\n");
    (head.to_owned(), script)
}

#[cfg(unix)]
#[test]
fn the_action_runs_nothing_of_the_checkout() {
    use std::process::Command;

    let path = folder("hostile_checkout");
    let (checkout, action, summary) = (path.join("checkout"), path.join("action"), path.join("summary"));
    let outside = path.join("outside");
    let python = path.join("venv/bin/python");
    let venv = Command::new("python3").args(["-I", "-m", "venv"]).arg(path.join("venv")).status();
    if !venv.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("CI").is_none(), "CI has python3 with venv");
        crate::skip::lacks_program("python3 with venv");
        return;
    }
    // Every module and settings file that Python, pip, cargo or the command could read from the working
    // directory.
    let run = format!("import os; open({:?}, 'a').write(__file__ + '\\n')\n", path.join("ran"));
    for module in ["pip", "rekey", "maturin", "encodings"] {
        write(&checkout.join(module).join("__init__.py"), &run);
        write(&checkout.join(module).join("__main__.py"), &run);
    }
    for module in ["sitecustomize", "usercustomize", "site", "runpy", "os", "signal", "json", "re", "setup"] {
        write(&checkout.join(module).with_extension("py"), &run);
    }
    for (file, text) in [
        ("pip.conf", "[global]\nindex-url = http://127.0.0.1:9/\nbogus = 1\n"),
        ("setup.cfg", "[metadata]\nname = evil\n"),
        ("pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = 'setup'\nbackend-path = ['.']\n"),
        ("rust-toolchain.toml", "[toolchain]\npath = '.'\n"),
        (".cargo/config.toml", "[build]\nrustc = './rustc'\n"),
        ("pyvenv.cfg", "home = .\n"),
        ("-app.dockerfile", "FROM x\n"),
    ] {
        write(&checkout.join(file), text);
    }
    for program in ["python", "python3", "rm", "rustc", "cargo"] {
        let program = checkout.join(program);
        write(&program, format!("#!/bin/sh\necho $0 >> {}\n", path.join("ran").display()));
        fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    write(&outside, "kept");
    std::os::unix::fs::symlink(&outside, checkout.join("rekey.sarif")).unwrap();
    // A package that records its arguments replaces rekey, so that nothing is built.
    let wheel = action.join("rekey_py-0-py3-none-any.whl");
    fs::create_dir(&action).unwrap();
    write(&path.join("wheel.py"), WHEEL);
    let made = Command::new(&python).arg("-I").arg(path.join("wheel.py")).arg(&wheel).status().unwrap();
    assert!(made.success());

    let bash = |name: &str, command: &str| {
        let (_, script) = step(name);
        let run = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script])
            .current_dir(&checkout)
            .envs([("PYTHON", &python), ("ACTION_PATH", &wheel), ("GITHUB_STEP_SUMMARY", &summary)])
            .envs([("REKEY_COMMAND", command), ("REKEY_FAIL_ON", "error"), ("REKEY_SARIF", "rekey.sarif")])
            .env("ARGUMENTS", path.join("arguments"))
            .env("PIP_NO_INDEX", "1")
            .output()
            .unwrap();
        assert!(run.status.success(), "{name}: {}", String::from_utf8_lossy(&run.stderr));
    };
    // Python finds nothing there even if it starts in the checkout; its child processes have their own
    // working directory.
    bash("Install rekey", "");
    assert!(step("Install rekey").0.contains("working-directory: ${{ github.action_path }}\n"));
    let summary = format!("markdown={}", summary.display());
    let options =
        ["--format", "github", "--fail-on", "error", "--output", "sarif=rekey.sarif", "--output", &summary];
    for (command, expected) in [
        ("check .", &["check", "."][..]),
        ("  check\n  .\n", &["check", "."]),
        (
            "dockerfile\n--label release=1\n\t--\n-app.dockerfile\n* $(touch x) `x` ;\n",
            &[
                "dockerfile",
                "--label",
                "release=1",
                "--",
                "-app.dockerfile",
                "*",
                "$(touch",
                "x)",
                "`x`",
                ";",
            ],
        ),
    ] {
        bash("Check", command);
        let words: Vec<_> = [&expected[..1], &options[..], &expected[1..]].concat();
        let found = fs::read_to_string(path.join("arguments")).unwrap();
        assert_eq!(found.split_terminator('\0').collect::<Vec<_>>(), words, "{command:?}");
    }
    assert_eq!(fs::read_to_string(&outside).unwrap(), "kept");
    assert_eq!(fs::read_to_string(path.join("ran")).ok(), None);
}

#[cfg(unix)]
const WHEEL: &str = r#"
import sys, zipfile
main = """import os, sys
with open(os.environ["ARGUMENTS"], "w") as file:
    file.write("".join(word + chr(0) for word in sys.argv[1:]))
open("rekey.sarif", "w").write("sarif")
"""
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    info = "rekey_py-0.dist-info/"
    wheel.writestr("rekey/__init__.py", "")
    wheel.writestr("rekey/__main__.py", main)
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: rekey-py\nVersion: 0\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(info + "RECORD", "")
"#;
