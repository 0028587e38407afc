//! Inputs found in a checkout.

use std::path::Path;

use rekey_files::submission::{LoadError, LoadedSubmission};

use crate::{folder, write};

/// The names of the inputs that were found rather than given.
#[track_caller]
fn found(path: &Path) -> Vec<String> {
    let loaded = LoadedSubmission::from_path(path).unwrap();
    loaded.found().iter().map(|source| source.name().to_owned()).collect()
}

/// The git URL that is found.
#[track_caller]
fn url(path: &Path) -> Option<String> {
    let loaded = LoadedSubmission::from_path(path).unwrap();
    let submission = loaded.submission();
    assert!(submission.git.url.is_none() || submission.git.found);
    submission.git.url.map(|url| String::from_utf8(url.bytes().to_vec()).unwrap())
}

fn remote(name: &str, url: &str) -> String {
    format!("[remote \"{name}\"]\n\turl = {url}\n\tfetch = +refs/heads/*:refs/remotes/{name}/*\n")
}

#[test]
fn a_bare_checkout_is_read_and_marked_found() {
    let path = folder("a_bare_checkout");
    write(&path.join("Dockerfile"), "FROM scratch\n");
    write(&path.join(".git/config"), remote("origin", "https://github.com/acme/app"));
    let names = [".git/config", "Dockerfile"].map(|name| path.join(name).to_str().unwrap().to_owned());
    assert_eq!(found(&path), names);
    assert_eq!(url(&path).as_deref(), Some("https://github.com/acme/app"));
}

#[test]
fn a_containerfile_is_found_if_there_is_no_dockerfile() {
    let path = folder("a_containerfile_is_found");
    write(&path.join("Containerfile"), "FROM scratch\n");
    assert_eq!(found(&path), [path.join("Containerfile").to_str().unwrap()]);
}

#[test]
fn origin_is_preferred_and_an_only_remote_is_used() {
    let path = folder("origin_is_preferred");
    let config = path.join(".git/config");
    write(&config, remote("fork", "https://h/fork") + &remote("origin", "https://h/origin"));
    assert_eq!(url(&path).as_deref(), Some("https://h/origin"));
    write(&config, remote("fork", "https://h/fork"));
    assert_eq!(url(&path).as_deref(), Some("https://h/fork"));
    write(&config, remote("a", "https://h/a") + &remote("b", "https://h/b"));
    assert!(matches!(LoadedSubmission::from_path(&path), Err(LoadError::Nothing { .. })));
}

#[test]
fn worktrees_are_followed_and_parents_are_not_searched() {
    let path = folder("worktrees_are_followed");
    write(&path.join("main/.git/config"), remote("origin", "https://h/p"));
    write(&path.join("main/.git/worktrees/tree/commondir"), "../..\n");
    let dot_git = path.join("tree/.git");
    write(&path.join("main/.git/worktrees/tree/gitdir"), format!("{}\n", dot_git.display()));
    write(&path.join("tree/.git"), format!("gitdir: {}\n", path.join("main/.git/worktrees/tree").display()));
    assert_eq!(url(&path.join("tree")).as_deref(), Some("https://h/p"));
    write(&path.join("main/below/Dockerfile"), "FROM scratch\n");
    assert_eq!(url(&path.join("main/below")), None);
}

#[test]
fn a_submodule_is_followed() {
    let path = folder("a_submodule");
    let config = "[core]\n\trepositoryformatversion = 0\n\tworktree = ../../../lib/part\n";
    write(&path.join(".git/modules/part/config"), config.to_owned() + &remote("origin", "https://h/part"));
    write(&path.join("lib/part/.git"), "gitdir: ../../.git/modules/part\n");
    assert_eq!(url(&path.join("lib/part")).as_deref(), Some("https://h/part"));
}

#[test]
fn a_repository_that_names_another_work_tree_is_not_read() {
    let path = folder("another_work_tree");
    let admin = path.join("main/.git/worktrees/tree");
    write(&path.join("main/.git/config"), remote("origin", "https://h/CANARY"));
    write(&admin.join("commondir"), "../..\n");
    write(&admin.join("gitdir"), path.join("mine/.git").display().to_string());
    write(&path.join("mine/.git"), "gitdir: ../main/.git/worktrees/tree\n");
    assert_eq!(url(&path.join("mine")).as_deref(), Some("https://h/CANARY"));
    // git folders of another checkout, of a clone, and a fake one below the checkout itself.
    for gitdir in ["../main/.git/worktrees/tree", "../main/.git", "../main", "inside"] {
        write(&path.join("theirs/.git"), format!("gitdir: {gitdir}\n"));
        write(&path.join("theirs/inside/commondir"), "../../main/.git\n");
        let error = LoadedSubmission::from_path(path.join("theirs")).unwrap_err();
        assert!(matches!(&error, LoadError::Read(error) if error.name.contains(".git")), "{gitdir}: {error}");
        assert!(!error.to_string().contains("CANARY"), "{gitdir}: {error}");
    }
}

#[test]
fn a_ci_jobs_token_is_removed_with_a_notice() {
    let path = folder("a_ci_jobs_token");
    write(
        &path.join(".git/config"),
        remote("origin", "https://gitlab-ci-token:CANARY@gitlab.com/acme/app.git"),
    );
    let loaded = LoadedSubmission::from_path(&path).unwrap();
    assert!(matches!(loaded.notices(), [notice] if notice.contains("token of `gitlab-ci-token`")));
    assert!(!loaded.notices()[0].contains("CANARY"));
    assert_eq!(url(&path).as_deref(), Some("https://gitlab.com/acme/app.git"));
}

#[test]
fn given_inputs_are_not_searched_for() {
    let path = folder("what_is_given");
    write(&path.join(".git/config"), remote("origin", "https://h/found"));
    write(&path.join("rekey.toml"), "[git]\nurl = 'https://h/given'\n");
    let loaded = LoadedSubmission::from_path(&path).unwrap();
    let git = loaded.submission().git;
    assert_eq!((git.url.unwrap().bytes(), git.found), (&b"https://h/given"[..], false));
}

#[test]
fn loading_is_strict_by_default() {
    let path = folder("loading_is_strict");
    write(&path.join("rekey.toml"), "[git]\nkey = 'nokey'\n[[image]]\ntag = '1.0-1'\n");
    assert!(matches!(LoadedSubmission::from_path(&path), Err(LoadError::Read(_))));
    assert_eq!(LoadedSubmission::load(&path).unwrap().unread().len(), 1);
}

#[test]
fn debug_output_contains_no_secret() {
    let path = folder("debug_output");
    write(&path.join("rekey.toml"), "[git]\nurl = 'https://u:CANARY@h/p'\nkey = 'k'\n");
    write(&path.join("k"), "-----BEGIN RSA PRIVATE KEY-----\nCANARY\n");
    let loaded = LoadedSubmission::from_path(&path).unwrap();
    assert!(!format!("{loaded:?} {:?}", loaded.submission()).contains("CANARY"));
}
