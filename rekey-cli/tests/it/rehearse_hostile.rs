//! Hostile repositories and checkouts: nothing of them runs before the build, and nothing outside of the private folder is opened
//! for writing. `strace` is the witness.
#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    forge::{Forge, Submission, dockerfile, forge, git, program, run},
    harness::write,
    skip,
};

/// The programs that a rehearsal may run before the build.
const ALLOWED: &[&str] =
    &["rekey", "git", "ssh", "ssh-keygen", "sh", "dash", "bash", "git-remote-https", "git-remote-http"];

/// Something hostile.
struct Attack {
    name: &'static str,
    /// Adds it to a good submission; the command would create the file that is named.
    add: fn(&Submission, &Forge, &str),
}

/// Adds an entry with any name to the commit, which git's own commands would not add.
fn push_tree(submission: &Submission, entries: &[(&str, &str, &str)]) {
    let folder = &submission.folder;
    let mut list = run(git(folder).args(["ls-tree", "HEAD"]));
    for (mode, name, content) in entries {
        let file = folder.with_extension("object");
        write(&file, content);
        let object = run(git(folder).args(["hash-object", "-w", "--no-filters"]).arg(&file));
        let kind = if *mode == "040000" { "tree" } else { "blob" };
        let id = if *mode == "040000" { (*content).to_owned() } else { object.trim().to_owned() };
        list.extend([*mode, " ", kind, " ", &id, "\t", name, "\n"]);
    }
    let input = folder.with_extension("tree");
    write(&input, &list);
    let tree = run(git(folder).arg("mktree").stdin(fs::File::open(input).unwrap()));
    let commit = run(git(folder).args(["commit-tree", "-m", "A commit", tree.trim()]));
    run(git(folder).args([
        "push",
        "--quiet",
        "--force",
        "origin",
        &format!("{}:refs/heads/main", commit.trim()),
    ]));
}

/// A tree with one executable file.
fn tree_with(submission: &Submission, name: &str, content: &str) -> String {
    let folder = &submission.folder;
    let file = folder.with_extension("object");
    write(&file, content);
    let object = run(git(folder).args(["hash-object", "-w"]).arg(&file));
    let input = folder.with_extension("tree");
    write(&input, format!("100755 blob {}\t{name}\n", object.trim()));
    run(git(folder).arg("mktree").stdin(fs::File::open(input).unwrap())).trim().to_owned()
}

fn push_files(submission: &Submission, files: &[(&str, &str)]) {
    for (path, text) in files {
        write(&submission.folder.join(path), text);
    }
    submission.commit_and_push();
}

fn submodule(submission: &Submission, url: &str) {
    let commit = run(git(&submission.folder).args(["rev-parse", "HEAD"]));
    let entry = format!("160000,{},lib", commit.trim());
    run(git(&submission.folder).args(["update-index", "--add", "--cacheinfo", &entry]));
    write(
        &submission.folder.join(".gitmodules"),
        format!("[submodule \"lib\"]\n\tpath = lib\n\turl = {url}\n\tupdate = !touch evil\n"),
    );
    run(git(&submission.folder).args(["add", ".gitmodules"]));
    run(git(&submission.folder).args(["commit", "--quiet", "-m", "A submodule"]));
    submission.push();
}

/// Lines of the checkout's own configuration.
fn configure(submission: &Submission, lines: &[(&str, String)]) {
    for (name, value) in lines {
        run(git(&submission.folder).args(["config", name, value]));
    }
}

const ATTACKS: &[Attack] = &[
    Attack {
        name: "hooks",
        add: |s, _, evil| {
            push_files(
                s,
                &[
                    ("hooks/post-checkout", evil),
                    (".githooks/post-checkout", evil),
                    (".gitconfig", "[core]\n\thooksPath = .githooks\n"),
                ],
            );
        },
    },
    Attack {
        name: "filter",
        add: |s, _, evil| {
            push_files(
                s,
                &[
                    (".gitattributes", "* filter=evil diff=evil merge=evil\n"),
                    (".gitconfig", &format!("[filter \"evil\"]\n\tsmudge = {evil}\n\tprocess = {evil}\n")),
                ],
            );
        },
    },
    Attack {
        name: "lfs",
        add: |s, _, evil| {
            push_files(
                s,
                &[
                    (".gitattributes", "* filter=lfs\n"),
                    (
                        ".lfsconfig",
                        &format!(
                            "[lfs]\n\turl = https://127.0.0.1:1/\n[lfs \"customtransfer.x\"]\n\tpath = {evil}\n"
                        ),
                    ),
                ],
            );
        },
    },
    Attack {
        name: "attributes",
        add: |s, _, _| {
            let text = "* ident export-subst working-tree-encoding=UTF-16 eol=crlf\napp text -text\n";
            push_tree(s, &[("100644", ".gitattributes", text)]);
        },
    },
    Attack { name: "submodule-ext", add: |s, _, evil| submodule(s, &format!("ext::{evil}")) },
    Attack { name: "submodule-option", add: |s, _, evil| submodule(s, &format!("--upload-pack={evil}")) },
    Attack {
        name: "submodule-proxy",
        add: |s, _, evil| submodule(s, &format!("ssh://-oProxyCommand={evil}/x")),
    },
    Attack {
        name: "submodule-file",
        add: |s, f, _| {
            submodule(s, &format!("file://{}", f.folder.join("repositories/acme/good.git").display()));
        },
    },
    Attack { name: "submodule-other-host", add: |s, _, _| submodule(s, "git@git.acme.invalid:x/y.git") },
    Attack {
        name: "dockerfile-link",
        add: |s, _, _| {
            fs::remove_file(s.folder.join("Dockerfile")).unwrap();
            symlink("/etc/passwd", s.folder.join("Dockerfile")).unwrap();
            s.commit_and_push();
        },
    },
    Attack {
        name: "link-out",
        add: |s, _, _| {
            symlink("/etc", s.folder.join("out")).unwrap();
            symlink("out/passwd", s.folder.join("again")).unwrap();
            push_files(s, &[("Dockerfile", &dockerfile().replace("COPY app", "COPY out/passwd"))]);
        },
    },
    Attack {
        name: "ignore-link",
        add: |s, _, _| {
            symlink("/dev/zero", s.folder.join(".dockerignore")).unwrap();
            s.commit_and_push();
        },
    },
    Attack {
        name: "git-folder",
        add: |s, _, evil| {
            let hooks = tree_with(s, "post-checkout", evil);
            push_tree(s, &[("040000", ".git", &hooks)]);
        },
    },
    Attack {
        name: "git-folder-case",
        add: |s, _, evil| {
            let hooks = tree_with(s, "post-checkout", evil);
            push_tree(s, &[("040000", ".GIT", &hooks), ("040000", "git~1", &hooks)]);
        },
    },
    Attack { name: "dot-dot", add: |s, _, evil| push_tree(s, &[("100755", "..", evil)]) },
    Attack { name: "modules-link", add: |s, _, _| push_tree(s, &[("120000", ".gitmodules", "/etc/passwd")]) },
    Attack {
        name: "control-characters",
        add: |s, _, _| {
            push_files(
                s,
                &[
                    ("a\u{1b}[31mb\u{7}", "x"),
                    ("c\nd", "x"),
                    ("-rf", "x"),
                    ("--upload-pack=x", "x"),
                    ("e\u{202e}f", "x"),
                ],
            );
        },
    },
    Attack {
        name: "branch-name",
        add: |s, f, _| {
            let bare = f.folder.join(format!("repositories/acme/{}.git", s.name));
            run(git(&bare).args(["update-ref", "refs/heads/--upload-pack=x", "refs/heads/main"]));
            run(git(&bare).args(["symbolic-ref", "HEAD", "refs/heads/--upload-pack=x"]));
        },
    },
    Attack {
        name: "large",
        add: |s, _, _| {
            write(&s.folder.join("large"), vec![0; 32 << 20]);
            s.commit_and_push();
        },
    },
    Attack {
        name: "many",
        add: |s, _, _| {
            (0..3000).for_each(|number| write(&s.folder.join(format!("many/{}/{number}", number % 50)), "x"));
            s.commit_and_push();
        },
    },
    // The user's own checkout.
    Attack {
        name: "checkout-config",
        add: |s, _, evil| {
            push_files(s, &[(".gitattributes", "* filter=evil\n")]);
            let evil = evil.to_owned();
            configure(
                s,
                &[
                    ("core.fsmonitor", evil.clone()),
                    ("core.sshCommand", evil.clone()),
                    ("core.pager", evil.clone()),
                    ("core.editor", evil.clone()),
                    ("filter.evil.clean", evil.clone()),
                    ("filter.evil.smudge", evil.clone()),
                    ("filter.evil.process", evil.clone()),
                    ("credential.helper", format!("!{evil}")),
                    ("diff.external", evil.clone()),
                    ("pager.rev-list", evil.clone()),
                    ("pager.ls-files", evil.clone()),
                    ("alias.ls-files", format!("!{evil}")),
                    ("core.hooksPath", "hooks".to_owned()),
                    ("gpg.program", evil.clone()),
                    ("core.gitProxy", evil.clone()),
                    ("core.alternateRefsCommand", evil.clone()),
                    ("uploadpack.packObjectsHook", evil),
                ],
            );
            write(&s.folder.join("app"), "changed\n");
        },
    },
    Attack {
        name: "checkout-promisor",
        add: |s, _, evil| {
            let evil = evil.to_owned();
            configure(
                s,
                &[
                    ("extensions.partialClone", "origin".to_owned()),
                    ("remote.origin.promisor", "true".to_owned()),
                    ("remote.origin.url", format!("ext::{evil}")),
                    ("remote.origin.uploadpack", evil.clone()),
                    ("core.sshCommand", evil),
                    ("core.repositoryFormatVersion", "1".to_owned()),
                    ("protocol.ext.allow", "always".to_owned()),
                ],
            );
            write(&s.folder.join("app"), "changed\n");
        },
    },
];

#[test]
fn nothing_of_a_hostile_repository_runs() {
    let Some(forge) = forge() else { return };
    if program("strace").is_none() {
        assert!(std::env::var_os("CI").is_none(), "strace is missing");
        return skip::lacks_program("strace");
    }
    forge.base();
    let only = std::env::var("REKEY_CASE").ok();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let wrong = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(attack) = ATTACKS.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    if only.as_deref().is_none_or(|only| only == attack.name) {
                        wrong.lock().unwrap().extend(witness(forge, attack));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ATTACKS.len() >= 20);
}

/// Rehearses a hostile submission below strace, and returns what was wrong.
fn witness(forge: &Forge, attack: &Attack) -> Vec<String> {
    let submission = Submission::good(forge, &format!("hostile-{}", attack.name));
    let marker = submission.folder.with_extension("evil");
    let script = submission.folder.with_extension("sh");
    drop(fs::remove_file(&marker));
    write(&script, format!("#!/bin/sh\ntouch {}\n", marker.display()));
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    (attack.add)(&submission, forge, &script.display().to_string());
    // What the setup itself ran does not count.
    drop(fs::remove_file(&marker));
    let trace = submission.folder.with_extension("trace");
    let mut command = Command::new("strace");
    command.args(["-f", "-y", "-qq", "-s", "4096", "-o"]).arg(&trace);
    command.args(["-e", "trace=execve,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat"]);
    command.arg(env!("CARGO_BIN_EXE_rekey")).args(submission.arguments(forge, &["--no-build"]));
    let output = command.envs(submission.variables(forge)).output().unwrap();
    let mut wrong = Vec::new();
    let mut add = |what: String| wrong.push(format!("{}: {what}", attack.name));
    if marker.exists() {
        add("the command ran".to_owned());
    }
    let shown = [&output.stdout[..], &output.stderr].concat();
    if shown.contains(&0x1b) || shown.contains(&7) {
        add("control characters are printed".to_owned());
    }
    if !output.status.code().is_some_and(|code| matches!(code, 0 | 1 | 3)) {
        add(format!("{:?}: {}", output.status, String::from_utf8_lossy(&shown)));
    }
    if fs::read_dir(submission.temporary()).unwrap().next().is_some() {
        add("something is left".to_owned());
    }
    let trace = fs::read_to_string(trace).unwrap();
    let (mut programs, mut writes) = (0, 0);
    for line in trace.lines().filter(|line| line.contains(" = 0") || !line.contains("execve")) {
        if let Some(path) = line.split_once("execve(\"").and_then(|(_, rest)| rest.split_once('"')) {
            programs += 1;
            let name = Path::new(path.0).file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !ALLOWED.contains(&name.as_str()) {
                add(format!("ran {}", path.0));
            }
        } else if let Some(path) = written(line) {
            writes += 1;
            // Git runs in the private folder; a call with a handle shows the folder of the handle.
            let folder = line.split_once(['<']).and_then(|(_, rest)| Some(rest.split_once('>')?.0));
            let folder = folder.filter(|folder| folder.starts_with('/') && !path.is_absolute());
            let place = folder.map_or(submission.temporary(), PathBuf::from).join(&path);
            let allowed = ["/dev/null", "/dev/tty", "/proc/self"];
            if !place.starts_with(submission.temporary()) && !allowed.iter().any(|one| place.starts_with(one))
            {
                add(format!("wrote {}", path.display()));
            }
            if path.components().any(|part| part == std::path::Component::ParentDir) {
                add(format!("left a folder: {}", path.display()));
            }
        }
    }
    if programs < 8 || writes < 8 {
        add(format!("strace saw only {programs} programs and {writes} writes"));
    }
    if attack.name == "checkout-config" {
        // The attack is real: plain git runs the command.
        let status = Command::new("git").arg("-C").arg(&submission.folder).arg("status").output();
        if status.is_err() || !marker.exists() {
            add("plain git does not run the command either".to_owned());
        }
    }
    wrong
}

/// The path that a system call opens for writing or changes, if it succeeds.
fn written(line: &str) -> Option<PathBuf> {
    if line.contains(" = -1 ") || line.contains("resumed>") {
        return None;
    }
    let is_open = line.contains("open(") || line.contains("openat(");
    let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].iter().any(|flag| line.contains(flag));
    if is_open && !writes || line.contains("execve(") {
        return None;
    }
    // The last quoted path is the one that is made or changed.
    let parts: Vec<_> = line.split('"').collect();
    parts.get(parts.len().checked_sub(2)?).map(PathBuf::from)
}
