//! The command's arguments, flags, formats and exit codes.

use std::fs;

use crate::harness::{folder, reading, rekey, snapshot, write};

#[test]
fn words_after_a_subject_are_inputs() {
    for word in ["latest", "help", "check", "tag"] {
        let run = rekey(&["tag", word]);
        assert!(
            run.stdout.contains(" --> tag\n") || run.stdout.contains("passed: "),
            "{word}: {}",
            run.everything()
        );
        assert!(run.status < 2, "{word}: {}", run.everything());
    }
    assert_eq!(rekey(&["tag", "latest"]).status, 1);
    assert_eq!(rekey(&["tag", "--", "-1.0"]).status, 1);
}

#[test]
fn the_exit_code_is_the_highest() {
    assert_eq!(rekey(&["tag", "1.0-1"]).status, 0);
    assert_eq!(rekey(&["tag", "1.0-1", "1.0"]).status, 1);
    assert_eq!(rekey(&["tag", "1.0-01"]).status, 0);
    assert_eq!(rekey(&["tag", "1.0-01", "--fail-on", "warning"]).status, 1);
    assert_eq!(rekey(&["dockerfile", "-", "/nowhere"]).status, 3);
}

#[test]
fn the_last_option_about_a_rule_wins() {
    let rule = "tag-missing-release";
    assert_eq!(rekey(&["tag", "1.0", "--ignore", rule]).status, 0);
    assert_eq!(rekey(&["tag", "1.0", "--warn", rule]).status, 0);
    assert_eq!(rekey(&["tag", "1.0", "--ignore", rule, "--error", rule]).status, 1);
    assert_eq!(rekey(&["tag", "1.0", "--error", rule, "--ignore", rule]).status, 0);
    assert_eq!(rekey(&["--ignore", rule, "tag", "1.0"]).status, 0);
}

#[test]
fn flags_override_rekey_toml() {
    let path = folder("flags_stand_before");
    write(
        &path.join("rekey.toml"),
        "flow = 'quay'\n[[image]]\ntag = '1.0'\n[rules]\nsubmission-missing-reference = 'off'\n",
    );
    let path = path.to_str().unwrap();
    assert_eq!(rekey(&["check", path]).status, 0);
    assert_eq!(rekey(&["check", path, "--flow", "build-service"]).status, 1);
    assert_eq!(rekey(&["check", path, "--error", "submission-missing-reference"]).status, 1);
    assert!(rekey(&["check", path]).stdout.contains("(flow quay, policy container, preflight "));
}

#[test]
fn json_is_one_document_for_many_inputs() {
    let run = rekey(&["tag", "1.0", "1.0-1", "--format", "json", "--today", "2026-11-23"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["target"]["today"], "2026-11-23");
    assert_eq!(report["passed"], false);
    assert_eq!(report["reports"].as_array().unwrap().len(), 2);
    assert_eq!(report["reports"][1]["source"], "tag 2");
    assert_eq!(run.status, 1);
}

#[test]
fn a_text_report() {
    let run = rekey(&["tag", "1.0", "1.0-beta", "1.0-1", "--today", "2026-11-23"]);
    snapshot("tags.txt", &run.stdout);
}

#[test]
fn a_first_attempt() {
    let path = "../tests/partners/first-try";
    let run = rekey(&["check", path, "--today", "2026-11-23"]);
    snapshot("first-try.txt", &run.stdout.replace(path, "first-try"));
    assert_eq!(run.status, 1);
}

#[test]
fn a_report_of_mistakes_in_rekey_toml() {
    let path = folder("mistakes");
    write(
        &path.join("rekey.toml"),
        "flow = 'quy'\n[git]\nulr = 'https://u:CANARY@h/p'\nprivate = 'no'\n[[image]]\ntag = 1.0\n[rules]\ntag-latst = 'off'\n",
    );
    let run = rekey(&["check", path.to_str().unwrap()]);
    snapshot("mistakes.txt", &run.stderr.replace(path.to_str().unwrap(), "mistakes"));
}

#[test]
fn a_short_report_stays_short() {
    let partners = "../tests/partners";
    let lines = |partner: &str, flags: &[&str]| {
        let path = format!("{partners}/{partner}");
        let run = rekey(&[&["check", &path, "--today", "2026-11-23"], flags].concat());
        (run.stdout.lines().count(), run.stdout)
    };
    for (partner, flags, most) in [
        ("acme", &[][..], 10),
        ("acme", &["--quiet"], 0),
        ("first-try", &[], 60),
        ("first-try", &["--quiet"], 55),
    ] {
        let (count, text) = lines(partner, flags);
        assert!(count <= most, "{partner}: {count} lines\n{text}");
        for finding in
            text.split("\n\n").filter(|part| part.starts_with("error[") || part.starts_with("warning["))
        {
            assert!(finding.lines().count() <= 6, "{finding}");
        }
    }
    let (_, text) = lines("first-try", &[]);
    let summary = |line: Option<&str>| line.unwrap_or_default().contains(" errors, ");
    assert!(summary(text.lines().next()) && text.contains("\nfailed: "), "{text}");
    // Notes are counted, and listed only if they decide the result.
    assert!(!text.contains("note[") && text.contains(" notes"), "{text}");
    assert!(lines("first-try", &["--fail-on", "note"]).1.contains("note["));
    assert!(lines("first-try", &["-v"]).1.contains("note["));
}

#[test]
fn each_finding_is_one_line_in_the_concise_format() {
    let run = rekey(&["tag", "1.0", "1.0-1", "--format", "concise"]);
    assert_eq!(
        run.stdout,
        "tag 1:1:1: error[tag-missing-release] expected a dash and a release number after `1.0`, found the end\n"
    );
}

#[test]
fn selected_rules_are_reported_and_no_others() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/partners/first-try");
    for (rule, status) in [("tag-missing-release", 1), ("RunAsNonRoot", 1), ("tag-latest", 0)] {
        let run = rekey(&["check", path, "--select", rule, "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let sections = report["reports"].as_array().unwrap();
        let findings: Vec<_> = sections.iter().flat_map(|one| one["findings"].as_array().unwrap()).collect();
        assert_eq!(
            (findings.len(), run.status),
            (status, i32::try_from(status).unwrap()),
            "{rule}: {findings:?}"
        );
    }
}

#[test]
fn statistics_count_the_findings_of_each_rule() {
    let run = rekey(&["tag", "1.0", "2.0", "latest", "--statistics"]);
    let rows: Vec<_> = run
        .stdout
        .lines()
        .map(|line| line.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(rows, ["2 error [*]", "1 error tag-latest"]);
    assert_eq!(run.status, 1);
}

#[test]
fn the_inputs_of_a_check_are_listed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/partners/acme");
    let names = |run: &crate::harness::Run| {
        run.stdout.lines().map(|line| line.trim_start_matches(path).to_owned()).collect::<Vec<_>>()
    };
    let run = rekey(&["check", path, "--show-files"]);
    assert_eq!(names(&run), ["/rekey.toml", "/Dockerfile", "/deploy_key.pem", "/deploy_key.pub"]);
    assert_eq!(names(&rekey(&["dockerfile", path, "--show-files"])), ["/Dockerfile"]);
}

#[test]
fn tags_come_from_standard_input() {
    let run = reading(&["tag", "-", "--format", "concise"], b"1.0-1\n1.0\n");
    assert!(run.stdout.starts_with("tag 2:1:1: error[tag-missing-release]"), "{}", run.everything());
    let json = br#"{"Tags": ["1.0-1"]}"#;
    assert_eq!(reading(&["tag", "-"], json).status, 0);
    assert_eq!(reading(&["tag", "-"], b"").status, 2);
}

#[test]
fn fixes_of_a_submission_are_written() {
    let from = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/partners/first-try");
    let path = folder("fixes_of_a_submission");
    for name in ["rekey.toml", "Dockerfile", "id_rsa", "app", "licenses/LICENSE"] {
        write(&path.join(name), fs::read(format!("{from}/{name}")).unwrap());
    }
    let (folder, files) = (path.to_str().unwrap(), ["rekey.toml", "Dockerfile"].map(|name| path.join(name)));
    let before = files.each_ref().map(|file| fs::read_to_string(file).unwrap());
    let diff = rekey(&["check", folder, "--diff", "--unsafe-fixes"]);
    for line in ["-tag = \"1.0\"\n+tag = \"1.0-1\"\n", "+url = \"git@github.com:acme/app\"\n", "+USER 1001\n"]
    {
        assert!(diff.stdout.contains(line), "{line}: {}", diff.everything());
    }
    assert_eq!(
        files.each_ref().map(|file| fs::read_to_string(file).unwrap()),
        before,
        "--diff changes nothing"
    );
    let hint = format!("fixable with `rekey check {folder} --fix");
    let unfixed = rekey(&["check", folder]).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unfixed.contains(&hint), "{unfixed}");

    let fix = rekey(&["check", folder, "--fix", "--unsafe-fixes"]);
    assert!(fix.stdout.contains("note: fixed 2 findings in"), "{}", fix.everything());
    let config = fs::read_to_string(&files[0]).unwrap();
    assert!(
        config.contains("url = \"git@github.com:acme/app\"") && config.contains("tag = \"1.0-1\""),
        "{config}"
    );
    assert!(fs::read_to_string(&files[1]).unwrap().ends_with("USER 1001\n"));
    // The key has no fix that a command may apply in place, and the placeholders of labels are errors.
    assert_eq!(fix.status, 1);
    assert!(fix.stdout.contains("private-key-wrong-format"), "{}", fix.stdout);
    // A second run finds nothing to do.
    assert_eq!(rekey(&["check", folder, "--diff"]).stdout, "");
}

#[test]
fn a_diff_of_a_submission_masks_secrets() {
    let path = folder("diff_of_secrets");
    write(
        &path.join("rekey.toml"),
        "[git]\nurl = 'https://u:CANARY@github.com/acme/app'\n[[image]]\ntag = '1.0'\n",
    );
    let run = rekey(&["check", path.to_str().unwrap(), "--diff", "--unsafe-fixes"]);
    assert!(run.stdout.contains("1.0-1") && !run.everything().contains("CANARY"), "{}", run.everything());
    let exact = rekey(&["check", path.to_str().unwrap(), "--diff", "--unsafe-fixes", "--show-secrets"]);
    assert!(exact.stdout.contains("CANARY"), "{}", exact.stdout);
}

#[test]
fn every_command_of_a_withdrawn_flow_prints_one_notice() {
    let partner = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/partners/acme");
    let (dockerfile, key) = (format!("{partner}/Dockerfile"), format!("{partner}/deploy_key.pem"));
    for args in [
        &["tag", "1.0-1"][..],
        &["url", "https://github.com/acme/app.git"],
        &["key", &key],
        &["dockerfile", &dockerfile],
        &["check", partner],
        &["image", "docker.io/acme/app:1"],
    ] {
        let withdrawn = |args: &[&str]| {
            rekey(args)
                .stdout
                .lines()
                .filter(|line| line.contains("Red Hat withdrew the flow `build-service` in 2022"))
                .count()
        };
        assert_eq!(withdrawn(args), 1, "{args:?}");
        assert_eq!(withdrawn(&[args, &["--flow", "quay"]].concat()), 0, "{args:?}");
    }
    // Advice never refers to the closed registry without saying that it is closed.
    let advice = rekey(&["image", "docker.io/acme/app:1"]).stdout;
    assert!(advice.contains("since 2022-11-03, images are pushed to quay.io"), "{advice}");
}

#[test]
fn help_is_short_with_examples_and_names_the_common_options_once() {
    let command = |args: &[&str]| rekey(args).stdout;
    for name in [
        "check",
        "tag",
        "url",
        "key",
        "dockerfile",
        "image",
        "next",
        "latest",
        "init",
        "explain",
        "push-commands",
    ] {
        let (short, long) = (command(&[name, "-h"]), command(&[name, "--help"]));
        assert!(short.lines().count() <= 45 && short.contains("\nExamples:\n  "), "{name}:\n{short}");
        for text in [&short, &long] {
            assert_eq!(text.matches("--baseline").count(), 1, "{name}:\n{text}");
            assert!(text.contains("(`rekey --help` explains them)"), "{name}:\n{text}");
        }
    }
    for name in ["check", "dockerfile"] {
        let (short, long) = (command(&[name, "-h"]), command(&[name, "--help"]));
        assert!(!short.contains("--show-secrets") && long.contains("--show-secrets"), "{name}:\n{short}");
    }
    let (short, long) = (command(&["-h"]), command(&["--help"]));
    assert!(!short.contains("--write-baseline") && long.contains("--write-baseline"), "{long}");
}

#[test]
fn rule_ids_are_links_where_a_terminal_shows_them() {
    let run = |hyperlinks: bool| {
        let (mut input, mut output, mut errors) = (std::io::empty(), Vec::new(), Vec::new());
        let mut streams = rekey_cli::Streams::new(&mut input, &mut output, &mut errors);
        (streams.color, streams.hyperlinks) = (true, hyperlinks);
        rekey_cli::run_with(["rekey", "tag", "1.0"].map(Into::into), &mut streams);
        String::from_utf8(output).unwrap()
    };
    let page = rekey_core::rule("tag-missing-release").unwrap().docs();
    let link = format!("\u{1b}]8;;{page}\u{1b}\\tag-missing-release\u{1b}]8;;\u{1b}\\");
    assert!(run(true).contains(&link), "{:?}", run(true));
    assert!(!run(false).contains("\u{1b}]8;"), "{:?}", run(false));
}

#[test]
fn quiet_prints_nothing_without_findings() {
    assert_eq!(rekey(&["tag", "1.0-1", "--quiet"]).stdout, "");
    assert!(rekey(&["tag", "1.0", "-q"]).stdout.starts_with("error[tag-missing-release]"));
}

#[test]
fn rules_are_listed_and_explained() {
    let list = rekey(&["rules"]);
    for rule in rekey_core::rules() {
        assert!(list.stdout.contains(rule.id), "{}", rule.id);
        let run = rekey(&["explain", rule.id]);
        assert!(run.stdout.contains(rule.id) && run.status == 0, "{}", run.everything());
    }
    let json: serde_json::Value =
        serde_json::from_str(&rekey(&["rules", "--format", "json"]).stdout).unwrap();
    assert_eq!(json.as_array().unwrap().len(), rekey_core::rules().count());
    for check in rekey_core::preflight::Check::ALL {
        assert_eq!(rekey(&["explain", check.as_str()]).status, 0, "{check}");
    }
    assert!(rekey(&["explain", "tag-latst"]).stderr.contains("did you mean `tag-latest`?"));
}

#[test]
fn examples_of_a_rule_are_printed_with_what_makes_them_differ() {
    for rule in rekey_core::rules() {
        let text = rekey(&["explain", rule.id]).stdout;
        // The examples follow the URL of the page; each begins with the name of its verdict.
        let (_, examples) = text.split_once(&rule.docs()).unwrap();
        let examples: Vec<_> = examples.split("\n\n").map(|one| one.trim_matches('\n')).collect();
        let printed = |name: &str| -> Vec<&str> {
            let named = examples.iter().filter_map(|one| one.strip_prefix(&format!("{name:12}")));
            // Whitespace at the end of a line is invisible, so it makes no difference.
            named.map(|one| one.split("\nfixed ").next().unwrap_or_default().trim_end()).collect()
        };
        let (good, bad) = (printed("good"), printed("bad"));
        assert!(!bad.is_empty(), "{text}");
        assert!(good.iter().all(|one| !bad.contains(one)), "{text}");
    }
}

#[test]
fn completions_are_made_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(rekey(&["completions", shell]).stdout.contains("dockerfile"), "{shell}");
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    assert!(rekey(&["--help"]).stdout.contains("Exit codes"));
    assert!(rekey(&["--version"]).stdout.starts_with("rekey 0."));
    assert_eq!(rekey(&["tag", "--help"]).status, 0);
}

#[test]
fn folders_are_searched_for_dockerfiles() {
    let path = folder("folders_are_searched");
    for name in [
        "Dockerfile",
        "b/Containerfile",
        "a/Dockerfile.ubi",
        "a/app.Dockerfile",
        "README",
        "target/Dockerfile",
    ] {
        write(&path.join(name), "FROM scratch\n");
    }
    write(&path.join(".gitignore"), "target\n");
    let run = rekey(&["dockerfile", path.to_str().unwrap(), "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let names: Vec<_> =
        report["reports"].as_array().unwrap().iter().map(|one| one["source"].as_str().unwrap()).collect();
    let expected = ["Dockerfile", "a/Dockerfile.ubi", "a/app.Dockerfile", "b/Containerfile"];
    assert_eq!(names, expected.map(|name| path.join(name).to_str().unwrap().to_owned()));
}

#[test]
fn a_key_comes_from_a_file_or_standard_input() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/partners/acme/deploy_key.pem");
    let key = fs::read(path).unwrap();
    let body = String::from_utf8_lossy(&key).lines().nth(5).unwrap().to_owned();
    for run in [rekey(&["key", path]), reading(&["key", "-"], &key)] {
        assert_eq!(run.status, 0, "{}", run.everything());
        assert!(!run.stdout.contains(&body));
    }
}

#[test]
fn every_safe_fix_of_a_dockerfile_is_written() {
    use rekey_core::{Finding, Safety, Subject, apply_fixes, check_dockerfile};
    let path = folder("every_safe_fix").join("Dockerfile");
    let file = path.to_str().unwrap();
    for rule in rekey_core::rules().filter(|rule| rule.subject == Subject::Dockerfile) {
        for example in rule.examples.iter().filter(|example| example.given.is_empty()) {
            let target = rule.scope.example();
            let report = check_dockerfile(example.input, &target);
            let fixes = report.findings().filter_map(Finding::fix);
            let (expected, count) = apply_fixes(example.input.as_bytes(), fixes, Safety::Safe);
            write(&path, example.input);
            let (flow, kind) = (target.flow().as_str(), target.policy().as_str());
            let version = target.preflight_version().to_string();
            let given = ["--flow", flow, "--policy", kind, "--preflight-version", &version];
            let diff = rekey(&[&["dockerfile", file, "--diff"], &given[..]].concat());
            assert_eq!(diff.stdout.is_empty(), count == 0, "{}: {}", rule.id, diff.stdout);
            assert_eq!(
                fs::read(&path).unwrap(),
                example.input.as_bytes(),
                "{}: --diff changes nothing",
                rule.id
            );
            let fix = rekey(&[&["dockerfile", file, "--fix"], &given[..]].concat());
            assert_eq!(fs::read(&path).unwrap(), expected, "{}: {}", rule.id, fix.everything());
        }
    }
}

#[test]
fn the_rules_of_the_latest_version_apply_to_an_unknown_one() {
    let path = folder("unknown_preflight");
    let file = "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER 1001\n";
    write(&path.join("Dockerfile"), file);
    write(
        &path.join("rekey.toml"),
        "preflight-version = '1.211'\n[git]\nurl = 'https://github.com/acme/app.git'\n",
    );
    let (folder, dockerfile) = (path.to_str().unwrap(), path.join("Dockerfile"));
    let dockerfile = dockerfile.to_str().unwrap();
    let newest = rekey_core::PreflightVersion::default().to_string();
    for (args, version) in [
        (&["dockerfile", dockerfile, "--preflight-version", "9.9"][..], "9.9.0"),
        (&["tag", "1.0-1", "--preflight-version", "1.22.3"], "1.22.3"),
        (&["check", folder], "1.211.0"),
    ] {
        let run = rekey(args);
        let notice = format!("preflight {version} is not known");
        let text = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(&notice), "{args:?}: {}", run.everything());
        assert_eq!(text.matches(version).count(), 1, "{args:?}: {}", run.everything());
        assert!(text.contains(&format!("preflight {newest}")), "{args:?}: {}", run.everything());
        let json = rekey(&[args, &["--format", "json"]].concat()).stdout;
        let report: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(report["target"]["preflight_version"], *newest, "{args:?}");
        assert_eq!(report["target"]["unknown_preflight_version"], version, "{args:?}");
        assert!(rekey(&[args, &["--format", "markdown"]].concat()).stdout.contains(&notice), "{args:?}");
    }
    for version in ["1.21", "1.11.2", &newest] {
        let run = rekey(&["tag", "1.0-1", "--preflight-version", version]);
        assert!(
            run.status == 0 && !run.everything().contains("not known"),
            "{version}: {}",
            run.everything()
        );
    }
    for version in ["9", "1.21.0.1", "1.x", "v9.9", "1.22-rc1", "1.10", "99999.1"] {
        assert_eq!(rekey(&["tag", "1.0-1", "--preflight-version", version]).status, 2, "{version}");
    }
}
