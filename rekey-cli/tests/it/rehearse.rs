//! `rekey rehearse` against a git host on this machine: one good submission, and one for each cause of a failure.
#![cfg(unix)]

use std::{fs, net::TcpListener, process::Output};

use serde_json::Value;

use crate::{
    forge::{BASE, Forge, Submission, dockerfile, forge, git, run},
    harness::write,
};

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(output)))
}

#[test]
fn a_good_submission_is_green_and_shows_what_to_enter() {
    let Some(forge) = forge() else { return };
    let submission = Submission::good(forge, "good");
    let output = submission.rehearse(forge, &[]);
    let all = text(&output);
    assert_eq!(output.status.code(), Some(0), "{all}");
    for step in ["reach", "host", "key", "repository", "ref", "clone", "tree", "base", "build", "image"] {
        let is_ok = |line: &str| line.starts_with(step) && line.contains(" ok ");
        assert!(all.lines().any(is_ok), "{step}: {all}");
    }
    for part in ["Enter in the form:", &forge.url("good"), "deploy_key SHA256:", "1.0-1", "STEP 2/6"] {
        assert!(all.contains(part), "{part}: {all}");
    }
    let output = submission.rehearse(forge, &["--format", "json", "--quiet"]);
    let report = json(&output);
    let steps = report["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 10);
    assert!(steps.iter().all(|step| step["state"] == "ok"), "{steps:?}");
    assert!(output.stderr.is_empty(), "{}", text(&output));
    // Every check that the image decides has the result that the Dockerfile promised.
    let checks: Vec<_> = report["reports"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|one| one["forecast"].as_array().unwrap())
        .collect();
    let outcome = |name: &str| checks.iter().find(|row| row["check"] == name).unwrap()["outcome"].clone();
    for check in
        ["HasLicense", "HasRequiredLabel", "RunAsNonRoot", "HasModifiedFiles", "HasNoProhibitedPackages"]
    {
        assert_eq!(outcome(check), "pass", "{check}");
    }
}

#[test]
fn every_format_has_the_steps() {
    let Some(forge) = forge() else { return };
    let submission = Submission::good(forge, "formats");
    for (format, part) in [
        ("text", "repository"),
        ("concise", "rehearsal: repository: ok"),
        ("json", r#""name":"repository","state":"ok""#),
        ("sarif", r#""name":"repository","state":"ok""#),
        ("junit", r#"<testcase classname="rehearsal" name="repository"/>"#),
        ("markdown", "| repository | ok |"),
        ("github", "repository: ok"),
    ] {
        let output = submission.rehearse(forge, &["--until", "repository", "--format", format]);
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(out.contains(part), "{format}: {out}");
    }
}

/// A failing submission.
struct Case {
    name: &'static str,
    /// Changes a good submission, or makes another one.
    make: fn(&Forge, &str) -> Submission,
    args: &'static [&'static str],
    /// The rule that has to report it, with the marked line of its file, if any.
    rule: &'static str,
    line: Option<u64>,
    status: i32,
}

/// A submission that is stopped before anything is cloned, so it needs no commit.
fn at(forge: &Forge, name: &str, url: String) -> Submission {
    Submission::good(forge, name).with_url(url)
}

/// A good submission with other files, committed and pushed.
fn with_files(forge: &Forge, name: &str, files: &[(&str, &str)]) -> Submission {
    let submission = Submission::good(forge, name);
    for (path, text) in files {
        write(&submission.folder.join(path), text);
    }
    submission.commit_and_push();
    submission
}

fn with_line(line: &str) -> String {
    dockerfile().replace("RUN echo built > /opt/built", line)
}

fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A port whose server never answers, or answers in another protocol.
fn other_server(answer: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            drop(std::io::Write::write_all(&mut stream, answer));
            if answer.is_empty() {
                open.push(stream);
            }
        }
    });
    port
}

const CASES: &[Case] = &[
    Case {
        name: "unknown-host",
        make: |f, n| at(f, n, "ssh://git@git.acme.invalid/acme/app.git".into()),
        args: &[],
        rule: "rehearsal-unknown-host",
        line: Some(2),
        status: 3,
    },
    Case {
        name: "https-unknown-host",
        make: |f, n| at(f, n, "https://git.acme.invalid/acme/app.git".into()),
        args: &[],
        rule: "rehearsal-unknown-host",
        line: Some(2),
        status: 3,
    },
    Case {
        name: "closed-port",
        make: |f, n| at(f, n, f.url_at(closed_port(), "app")),
        args: &[],
        rule: "rehearsal-closed-port",
        line: Some(2),
        status: 3,
    },
    Case {
        name: "https-closed-port",
        make: |f, n| at(f, n, format!("https://localhost:{}/acme/app.git", closed_port())),
        args: &[],
        rule: "rehearsal-closed-port",
        line: Some(2),
        status: 3,
    },
    Case {
        name: "timeout",
        make: |f, n| at(f, n, f.url_at(other_server(b""), "app")),
        args: &["--timeout", "1"],
        rule: "rehearsal-timeout",
        line: Some(2),
        status: 3,
    },
    Case {
        name: "not-ssh",
        make: |f, n| at(f, n, f.url_at(other_server(b"HTTP/1.0 400 Bad\r\n\r\n"), "app")),
        args: &[],
        rule: "rehearsal-network-error",
        line: Some(2),
        status: 3,
    },
    Case {
        name: "proxy",
        make: |f, n| {
            at(f, n, f.https_url("acme/app.git"))
                .with_variable("https_proxy", format!("http://127.0.0.1:{}", closed_port()))
        },
        args: &[],
        rule: "rehearsal-proxy-error",
        line: Some(2),
        status: 3,
    },
    Case {
        name: "certificate",
        make: |f, n| at(f, n, format!("https://localhost:{}/acme/{n}.git", f.self_made)),
        args: &[],
        rule: "rehearsal-untrusted-certificate",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "no-tls",
        make: |f, n| {
            at(f, n, format!("https://localhost:{}/acme/app.git", other_server(b"HTTP/1.0 400 Bad\r\n\r\n")))
        },
        args: &[],
        rule: "rehearsal-no-tls",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "redirect",
        make: |f, n| at(f, n, f.https_url(&format!("moved/{n}.git"))),
        args: &["--until", "ref", "--fail-on", "warning"],
        rule: "rehearsal-redirect",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "redirect-host",
        make: |f, n| at(f, n, f.https_url(&format!("elsewhere/{n}.git"))),
        args: &["--until", "ref", "--fail-on", "warning"],
        rule: "rehearsal-redirect",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "redirect-http",
        make: |f, n| at(f, n, f.https_url("plain/app.git")),
        args: &[],
        rule: "rehearsal-unusable-redirect",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "redirect-login",
        make: |f, n| at(f, n, f.https_url("login/app.git")),
        args: &[],
        rule: "rehearsal-unusable-redirect",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "page",
        make: |f, n| at(f, n, f.https_url("page/app.git")),
        args: &[],
        rule: "rehearsal-not-git",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "busy",
        make: |f, n| at(f, n, f.https_url("429/app.git")),
        args: &[],
        rule: "rehearsal-host-busy",
        line: Some(2),
        status: 3,
    },
    Case {
        name: "forbidden",
        make: |f, n| at(f, n, f.https_url("403/app.git")),
        args: &[],
        rule: "rehearsal-http-error",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "private-https",
        make: |f, n| at(f, n, f.https_url("401/app.git")),
        args: &[],
        rule: "rehearsal-repository-not-found",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "absent-https",
        make: |f, n| at(f, n, f.https_url("acme/absent.git")),
        args: &[],
        rule: "rehearsal-repository-not-found",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "unknown-host-key",
        make: Submission::good,
        args: &["--host-key", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
        rule: "rehearsal-changed-host-key",
        line: Some(2),
        status: 3,
    },
    Case {
        name: "old-host-key",
        make: |f, n| at(f, n, f.url_at(f.old_host_key, n)),
        args: &[],
        rule: "rehearsal-outdated-algorithms",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "old-exchange",
        make: |f, n| at(f, n, f.url_at(f.old_exchange, n)),
        args: &[],
        rule: "rehearsal-outdated-algorithms",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "key-rejected",
        make: |f, n| Submission::good(f, n).with_key(f, "stranger"),
        args: &[],
        rule: "rehearsal-key-rejected",
        line: None,
        status: 1,
    },
    Case {
        name: "key-can-push",
        make: |f, n| Submission::good(f, n).with_key(f, "push"),
        args: &["--until", "ref", "--fail-on", "warning"],
        rule: "rehearsal-key-can-push",
        line: None,
        status: 1,
    },
    Case {
        name: "absent",
        make: |f, n| at(f, n, f.url("absent-ssh")),
        args: &[],
        rule: "rehearsal-repository-not-found",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "no-right",
        make: |f, n| Submission::good(f, n).with_key(f, "other"),
        args: &[],
        rule: "rehearsal-repository-not-found",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "suspended",
        make: |f, n| at(f, n, f.url("suspended")),
        args: &[],
        rule: "rehearsal-host-message",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "empty",
        make: Submission::empty,
        args: &[],
        rule: "rehearsal-empty-repository",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "missing-branch",
        make: Submission::good,
        args: &["--branch", "release"],
        rule: "rehearsal-missing-branch",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "no-default-branch",
        make: |f, n| {
            let submission = Submission::good(f, n);
            let bare = f.folder.join(format!("repositories/acme/{n}.git"));
            run(git(&bare).args(["symbolic-ref", "HEAD", "refs/heads/gone"]));
            submission
        },
        args: &[],
        rule: "rehearsal-missing-branch",
        line: Some(2),
        status: 1,
    },
    Case {
        name: "no-dockerfile",
        make: |f, n| Submission::good(f, n).with_lines("dockerfile = \"build/Containerfile\"\n"),
        args: &[],
        rule: "rehearsal-dockerfile-not-committed",
        line: None,
        status: 1,
    },
    Case {
        name: "not-committed",
        make: |f, n| {
            let submission = Submission::empty(f, n);
            write(&submission.folder.join("README.md"), "An app.\n");
            submission.commit_and_push();
            write(&submission.folder.join("Dockerfile"), dockerfile());
            submission
        },
        args: &[],
        rule: "rehearsal-dockerfile-not-committed",
        line: None,
        status: 1,
    },
    Case {
        name: "case",
        make: |f, n| {
            let submission = Submission::good(f, n);
            run(git(&submission.folder).args(["mv", "Dockerfile", "dockerfile"]));
            submission.commit_and_push();
            write(&submission.folder.join("Dockerfile"), dockerfile());
            submission
        },
        args: &[],
        rule: "rehearsal-dockerfile-case",
        line: None,
        status: 1,
    },
    Case {
        name: "link",
        make: |f, n| {
            let submission = Submission::good(f, n);
            run(git(&submission.folder).args(["mv", "Dockerfile", "Containerfile"]));
            std::os::unix::fs::symlink("Containerfile", submission.folder.join("Dockerfile")).unwrap();
            submission.commit_and_push();
            submission
        },
        args: &["--no-build", "--fail-on", "warning"],
        rule: "rehearsal-dockerfile-link",
        line: None,
        status: 1,
    },
    Case {
        name: "in-submodule",
        make: |f, n| {
            let submission = with_submodule(f, n, "lib");
            submission.with_lines("dockerfile = \"lib/Dockerfile\"\n")
        },
        args: &[],
        rule: "rehearsal-dockerfile-in-submodule",
        line: None,
        status: 1,
    },
    Case {
        name: "changed-dockerfile",
        make: |f, n| {
            let submission = Submission::good(f, n);
            write(&submission.folder.join("Dockerfile"), with_line("RUN true"));
            submission
        },
        args: &["--no-build", "--fail-on", "warning"],
        rule: "rehearsal-dockerfile-changed",
        line: None,
        status: 1,
    },
    Case {
        name: "not-pushed",
        make: |f, n| {
            let submission = Submission::good(f, n);
            write(&submission.folder.join("README.md"), "An app.\n");
            submission.commit();
            submission
        },
        args: &["--no-build", "--fail-on", "warning"],
        rule: "rehearsal-commits-not-pushed",
        line: None,
        status: 1,
    },
    Case {
        name: "source-ignored",
        make: |f, n| {
            let submission = with_files(
                f,
                n,
                &[("Dockerfile", &with_line("COPY bin/tool /opt/tool")), (".gitignore", "bin/\n")],
            );
            write(&submission.folder.join("bin/tool"), "a tool\n");
            submission
        },
        args: &["--no-build"],
        rule: "rehearsal-source-ignored",
        line: Some(6),
        status: 1,
    },
    Case {
        name: "source-untracked",
        make: |f, n| {
            let submission = with_files(f, n, &[("Dockerfile", &with_line("COPY tool /opt/tool"))]);
            write(&submission.folder.join("tool"), "a tool\n");
            submission
        },
        args: &["--no-build"],
        rule: "rehearsal-source-untracked",
        line: Some(6),
        status: 1,
    },
    Case {
        name: "source-changed",
        make: |f, n| {
            let submission = Submission::good(f, n);
            write(&submission.folder.join("app"), "another app\n");
            submission
        },
        args: &["--no-build", "--fail-on", "warning"],
        rule: "rehearsal-source-changed",
        line: Some(5),
        status: 1,
    },
    Case {
        name: "source-not-pushed",
        make: |f, n| {
            let submission = with_files(f, n, &[("Dockerfile", &with_line("COPY tool /opt/tool"))]);
            write(&submission.folder.join("tool"), "a tool\n");
            submission.commit();
            submission
        },
        args: &["--no-build"],
        rule: "rehearsal-source-not-pushed",
        line: Some(6),
        status: 1,
    },
    Case {
        name: "source-lfs",
        make: |f, n| with_files(f, n, &[("app", POINTER)]),
        args: &["--no-build"],
        rule: "rehearsal-source-lfs-pointer",
        line: Some(5),
        status: 1,
    },
    Case {
        name: "source-submodule",
        make: |f, n| {
            let submission = with_submodule(f, n, "lib");
            write(&submission.folder.join("Dockerfile"), with_line("COPY lib /opt/lib"));
            submission.commit_and_push();
            submission
        },
        args: &["--no-build"],
        rule: "rehearsal-source-submodule",
        line: Some(6),
        status: 1,
    },
    Case {
        name: "submodule",
        make: |f, n| with_submodule(f, n, "lib"),
        args: &["--no-build", "--fail-on", "warning"],
        rule: "rehearsal-submodule-unreachable",
        line: None,
        status: 1,
    },
    Case {
        name: "git-folder",
        make: |f, n| with_files(f, n, &[("Dockerfile", &with_line("COPY .git /opt/git"))]),
        args: &["--no-build", "--fail-on", "warning"],
        rule: "rehearsal-source-git-folder",
        line: Some(6),
        status: 1,
    },
    Case {
        name: "swallowed",
        make: |f, n| with_files(f, n, &[(".dockerignore", "app\n")]),
        args: &["--no-build"],
        rule: "dockerfile-missing-source",
        line: Some(5),
        status: 1,
    },
    Case {
        name: "absent-source",
        make: |f, n| with_files(f, n, &[("Dockerfile", &with_line("COPY nothing /opt/x"))]),
        args: &["--no-build"],
        rule: "dockerfile-missing-source",
        line: Some(6),
        status: 1,
    },
    Case {
        name: "base",
        make: |f, n| {
            with_files(f, n, &[("Dockerfile", &dockerfile().replace(BASE, "registry.acme.invalid/base:1"))])
        },
        args: &[],
        rule: "rehearsal-base-unreachable",
        line: Some(1),
        status: 3,
    },
    Case {
        name: "run-fails",
        make: |f, n| with_files(f, n, &[("Dockerfile", &with_line("RUN echo why; exit 7"))]),
        args: &[],
        rule: "rehearsal-build-failed",
        line: Some(6),
        status: 1,
    },
    Case {
        name: "copy-fails",
        make: |f, n| with_files(f, n, &[("Dockerfile", &with_line("COPY nothing* /opt/x/"))]),
        args: &[],
        rule: "rehearsal-build-failed",
        line: Some(6),
        status: 1,
    },
    Case {
        name: "build-timeout",
        make: |f, n| with_files(f, n, &[("Dockerfile", &with_line("RUN sleep 300"))]),
        args: &["--timeout", "4"],
        rule: "rehearsal-build-timeout",
        line: Some(6),
        status: 3,
    },
    Case {
        name: "no-git",
        make: |f, n| {
            Submission::good(f, n).with_variable("PATH", path_of(f, n, &["ssh", "ssh-keygen", "sh"]))
        },
        args: &[],
        rule: "rehearsal-missing-program",
        line: Some(2),
        status: 3,
    },
    Case {
        name: "no-engine",
        make: |f, n| {
            Submission::good(f, n).with_variable("PATH", path_of(f, n, &["git", "ssh", "ssh-keygen", "sh"]))
        },
        args: &[],
        rule: "rehearsal-missing-engine",
        line: None,
        status: 3,
    },
    Case {
        name: "image-differs",
        make: |f, n| with_files(f, n, &[("Dockerfile", &with_line("RUN rm -f /licenses/L*"))]),
        args: &[],
        rule: "image-missing-license",
        line: None,
        status: 1,
    },
];

/// A folder with links to some programs, as the only one in the path.
fn path_of(forge: &Forge, name: &str, programs: &[&str]) -> String {
    let folder = crate::harness::folder(&format!("path_{name}"));
    for program in programs {
        std::os::unix::fs::symlink(crate::forge::program(program).unwrap(), folder.join(program)).unwrap();
    }
    assert!(forge.ssh > 0);
    folder.display().to_string()
}

const POINTER: &str = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

/// A submission with a submodule that the key may not read.
fn with_submodule(forge: &Forge, name: &str, path: &str) -> Submission {
    let submission = Submission::good(forge, name);
    let commit = run(git(&submission.folder).args(["rev-parse", "HEAD"]));
    let entry = format!("160000,{},{path}", commit.trim());
    run(git(&submission.folder).args(["update-index", "--add", "--cacheinfo", &entry]));
    fs::create_dir_all(submission.folder.join(path)).unwrap();
    let text = format!("[submodule \"{path}\"]\n\tpath = {path}\n\turl = ../absent-library.git\n");
    write(&submission.folder.join(".gitmodules"), text);
    run(git(&submission.folder).args(["add", ".gitmodules"]));
    run(git(&submission.folder).args(["commit", "--quiet", "-m", "Add a submodule"]));
    submission.push();
    submission
}

#[test]
fn every_cause_has_its_rule_and_place() {
    let Some(forge) = forge() else { return };
    forge.base();
    let only = std::env::var("REKEY_CASE").ok();
    let wanted: Vec<_> =
        CASES.iter().filter(|case| only.as_deref().is_none_or(|only| only == case.name)).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let wrong = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(case) = wanted.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    wrong.lock().unwrap().extend(difference(forge, case));
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), wanted.len(), wrong.join("\n\n"));
    assert!(only.is_some() || wanted.len() >= 45);
}

fn difference(forge: &Forge, case: &Case) -> Option<String> {
    let submission = (case.make)(forge, &format!("case-{}", case.name));
    let args: Vec<_> = case.args.iter().copied().chain(["--format", "json"]).collect();
    let output = submission.rehearse(forge, &args);
    if output.stdout.is_empty() {
        return Some(format!("{}: {}", case.name, text(&output)));
    }
    let report = json(&output);
    let findings: Vec<&Value> =
        report["reports"].as_array()?.iter().flat_map(|one| one["findings"].as_array().unwrap()).collect();
    let found = findings.iter().find(|finding| finding["rule"] == case.rule);
    let shown = || {
        let rules: Vec<_> = findings
            .iter()
            .map(|finding| format!("{} {} {}", finding["rule"], finding["line"], finding["message"]))
            .collect();
        format!("{}: {:?}\n  {}\n  {}", case.name, output.status.code(), rules.join("\n  "), report["steps"])
    };
    let Some(found) = found else { return Some(format!("no {}: {}", case.rule, shown())) };
    if found["line"].as_u64() != case.line {
        return Some(format!("line {} instead of {:?}: {}", found["line"], case.line, shown()));
    }
    (output.status.code() != Some(case.status)).then(|| format!("not status {}: {}", case.status, shown()))
}

#[test]
fn the_files_of_known_hosts_are_read_also_if_hashed() {
    let Some(forge) = forge() else { return };
    let submission = Submission::good(forge, "known_hosts");
    let args = ["--until", "ref", "--format", "json", "--host-key", ""];
    let args: Vec<_> = args.iter().copied().filter(|arg| *arg != "--host-key").collect();
    let command = |lines: &str| {
        let home = submission.folder.with_extension("home");
        write(&home.join(".ssh/known_hosts"), lines);
        let arguments = submission.arguments(forge, &args);
        let without: Vec<_> = arguments.iter().take_while(|arg| *arg != "--host-key").cloned().collect();
        let rest = arguments.iter().skip_while(|arg| *arg != "--host-key").skip(2).cloned();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rekey"));
        let output =
            command.args(without.into_iter().chain(rest)).envs(submission.variables(forge)).output().unwrap();
        json(&output)
    };
    let public = fs::read_to_string(forge.folder.join("host.pub")).unwrap();
    let state = |report: &Value, step: usize| report["steps"][step]["state"].as_str().unwrap().to_owned();
    let rules = |report: &Value| report.to_string();
    // Not known: the fingerprint is shown.
    let report = command("");
    assert_eq!(state(&report, 1), "blocked", "{report}");
    assert!(
        rules(&report).contains("rehearsal-unknown-host-key") && rules(&report).contains(&forge.host_key)
    );
    // Known.
    let line = format!("[127.0.0.1]:{} {public}", forge.ssh);
    assert_eq!(state(&command(&line), 4), "ok");
    // Hashed.
    let file = submission.folder.with_extension("hashed");
    write(&file, &line);
    run(std::process::Command::new("ssh-keygen").args(["-q", "-H", "-f"]).arg(&file));
    let hashed = fs::read_to_string(&file).unwrap();
    assert!(hashed.starts_with("|1|"), "{hashed}");
    assert_eq!(state(&command(&hashed), 4), "ok");
    // Changed.
    let other = fs::read_to_string(forge.folder.join("old_host.pub")).unwrap();
    let report = command(&format!("[127.0.0.1]:{} {other}", forge.ssh));
    assert_eq!(state(&report, 1), "blocked", "{report}");
}

#[test]
fn a_check_can_reach_the_repository() {
    let Some(forge) = forge() else { return };
    let submission = Submission::good(forge, "check_reach");
    submission.arguments(forge, &[]);
    let folder = submission.folder.display().to_string();
    let args = [
        "check",
        &folder,
        "--reach",
        "--ignore",
        "git-url-private-host",
        "--format",
        "json",
        "--host-key",
        &forge.host_key,
    ];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rekey"));
    let output = command.args(args).envs(submission.variables(forge)).output().unwrap();
    let report = json(&output);
    assert_eq!((output.status.code(), report["steps"].as_array().unwrap().len()), (Some(0), 5), "{report}");
}

#[test]
fn what_is_kept_has_no_key() {
    let Some(forge) = forge() else { return };
    let submission = Submission::good(forge, "kept");
    let output = submission.command(forge, &["--keep"]).output().unwrap();
    let all = text(&output);
    assert!(all.contains("kept the clone and the image in"), "{all}");
    let kept = fs::read_dir(submission.temporary()).unwrap().next().unwrap().unwrap().path();
    assert!(kept.join("source/Dockerfile").is_file() && kept.join("image.tar").is_file());
    assert!(!kept.join("key").exists());
    fs::remove_dir_all(submission.temporary()).unwrap();
}

/// The commands in the help of a finding.
fn commands_of(output: &Output, rule: &str) -> Vec<String> {
    let report = json(output);
    let all =
        report["reports"].as_array().unwrap().iter().flat_map(|one| one["findings"].as_array().unwrap());
    let finding = all.into_iter().find(|finding| finding["rule"] == rule);
    let help = finding.unwrap_or_else(|| panic!("no {rule}: {report}"))["help"].as_str().unwrap().to_owned();
    let commands = help.split('`').skip(1).step_by(2).filter(|text| text.contains(' '));
    commands.map(str::to_owned).collect()
}

fn paste(command: &str, folder: &std::path::Path) -> String {
    let rekey = std::path::Path::new(env!("CARGO_BIN_EXE_rekey")).parent().unwrap();
    let path = format!("{}:{}", rekey.display(), std::env::var("PATH").unwrap());
    run(std::process::Command::new("sh").args(["-c", command]).current_dir(folder).env("PATH", path))
}

#[test]
fn the_commands_in_help_texts_work() {
    let Some(forge) = forge() else { return };
    let submission = Submission::good(forge, "help_key").with_key(forge, "stranger");
    let output = submission.rehearse(forge, &["--until", "ref", "--format", "json"]);
    let commands = commands_of(&output, "rehearsal-key-rejected");
    let public = paste(&commands[0], &submission.folder);
    let expected = fs::read_to_string(forge.folder.join("stranger.pub")).unwrap();
    assert_eq!(public.split_whitespace().nth(1), expected.split_whitespace().nth(1), "{commands:?}");

    let submission = with_files(
        forge,
        "help_ignored",
        &[("Dockerfile", &with_line("COPY tool /opt/tool")), (".gitignore", "tool\n")],
    );
    write(&submission.folder.join("tool"), "a tool\n");
    let args = ["--no-build", "--format", "json"];
    let output = submission.rehearse(forge, &args);
    let commands = commands_of(&output, "rehearsal-source-ignored");
    paste(&commands[0].replace("FILE", "tool"), &submission.folder);
    submission.commit();
    let output = submission.rehearse(forge, &args);
    let commands = commands_of(&output, "rehearsal-source-not-pushed");
    run(git(&submission.folder).args(["config", "push.default", "current"]));
    run(git(&submission.folder).args(["config", "protocol.file.allow", "always"]));
    paste(&commands[0], &submission.folder);
    let output = submission.rehearse(forge, &args);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}
