//! The files of the commit.

use super::{Context, Entry, Judge, quoted};
use crate::{
    finding::{Findings, Source},
    rehearsal::{LocalFile, LocalState, StepName, TreeKind},
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
};

pub(super) static DOCKERFILE_NOT_COMMITTED: Entry = Entry {
    rule: Rule {
        id: "rehearsal-dockerfile-not-committed",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "Dockerfile is not in the commit",
        why: "A service builds what is pushed. The file may exist only on your machine, in another folder or on another branch.",
        help: "Add, commit and push the file, or correct its path in the form.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git-ls-tree" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "README.md", "size": 9}]}}"#)]),
            Example::bad("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "build/Dockerfile", "size": 9}]}}"#)]),
            Example::good("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, dockerfile_not_committed),
};

fn dockerfile_not_committed(context: &Context<'_>, findings: &mut Findings) {
    let Some(tree) = context.tree() else { return };
    let path = &tree.dockerfile;
    let lower = path.to_lowercase();
    let is_near = tree.files.iter().any(|file| file.path.to_lowercase() == lower);
    let in_submodule = tree.files.iter().any(|file| {
        file.kind == TreeKind::Submodule
            && path.strip_prefix(file.path.as_str()).is_some_and(|rest| rest.starts_with('/'))
    });
    if is_near || in_submodule || tree.too_large || tree.files.is_empty() {
        return;
    }
    let draft = findings.report(format!("`{}` is not in the commit", quoted(path)));
    let name = path.rsplit('/').next().unwrap_or(path);
    let same_name = |other: &&str| other.rsplit('/').next() == Some(name);
    let found = tree.files.iter().map(|file| file.path.as_str()).find(same_name);
    if let Some(other) = found {
        draft.help(format!(
            "The commit has `{}`: correct the path in the form, or move the file.",
            quoted(other)
        ));
    } else if let Some(local) = tree.local.iter().find(|local| local.path == *path) {
        explain(draft, local);
    }
}

pub(super) static DOCKERFILE_CASE: Entry = Entry {
    rule: Rule {
        id: "rehearsal-dockerfile-case",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "path of the Dockerfile differs in case from the file in the commit",
        why: "Linux tells uppercase from lowercase in names of files, macOS and Windows usually do not. So the build works on your machine and fails at a service.",
        help: "Write the path as in the commit, or rename the file with `git mv`.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git-config, \"core.ignoreCase\"" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "dockerfile", "size": 9}]}}"#)]),
            Example::bad("").given(&[("facts", r#"{"tree": {"dockerfile": "build/Dockerfile", "files": [{"path": "Build/Dockerfile", "size": 9}]}}"#)]),
            Example::good("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, dockerfile_case),
};

fn dockerfile_case(context: &Context<'_>, findings: &mut Findings) {
    let Some(tree) = context.tree() else { return };
    let path = &tree.dockerfile;
    let lower = path.to_lowercase();
    if tree.files.iter().any(|file| file.path == *path) {
        return;
    }
    if let Some(near) = tree.files.iter().find(|file| file.path.to_lowercase() == lower) {
        let (path, near) = (quoted(path), quoted(&near.path));
        findings.report(format!("the commit has `{near}` and not `{path}`"));
    }
}

pub(super) static DOCKERFILE_LINK: Entry = Entry {
    rule: Rule {
        id: "rehearsal-dockerfile-link",
        subject: Subject::Rehearsal,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "Dockerfile is a symbolic link",
        why: "A service that reads the file through the host's API gets the path that the link contains, and not the file.",
        help: "Commit the file itself under the name in the form, or enter the name of the file that the link points to.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git-ls-tree, mode 120000" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "kind": "link", "size": 9}]}}"#)]),
            Example::good("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, dockerfile_link),
};

fn dockerfile_link(context: &Context<'_>, findings: &mut Findings) {
    let Some(tree) = context.tree() else { return };
    if tree.file(&tree.dockerfile).is_some_and(|file| file.kind == TreeKind::Link) {
        findings.report(format!("`{}` is a symbolic link in the commit", quoted(&tree.dockerfile)));
    }
}

pub(super) static DOCKERFILE_IN_SUBMODULE: Entry = Entry {
    rule: Rule {
        id: "rehearsal-dockerfile-in-submodule",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "Dockerfile is in a submodule",
        why: "A clone contains only the number of a submodule's commit. It is not known that a service fetches submodules, and your key may not open them.",
        help: "Move the Dockerfile into the repository itself, or submit the submodule's repository.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git-clone, \"--recurse-submodules\"" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"tree": {"dockerfile": "lib/Dockerfile", "files": [{"path": "lib", "kind": "submodule", "size": 9}]}}"#)]),
            Example::good("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, dockerfile_in_submodule),
};

fn dockerfile_in_submodule(context: &Context<'_>, findings: &mut Findings) {
    let Some(tree) = context.tree() else { return };
    let path = &tree.dockerfile;
    let mut submodules = tree.files.iter().filter(|file| file.kind == TreeKind::Submodule);
    let above = submodules.find(|file| {
        path.strip_prefix(file.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    if let Some(submodule) = above {
        let (path, submodule) = (quoted(path), quoted(&submodule.path));
        findings.report(format!("`{path}` is in the submodule `{submodule}`"));
    }
}

pub(super) static DOCKERFILE_CHANGED: Entry = Entry {
    rule: Rule {
        id: "rehearsal-dockerfile-changed",
        subject: Subject::Rehearsal,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "Dockerfile here differs from the one in the pushed commit",
        why: "A service builds the pushed file. What you see in your checkout is another one.",
        help: "Commit and push the change.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git-status" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}], "local": [{"path": "Dockerfile", "state": "changed"}]}}"#)]),
            Example::bad("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}], "local": [{"path": "Dockerfile", "state": "not-pushed"}]}}"#)]),
            Example::good("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, dockerfile_changed),
};

fn dockerfile_changed(context: &Context<'_>, findings: &mut Findings) {
    let Some(tree) = context.tree() else { return };
    let path = &tree.dockerfile;
    let local = tree.local.iter().find(|local| local.path == *path);
    if tree.file(path).is_none() {
        return;
    }
    let Some(local) = local else { return };
    let how = match local.state {
        LocalState::NotPushed => "is committed here and not pushed",
        _ => "is changed here and not committed",
    };
    findings.report(format!("`{}` {how}: a service builds the pushed one", quoted(path)));
}

pub(super) static COMMITS_NOT_PUSHED: Entry = Entry {
    rule: Rule {
        id: "rehearsal-commits-not-pushed",
        subject: Subject::Rehearsal,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "local branch has commits that are not pushed",
        why: "A service clones what the host has. Your latest commits are not in it.",
        help: "Run `git push`.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git-rev-list, \"--left-right\"" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}], "commits_not_pushed": 2}}"#)]),
            Example::good("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, commits_not_pushed),
};

fn commits_not_pushed(context: &Context<'_>, findings: &mut Findings) {
    let count = context.tree().map_or(0, |tree| tree.commits_not_pushed);
    if count > 0 {
        let what = if count == 1 { "1 commit is".to_owned() } else { format!("{count} commits are") };
        findings.report(format!("{what} not pushed: a service does not see them"));
    }
}

pub(super) static SOURCE_IGNORED: Entry = Entry {
    rule: Rule {
        id: "rehearsal-source-ignored",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "file to copy is ignored by git",
        why: "The file is in your folder, and so the build works there. Git ignores it, and so the clone of a service lacks it.",
        help: "Build the file in a stage of the Dockerfile, or add it with `git add --force FILE`.",
        basis: Basis::Upstream { source: "git-scm.com/docs/gitignore" },
        examples: &[
            Example::bad("FROM scratch\nCOPY app /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}], "local": [{"path": "app", "state": "ignored", "pattern": [".gitignore:1", "app"]}]}}"#)]),
            Example::good("FROM scratch\nCOPY app /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "app", "size": 9}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, source_ignored),
};

fn source_ignored(context: &Context<'_>, findings: &mut Findings) {
    report_local(context, findings, LocalState::Ignored, "is ignored by git, so the commit lacks it");
}

pub(super) static SOURCE_UNTRACKED: Entry = Entry {
    rule: Rule {
        id: "rehearsal-source-untracked",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "file to copy was never added to git",
        why: "The file is only in your folder. The clone of a service lacks it.",
        help: "Add, commit and push the file.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git-status, \"Untracked files\"" },
        examples: &[
            Example::bad("FROM scratch\nCOPY app /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}], "local": [{"path": "app", "state": "untracked"}]}}"#)]),
            Example::good("FROM scratch\nCOPY app /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "app", "size": 9}]}}"#)]),
            Example::good("FROM scratch\nCOPY other /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "other", "size": 9}], "local": [{"path": "app", "state": "untracked"}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, source_untracked),
};

fn source_untracked(context: &Context<'_>, findings: &mut Findings) {
    report_local(context, findings, LocalState::Untracked, "was never added to git, so the commit lacks it");
}

pub(super) static SOURCE_CHANGED: Entry = Entry {
    rule: Rule {
        id: "rehearsal-source-changed",
        subject: Subject::Rehearsal,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "file to copy differs from the one in the commit",
        why: "Your folder has a newer version than the commit, so a service builds another image than you do.",
        help: "Commit and push the change.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git-status" },
        examples: &[
            Example::bad("FROM scratch\nCOPY app /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "app", "size": 9}], "local": [{"path": "app", "state": "changed"}]}}"#)]),
            Example::good("FROM scratch\nCOPY app /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "app", "size": 9}]}}"#)]),
            Example::good("FROM scratch\nCOPY other /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "app", "size": 9}, {"path": "other", "size": 9}], "local": [{"path": "app", "state": "changed"}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, source_changed),
};

fn source_changed(context: &Context<'_>, findings: &mut Findings) {
    report_local(
        context,
        findings,
        LocalState::Changed,
        "is changed here and not committed, so a service copies another version",
    );
}

pub(super) static SOURCE_NOT_PUSHED: Entry = Entry {
    rule: Rule {
        id: "rehearsal-source-not-pushed",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "file to copy is committed and not pushed",
        why: "The file or its latest version is in a commit that the host does not have.",
        help: "Run `git push`.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git-push" },
        examples: &[
            Example::bad("FROM scratch\nCOPY app /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}], "local": [{"path": "app", "state": "not-pushed"}]}}"#)]),
            Example::good("FROM scratch\nCOPY app /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "app", "size": 9}]}}"#)]),
            Example::good("FROM scratch\nCOPY other /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "other", "size": 9}], "local": [{"path": "app", "state": "not-pushed"}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, source_not_pushed),
};

fn source_not_pushed(context: &Context<'_>, findings: &mut Findings) {
    report_local(
        context,
        findings,
        LocalState::NotPushed,
        "is committed here and not pushed, so a service does not see it",
    );
}

pub(super) static SOURCE_LFS_POINTER: Entry = Entry {
    rule: Rule {
        id: "rehearsal-source-lfs-pointer",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "file to copy is a pointer of git LFS",
        why: "The repository contains a text of three lines in place of the file. Without git-lfs, a build copies that text into the image. It is not known that a service has git-lfs, and a deploy key may not open its storage.",
        help: "Keep the file in the repository itself, or download it in the Dockerfile and check its digest.",
        basis: Basis::Upstream { source: "github.com/git-lfs/git-lfs docs/spec.md" },
        examples: &[
            Example::bad("FROM scratch\nCOPY app /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "app", "kind": "lfs-pointer", "size": 9}]}}"#)]),
            Example::bad("FROM scratch\nCOPY data /data\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "data/model.bin", "kind": "lfs-pointer", "size": 9}]}}"#)]),
            Example::good("FROM scratch\nCOPY app /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "app", "size": 9}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, source_lfs_pointer),
};

fn source_lfs_pointer(context: &Context<'_>, findings: &mut Findings) {
    let Some(tree) = context.tree() else { return };
    for (span, source, path) in context.copied() {
        let mut pointers =
            tree.files.iter().filter(|file| file.kind == TreeKind::LfsPointer && is_below(&file.path, &path));
        if let Some(first) = pointers.next() {
            let others = pointers.count();
            let more = if others == 0 { String::new() } else { format!(" and {others} more") };
            let (source, file) = (quoted(source), quoted(&first.path));
            let message = if *first.path == path {
                format!("`{source}` is a pointer of git LFS, not the file itself")
            } else {
                format!("`{source}` contains pointers of git LFS, not files: `{file}`{more}")
            };
            findings.report(message).at(span);
        }
    }
}

pub(super) static SOURCE_SUBMODULE: Entry = Entry {
    rule: Rule {
        id: "rehearsal-source-submodule",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "folder to copy is a submodule",
        why: "A clone without submodules has an empty folder in its place. It is not known that a service fetches submodules.",
        help: "Copy the files into the repository, or fetch them in the Dockerfile.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git-clone, \"--recurse-submodules\"" },
        examples: &[
            Example::bad("FROM scratch\nCOPY lib /lib\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "lib", "kind": "submodule", "size": 9}]}}"#)]),
            Example::bad("FROM scratch\nCOPY lib/a.c /\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "lib", "kind": "submodule", "size": 9}]}}"#)]),
            Example::good("FROM scratch\nCOPY app /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "app", "size": 9}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, source_submodule),
};

fn source_submodule(context: &Context<'_>, findings: &mut Findings) {
    let Some(tree) = context.tree() else { return };
    for (span, source, path) in context.copied() {
        let mut submodules = tree.files.iter().filter(|file| file.kind == TreeKind::Submodule);
        // A folder that contains submodules besides other files is not certainly wrong.
        if let Some(submodule) = submodules.find(|file| is_below(&path, &file.path)) {
            let (source, submodule) = (quoted(source), quoted(&submodule.path));
            findings
                .report(format!("`{source}` is in the submodule `{submodule}`, which a clone leaves empty"))
                .at(span);
        }
    }
}

pub(super) static SOURCE_GIT_FOLDER: Entry = Entry {
    rule: Rule {
        id: "rehearsal-source-git-folder",
        subject: Subject::Rehearsal,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "`.git` is copied into the image",
        why: "A build from a git URL has no `.git` folder, and so the same Dockerfile works in a folder and fails at a service.",
        help: "Pass what you need from it, such as the commit, as a build argument.",
        basis: Basis::Upstream { source: "docs.docker.com/build/concepts/context, \"Git repositories\"; docker/build-push-action issue 513" },
        examples: &[
            Example::bad("FROM scratch\nCOPY .git /src/.git\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}]}}"#)]),
            Example::good("FROM scratch\nCOPY app /app\n").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "app", "size": 9}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, source_git_folder),
};

fn source_git_folder(context: &Context<'_>, findings: &mut Findings) {
    if context.tree().is_none() {
        return;
    }
    for (span, source, path) in context.copied() {
        if path == ".git" || path.starts_with(".git/") {
            findings.report(format!("`{}` is not there in a build from a git URL", quoted(source))).at(span);
        }
    }
}

pub(super) static SUBMODULE_UNREACHABLE: Entry = Entry {
    rule: Rule {
        id: "rehearsal-submodule-unreachable",
        subject: Subject::Rehearsal,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "submodule cannot be reached with the key",
        why: "A deploy key opens one repository only. If a service fetches submodules, its clone fails at this one.",
        help: "Copy the files into the repository, or make the submodule's repository public and use its HTTPS URL.",
        basis: Basis::Upstream { source: "docs.github.com, \"Managing deploy keys\"" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "lib", "kind": "submodule", "size": 9}], "submodules": [{"path": "lib", "url": "../lib.git", "reachable": false, "message": "ERROR: Repository not found."}]}}"#)]),
            Example::good("").given(&[("facts", r#"{"tree": {"dockerfile": "Dockerfile", "files": [{"path": "Dockerfile", "size": 9}, {"path": "lib", "kind": "submodule", "size": 9}], "submodules": [{"path": "lib", "url": "../lib.git", "reachable": true}]}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Tree, submodule_unreachable),
};

fn submodule_unreachable(context: &Context<'_>, findings: &mut Findings) {
    let submodules = context.tree().into_iter().flat_map(|tree| &tree.submodules);
    for submodule in submodules.filter(|submodule| submodule.reachable == Some(false)) {
        let (path, message) = (quoted(&submodule.path), quoted(&submodule.message));
        findings.report(format!("the submodule `{path}` cannot be reached with this key: `{message}`"));
    }
}

/// Reports the sources of `COPY` that are in that state here.
fn report_local(context: &Context<'_>, findings: &mut Findings, state: LocalState, how: &str) {
    let Some(tree) = context.tree() else { return };
    for (span, source, path) in context.copied() {
        let mut locals =
            tree.local.iter().filter(|local| local.state == state && is_below(&local.path, &path));
        let Some(first) = locals.next() else { continue };
        let others = locals.count();
        // A folder may be copied without its ignored and new files, if the commit has others in it.
        let is_whole = first.path == path || !tree.files.iter().any(|file| is_below(&file.path, &path));
        if matches!(state, LocalState::Ignored | LocalState::Untracked) && !is_whole {
            continue;
        }
        let message = if first.path == path {
            format!("`{}` {how}", quoted(source))
        } else {
            let more = if others == 0 { String::new() } else { format!(" and {others} more") };
            format!("`{}`{more} in `{}` {how}", quoted(&first.path), quoted(source))
        };
        let draft = findings.report(message);
        draft.at(span);
        if let Some((place, pattern)) = &first.pattern {
            let file = place.rsplit_once(':').map_or(place.as_str(), |(file, _)| file);
            let message =
                format!("line {} ignores it: `{}`", place.rsplit(':').next().unwrap_or("?"), quoted(pattern));
            draft.elsewhere(Source::file(file), message);
        }
    }
}

/// Adds the state of a local file to a finding.
fn explain(draft: &mut crate::finding::Draft, local: &LocalFile) {
    let how = match local.state {
        LocalState::Ignored => "ignored by git",
        LocalState::Untracked => "not added to git",
        LocalState::Changed => "not committed",
        LocalState::NotPushed => "not pushed",
    };
    draft.help(format!("The file is here and {how}: add, commit and push it."));
}

/// Returns true if a path is another one or below it.
fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
