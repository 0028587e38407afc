//! `rekey init`: its output is parsed and checked.

use std::{fs, path::Path};

use rekey_cli::{Streams, run_with};
use rekey_files::config::Config;

use crate::harness::{Run, folder, rekey, write};

const DOCKERFILE: &str = "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nUSER 1001\n";

fn checkout(name: &str, url: &str) -> std::path::PathBuf {
    let path = folder(name);
    write(&path.join(".git/config"), format!("[remote \"origin\"]\n\turl = {url}\n"));
    path
}

fn init(path: &Path, more: &[&str]) -> Run {
    rekey(&[&["init", path.to_str().unwrap()], more].concat())
}

#[track_caller]
fn read(path: &Path) -> (String, Config) {
    let text = fs::read_to_string(path.join("rekey.toml")).unwrap();
    let config = Config::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    (text, config)
}

/// Runs `rekey init` as on a terminal where a user types these lines.
fn answering(path: &Path, typed: &str) -> (i32, String) {
    let args = ["rekey", "init", path.to_str().unwrap()].map(Into::into);
    let (mut stdin, mut stdout, mut stderr) = (typed.as_bytes(), Vec::new(), Vec::new());
    let mut streams = Streams::new(&mut stdin, &mut stdout, &mut stderr);
    streams.answers = true;
    let status = run_with(args, &mut streams);
    (status, String::from_utf8([stdout, stderr].concat()).unwrap())
}

#[test]
fn found_inputs_are_written_and_missing_ones_become_comments() {
    let path = checkout("init_found", "https://github.com/acme/app.git");
    write(&path.join("Dockerfile"), DOCKERFILE);
    write(&path.join("agent/Containerfile"), DOCKERFILE);
    let run = init(&path, &[]);
    assert_eq!(run.status, 0, "{}", run.everything());
    assert!(run.stdout.contains("complete it, then `rekey check`"), "{}", run.stdout);
    let (text, config) = read(&path);
    assert_eq!(config.git.url.unwrap().text, "https://github.com/acme/app.git");
    let names: Vec<_> =
        config.images.iter().map(|image| image.name.as_ref().unwrap().text.as_str()).collect();
    assert_eq!(names, ["init_found", "agent"]);
    assert!(text.contains("\n# tag = \"1.0-1\"\n") && text.contains("\n# private = true "), "{text}");
    // Only the tags are missing.
    let check = rekey(&["check", path.to_str().unwrap()]);
    assert!(check.status == 1 && check.stdout.contains("submission-missing-tag"), "{}", check.everything());
}

#[test]
fn every_comment_is_a_valid_line() {
    let path = folder("init_comments");
    assert_eq!(init(&path, &[]).status, 0);
    let (text, _) = read(&path);
    let is_prose = |line: &&str| !line.contains(" = ") && !line.starts_with("# [");
    let all: Vec<_> = text.lines().filter(|line| !line.starts_with('#') || !is_prose(line)).collect();
    let all = all
        .iter()
        .map(|line| line.strip_prefix("# ").unwrap_or(line))
        .filter(|line| !line.starts_with("key-env"));
    let all: Vec<_> = all.collect();
    let config =
        Config::parse(all.join("\n").as_bytes()).unwrap_or_else(|why| panic!("{why:?}\n{}", all.join("\n")));
    assert!(config.git.key.is_some() && config.git.private == Some(true), "{text}");
    assert_eq!((config.images.len(), config.settings.overrides.len()), (1, 1), "{text}");
}

#[test]
fn flags_complete_it() {
    let path = folder("init_flags");
    write(&path.join("Dockerfile.server"), DOCKERFILE);
    let url = "https://github.com/acme/app.git";
    let run = init(&path, &["--url", url, "--public", "--tag", "1.0-1", "--policy", "root"]);
    assert!(run.stdout.contains("`rekey check` checks it"), "{}", run.everything());
    let (_, config) = read(&path);
    assert_eq!(config.images[0].tag.as_ref().unwrap().text, "1.0-1");
    assert_eq!(config.images[0].name.as_ref().unwrap().text, "server");
    assert_eq!(config.git.private, Some(false));
}

#[test]
fn a_user_at_a_terminal_is_asked() {
    let path = checkout("init_asked", "git@github.com:acme/app.git");
    write(&path.join("Dockerfile"), DOCKERFILE);
    let (status, said) = answering(&path, "quy\nbuild-service\n\nperhaps\nyes\nkeys/project.pem\n1.0-1\n");
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("expected a flow") && said.contains("expected `yes` or `no`"), "{said}");
    let (_, config) = read(&path);
    assert_eq!(config.git.url.unwrap().text, "git@github.com:acme/app.git");
    assert_eq!(config.git.key.unwrap().text, "keys/project.pem");
    assert_eq!(config.images[0].tag.as_ref().unwrap().text, "1.0-1");
}

#[test]
fn without_answers_nothing_is_filled_in() {
    let path = folder("init_unanswered");
    assert_eq!(answering(&path, "").0, 0);
    assert!(read(&path).1.git.url.is_none());
}

#[test]
fn an_existing_file_is_not_changed() {
    let path = folder("init_there");
    write(&path.join("rekey.toml"), "flow = 'quay'\n");
    let run = init(&path, &[]);
    assert!(run.status == 1 && run.stderr.contains("--force replaces it"), "{}", run.everything());
    assert_eq!(fs::read_to_string(path.join("rekey.toml")).unwrap(), "flow = 'quay'\n");
    assert_eq!(init(&path, &["--force", "--flow", "external"]).status, 0);
    assert_eq!(read(&path).1.settings.flow, Some(rekey_core::Flow::External));
}

#[test]
fn the_file_contains_no_secret() {
    let path = checkout("init_secret", "https://me:CANARY@github.com/acme/app.git");
    assert_eq!(init(&path, &[]).status, 0);
    assert!(!read(&path).0.contains("CANARY"));
    let token = checkout("init_token", "https://x-access-token:CANARY@github.com/acme/app.git");
    assert_eq!(init(&token, &[]).status, 0);
    assert_eq!(read(&token).1.git.url.unwrap().text, "https://github.com/acme/app.git");
    for (flag, value) in [
        ("--url", "https://me:CANARY@github.com/acme/app.git"),
        ("--key", "-----BEGIN RSA PRIVATE KEY-----\nCANARY\n-----END RSA PRIVATE KEY-----"),
    ] {
        let run = init(&path, &["--force", flag, value]);
        assert!(run.status > 0 && !run.everything().contains("CANARY"), "{}", run.everything());
        assert!(!read(&path).0.contains("CANARY"));
    }
}

#[test]
fn a_path_that_is_not_a_folder() {
    assert_eq!(rekey(&["init", "/nowhere"]).status, 2);
}

#[test]
fn a_manual_page_is_made_for_every_command() {
    let page = rekey(&["man"]).stdout;
    assert!(page.contains(".TH rekey 1") && page.contains("Exit codes"), "{page}");
    for command in ["check", "dockerfile", "init"] {
        let page = rekey(&["man", command]).stdout;
        assert!(page.contains(&format!(".TH rekey-{command} 1")), "{page}");
    }
    assert_eq!(rekey(&["man", "nothing"]).status, 2);
}
