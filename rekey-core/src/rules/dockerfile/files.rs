//! Files of the build context and of the base image.

use super::{Context, Entry};
use crate::{
    dockerfile::{Arguments, Base, EntryKind, Fact, Heredoc, Keyword, build_context::Found, shell::Command},
    facts::{
        base_files::{SYSTEM, in_image, is_likely},
        effects::{self, Effect},
        licenses::is_remote,
    },
    finding::Findings,
    mask::Quoted,
    preflight,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source,
    severity::Severity,
    target::Policy,
};

pub(super) static MISSING_SOURCE: Entry = Entry {
    rule: Rule {
        id: "dockerfile-missing-source",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "source of `COPY` or `ADD` is not in the build context",
        why: "The build stops if a file to copy does not exist or is excluded by `.dockerignore`.",
        help: "Add the file to the build context, correct its path, or stop excluding it in `.dockerignore`.",
        basis: Basis::Upstream {
            source: "docs.docker.com/reference/dockerfile, \"COPY\"; docs.docker.com/build/concepts/context",
        },
        examples: &[
            Example::bad("FROM scratch\nCOPY app /app\n").given(&[("context", "bin/app=1")]),
            Example::good("FROM scratch\nCOPY bin/app /app\n").given(&[("context", "bin/app=1")]),
            Example::good("FROM scratch\nCOPY ap* /app\n").given(&[("context", "bin/app=1")]),
            Example::good("FROM scratch\nCOPY app /app\n"),
            Example::good("FROM scratch\nADD https://example.com/app /app\n")
                .given(&[("context", "bin/app=1")]),
        ],
    },
    check: missing_source,
};

fn missing_source(context: &Context<'_>, findings: &mut Findings) {
    let Some(view) = context.folder else { return };
    for (at, _, instruction) in context.steps() {
        let Arguments::Copy { sources, .. } = &instruction.arguments else { continue };
        let from_context = instruction.flag("from").is_none();
        let copies = matches!(instruction.keyword, Keyword::Copy | Keyword::Add) && from_context;
        for word in sources.iter().filter(|_| copies) {
            // Heredocs are in the order of their openers.
            let opener = |heredoc: &Heredoc<'_>| heredoc.opener;
            let heredoc = instruction.heredocs.binary_search_by_key(&word.span, opener).is_ok();
            let Fact::Known(source) = context.file.expand(at, word) else { continue };
            // A wildcard may match nothing.
            if heredoc || is_remote(&source) || source.contains(['*', '?', '[', '\\']) {
                continue;
            }
            match view.find(&source) {
                Found::Missing => {
                    findings.report(format!("`{source}` is not in the build context")).at(word.span);
                }
                Found::Ignored => {
                    findings.report(format!("`{source}` is excluded by `.dockerignore`")).at(word.span);
                }
                Found::Entry(_) => {}
            }
        }
    }
}

pub(super) static FILES_CHANGED: Entry = Entry {
    rule: Rule {
        id: "dockerfile-files-changed",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS
            .under(&[Policy::Container, Policy::Root, Policy::Konflux])
            .of_checks(&[preflight::Check::HasModifiedFiles]),
        summary: "files of Red Hat's packages may be changed",
        why: "Preflight compares each file of a Red Hat package with the layer below. A file that is removed, or gets \
              another owner, mode or content, without a new package fails the image.",
        help: "Change only your own files, in a directory of their own such as `/opt/app`.",
        basis: Basis::Inferred {
            source: "internal/policy/container/has_modified_files.go of openshift-preflight 1.21.0",
        },
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9\nRUN chown -R 1001:0 /usr\n"),
            Example::bad("FROM registry.access.redhat.com/ubi9\nRUN chmod -vR g=u /opt/app /usr/lib64/\n"),
            Example::good(
                "FROM registry.access.redhat.com/ubi9\nRUN chown -R 1001:0 /opt/app /var /etc/app\n",
            ),
            Example::good("FROM registry.access.redhat.com/ubi9\nRUN chmod -R g=u /usr/local/app\n"),
            Example::good("FROM registry.access.redhat.com/ubi9\nRUN chmod u-s /usr/bin/su\n"),
            Example::bad(
                "FROM registry.access.redhat.com/ubi9\nRUN microdnf upgrade -y && rm -f /usr/bin/curl\n",
            ),
            Example::bad(
                "FROM registry.access.redhat.com/ubi9\nRUN mv /usr/bin/python3 /usr/bin/python3.orig\n",
            ),
            Example::bad(
                "FROM registry.access.redhat.com/ubi9\nRUN sed -i s/a/b/ /usr/share/zoneinfo/zone.tab\n",
            ),
            Example::bad("FROM registry.access.redhat.com/ubi9\nRUN strip /usr/lib64/*.so\n"),
            Example::bad("FROM registry.access.redhat.com/ubi9\nRUN echo x > /usr/bin/ldd\n"),
            Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY mybash /usr/bin/bash\n"),
            Example::bad(
                "FROM registry.access.redhat.com/ubi9\nCOPY --from=acme/x /usr/share/zoneinfo /usr/share/zoneinfo\n",
            ),
            Example::good(
                "FROM registry.access.redhat.com/ubi9\nCOPY app /usr/bin/\nRUN chmod 755 /usr/bin/app\n",
            ),
            Example::good(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal\nRUN ln -sf python3.11 /usr/bin/python3\n",
            ),
            Example::good("FROM registry.access.redhat.com/ubi9\nRUN setcap cap_net_raw+ep /usr/bin/curl\n"),
            Example::good("FROM debian:12\nRUN rm -f /usr/bin/curl\n"),
        ],
    },
    check: files_changed,
};

fn files_changed(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() {
        return;
    }
    for command in context.commands {
        changed_by_folder(command, findings);
        if context.is_on_red_hat() {
            changed_by_name(context, command, findings);
        }
    }
    for (at, _, instruction) in context.steps().filter(|_| context.is_on_red_hat()) {
        let Arguments::Copy { sources, destination } = &instruction.arguments else { continue };
        let copies = matches!(instruction.keyword, Keyword::Copy | Keyword::Add);
        let Fact::Known(place) = context.file.expand_path(at, destination) else { continue };
        let Some(place) = in_image(&place).filter(|_| copies) else { continue };
        let within = |source: &str| {
            let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            format!("{place}/{name}")
        };
        let sources = sources.iter().map(|word| within(&word.text()));
        if let Some(path) =
            std::iter::once(place.clone()).chain(sources).find(|path| is_likely(path, context.base.as_ref()))
        {
            let message = format!("`{}` may change `/{path}` of Red Hat's packages", instruction.keyword);
            findings.report(message).at(destination.span);
        }
    }
}

/// Reports `chown -R` and similar commands on a system folder.
fn changed_by_folder(command: &Command<'_>, findings: &mut Findings) {
    if !matches!(command.program(), "chown" | "chmod" | "chgrp") {
        return;
    }
    let recursive = command.arguments().iter().any(|word| {
        let letters = word.text.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
        letters.is_some_and(|letters| letters.contains('R')) || word.text == "--recursive"
    });
    for word in command.arguments().iter().filter(|_| recursive) {
        let folder = in_image(word.text.trim_end_matches('*')).filter(|folder| SYSTEM.contains(&&**folder));
        if let Some(folder) = folder {
            let message =
                format!("`{} -R` also changes Red Hat's files below `/{folder}`", command.program());
            findings.report(message).at(word.place());
        }
    }
}

/// Reports changes to a file by name that base images usually contain, and removals of a system folder.
fn changed_by_name(context: &Context<'_>, command: &Command<'_>, findings: &mut Findings) {
    let mut last = None;
    for change in effects::changes(command) {
        let place = change.word.place();
        let Some(path) = in_image(change.path()).filter(|_| last != Some(place)) else { continue };
        let is_certain = || context.base_files.changed.iter().any(|(_, certain)| *certain == place);
        let folder = path.trim_end_matches('*').trim_end_matches('/');
        let is_tree = change.effect == Effect::RemovedTree && SYSTEM.contains(&folder);
        if (is_tree || is_likely(&path, context.base.as_ref())) && !is_certain() {
            let message = format!("`{}` may change `/{path}` of Red Hat's packages", command.program());
            findings.report(message).at(place);
            last = Some(place);
        }
    }
}

pub(super) static COPY_TO_ROOT_DIR: Entry = Entry {
    rule: Rule {
        id: "dockerfile-copy-to-root-dir",
        subject: Subject::Dockerfile,
        severity: Severity::Note,
        scope: Scope::ALWAYS
            .under(&[Policy::Container, Policy::Root, Policy::Konflux])
            .of_checks(&[preflight::Check::HasModifiedFiles]),
        summary: "directory is copied to the root directory of the image",
        why: "Files that the base image also has are replaced. A file of a Red Hat package that is replaced without a \
              new package database counts as changed; a base without packages has no such files.",
        help: "Copy only the files you need, each to its own path.",
        basis: Basis::Inferred {
            source: "internal/policy/container/has_modified_files.go of openshift-preflight 1.21.0",
        },
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY --from=acme/build / /\n"),
            Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY rootfs/ /\n"),
            Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY tree /\n")
                .given(&[("context", "tree/a=1")]),
            Example::good("FROM registry.access.redhat.com/ubi9\nCOPY entrypoint.sh /\n"),
            Example::good("FROM registry.access.redhat.com/ubi9\nCOPY rootfs/opt /opt\n"),
            Example::good("FROM scratch\nCOPY rootfs/ /\n").given(&[("policy", "container")]),
        ],
    },
    check: copy_to_root_dir,
};

fn copy_to_root_dir(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() || context.file.base == Base::Scratch {
        return;
    }
    for (at, _, instruction) in context.steps() {
        let Arguments::Copy { sources, destination } = &instruction.arguments else { continue };
        let copies = matches!(instruction.keyword, Keyword::Copy | Keyword::Add);
        let Fact::Known(place) = context.file.expand_path(at, destination) else { continue };
        if !copies || !place.trim_matches('/').is_empty() {
            continue;
        }
        let local = instruction.flag("from").is_none();
        let tree = |source: &str| match context.folder.filter(|_| local) {
            Some(view) => view.find(source) == Found::Entry(EntryKind::Folder),
            None => looks_like_tree(source),
        };
        let known = sources.iter().filter_map(|word| match context.file.expand(at, word) {
            Fact::Known(source) => Some((word, source)),
            _ => None,
        });
        for (word, source) in known.filter(|(_, source)| tree(source)) {
            findings
                .report(format!("all of `{source}` is copied to the root directory"))
                .at(word.span.to(destination.span));
        }
    }
}

/// Returns true if a source is a folder, judged by its spelling.
fn looks_like_tree(source: &str) -> bool {
    let name = source.rsplit('/').next().unwrap_or(source);
    name.is_empty() || name == "." || matches!(name, "rootfs" | "root" | "fs" | "overlay" | "rootfs-overlay")
}

pub(super) static BASE_FILE_CHANGED: Entry = Entry {
    rule: Rule {
        id: "dockerfile-base-file-changed",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS.under(preflight::RPM_POLICIES).of_checks(&[preflight::Check::HasModifiedFiles]),
        summary: "file of the base image's packages is removed or replaced",
        why: "Preflight compares each layer with the package database: a layer fails the image if it removes a file \
              of a Red Hat package, or replaces it with a link, without updating the package.",
        help: "Do not change the files of Red Hat's packages: put your own into `/usr/local/bin` or `/opt`.",
        basis: source::preflight("internal/policy/container/has_modified_files.go"),
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi8/ubi:latest\nRUN rm -f /bin/true\n"),
            Example::bad("FROM registry.access.redhat.com/ubi9\nRUN ln -sf /opt/app/bash /usr/bin/bash\n"),
            Example::good(
                "FROM registry.access.redhat.com/ubi9\nRUN dnf upgrade -y && rm -f /usr/bin/true\n",
            ),
            Example::good("FROM registry.access.redhat.com/ubi9\nRUN test -e /x || rm -f /usr/bin/true\n"),
            Example::good("FROM registry.access.redhat.com/ubi9\nRUN rm -f /usr/local/bin/true\n"),
        ],
    },
    check: base_file_changed,
};

fn base_file_changed(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() {
        return;
    }
    for (path, place) in &context.base_files.changed {
        findings.report(format!("`/{path}` belongs to a package of the base image")).at(*place);
    }
}

pub(super) static INVALID_IGNORE_FILE: Entry = Entry {
    rule: Rule {
        id: "dockerfile-invalid-ignore-file",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "`.dockerignore` has an invalid pattern",
        why: "Before it copies anything, the builder parses every line of `.dockerignore` as a pattern of Go's \
              `filepath.Match`, and stops at the first invalid one.",
        help: "Separate directories with `/`, escape a `[` that is part of a name with a backslash, and write a \
               pattern after `!`.",
        basis: Basis::Upstream { source: "moby/patternmatcher patternmatcher.go, ignorefile/ignorefile.go" },
        examples: &[
            Example::bad("FROM scratch\nCOPY app /app\n").given(&[("context", "app=1"), ("ignore", "[")]),
            Example::bad("FROM scratch\nCOPY app /app\n")
                .given(&[("context", "app=1"), ("ignore", "*.md\n!\n")]),
            Example::bad("FROM scratch\nCOPY app /app\n")
                .given(&[("context", "app=1"), ("ignore", "src\\lib")]),
            Example::good("FROM scratch\nCOPY app /app\n")
                .given(&[("context", "app=1"), ("ignore", "# [\n[a-z]*.md\n!a.md\n")]),
        ],
    },
    check: invalid_ignore_file,
};

fn invalid_ignore_file(context: &Context<'_>, findings: &mut Findings) {
    let Some(view) = context.folder else { return };
    let copies = || {
        context.steps().any(|(_, _, instruction)| {
            let copies = matches!(instruction.keyword, Keyword::Copy | Keyword::Add);
            copies
                && matches!(instruction.arguments, Arguments::Copy { .. })
                && instruction.flag("from").is_none()
        })
    };
    let late = || view.ignore_error_of_copy().filter(|_| copies());
    let Some(wrong) = view.ignore_error().or_else(late) else { return };
    let (_, text) = view.ignore_file();
    let line = String::from_utf8_lossy(wrong.span.of(text));
    findings.report(format!("invalid pattern `{}`: {}", Quoted::from(&*line), wrong.error)).at(wrong.span);
}
