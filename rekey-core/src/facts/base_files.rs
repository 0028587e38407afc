//! Files of the packages in Red Hat's base images, and the changes that a Dockerfile makes to them.

use crate::{
    dockerfile::{
        Arguments, Dockerfile, Fact, Keyword,
        shell::{Command, Run},
    },
    facts::{
        base_images::BaseImage,
        effects::{self, Effect},
        packages::{self, Action},
    },
    text::Span,
};

/// Programs of coreutils and bash in `/usr/bin`: no `RUN` works without them, and in a UBI image only these
/// two packages or their variants own them.
///
/// Source: openshift-preflight test/containerfiles/container-fails-modifiedfiles-package.Dockerfile and pull request 848
/// (`true` and `sha256sum` in ubi8); fatherlinux/ubi-micro issue 5 (both packages in the smallest image); the manual of GNU
/// coreutils.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "base64", "basename", "bash", "cat", "chgrp", "chmod", "chown", "comm", "cp", "cut", "date", "dd", "df", "dirname", "du",
    "echo", "env", "expr", "false", "fold", "groups", "head", "id", "install", "join", "link", "ln", "ls", "md5sum", "mkdir",
    "mkfifo", "mknod", "mktemp", "mv", "nice", "nl", "nohup", "nproc", "od", "paste", "printenv", "printf", "pwd", "readlink",
    "realpath", "rm", "rmdir", "seq", "sh", "sha1sum", "sha256sum", "sha512sum", "shred", "shuf", "sleep", "sort", "split",
    "stat", "stty", "sum", "sync", "tac", "tail", "tee", "test", "timeout", "touch", "tr", "true", "truncate", "tty", "uname",
    "uniq", "unlink", "users", "wc", "who", "whoami", "yes",
];

/// Files that base images usually contain; which image has which was not verified.
#[rustfmt::skip]
const LIKELY: &[&str] = &[
    "usr/bin/awk", "usr/bin/chage", "usr/bin/curl", "usr/bin/egrep", "usr/bin/fgrep", "usr/bin/gawk", "usr/bin/gpg",
    "usr/bin/gpg2", "usr/bin/grep", "usr/bin/ldd", "usr/bin/microdnf", "usr/bin/mount", "usr/bin/newgrp", "usr/bin/passwd",
    "usr/bin/rpm", "usr/bin/sed", "usr/bin/su", "usr/bin/trust", "usr/bin/umount", "usr/bin/update-ca-trust",
    "usr/lib64/libc.so.6", "usr/lib64/libcrypto.so", "usr/lib64/libcurl.so", "usr/lib64/libm.so.6", "usr/lib64/libpthread.so",
    "usr/lib64/libssl.so", "usr/lib64/libstdc++.so", "usr/lib64/libz.so", "usr/sbin/groupadd", "usr/sbin/ldconfig",
    "usr/sbin/useradd", "usr/sbin/usermod",
];
/// Further such files in images with `yum` or `dnf`, which are written in Python.
const LIKELY_WITH_DNF: &[&str] = &["usr/bin/dnf", "usr/bin/python3", "usr/bin/yum"];

/// Folders whose files belong to packages of the base image.
///
/// Source: banzaicloud/imps pull request 64 (`zoneinfo`); the packages tzdata, crypto-policies and glibc-common.
const FOLDERS: &[&str] =
    &["usr/lib/locale", "usr/share/crypto-policies", "usr/share/locale", "usr/share/zoneinfo"];

/// System folders, in which packages of the base image own files. Preflight ignores `/etc`, `/var` and
/// `/run`.
pub(crate) const SYSTEM: &[&str] =
    &["", "usr", "usr/bin", "usr/lib", "usr/lib64", "usr/libexec", "usr/sbin", "usr/share"];

/// A path as the image has it, without the leading slash: `/bin` and similar folders are links into `/usr`.
pub(crate) fn in_image(path: &str) -> Option<String> {
    let path = path.strip_prefix('/')?;
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let merged = matches!(parts.first(), Some(&("bin" | "sbin" | "lib" | "lib64")));
    let path = parts.join("/");
    (!parts.contains(&"..")).then(|| if merged { format!("usr/{path}") } else { path })
}

/// Returns true if a base image usually contains a file at that path.
pub(crate) fn is_likely(path: &str, row: Option<&BaseImage>) -> bool {
    let with_dnf = row.is_none_or(|row| matches!(row.package_manager, Some("dnf" | "yum")));
    let library = |known: &&str| known.starts_with("usr/lib64/") && path.starts_with(*known);
    is_program(path)
        || LIKELY.contains(&path)
        || LIKELY.iter().any(library)
        || with_dnf && LIKELY_WITH_DNF.contains(&path)
        || FOLDERS.iter().any(|folder| {
            path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
        || path.starts_with("usr/lib64/") && path.contains(".so") && path.contains('*')
}

fn is_program(path: &str) -> bool {
    path.strip_prefix("usr/bin/").is_some_and(|name| PROGRAMS.contains(&name))
}

/// The changes that a Dockerfile certainly makes to files of its base image's packages.
#[derive(Debug, Default)]
pub(crate) struct BaseFiles {
    /// Files that preflight will find removed or replaced by a link, with the places that do so.
    pub(crate) changed: Vec<(String, Span)>,
    /// The place that removes the package database, which makes preflight's package checks fail to run.
    pub(crate) database: Option<Span>,
}

impl BaseFiles {
    pub(crate) fn of(
        file: &Dockerfile<'_>,
        runs: &[Run<'_, '_>],
        commands: &[Command<'_>],
        row: Option<&BaseImage>,
    ) -> Self {
        let Some(row) = row else { return Self::default() };
        let mut found =
            Self { changed: changed(file, commands, row), database: database(file, commands, row) };
        let is_found = !found.changed.is_empty() || found.database.is_some();
        if is_found && !effects::are_plain(file, runs, commands) {
            found = Self::default();
        }
        found
    }
}

/// Returns no changes if the file installs anything. A change passes in the same layer as an update of its
/// package, as when buildah makes one layer of the whole file, and an installation may update other packages.
fn changed(file: &Dockerfile<'_>, commands: &[Command<'_>], row: &BaseImage) -> Vec<(String, Span)> {
    // From UBI 10 on, preflight does not find the package database of a layer.
    let has_shell = row.package_manager.is_some_and(|name| !name.is_empty());
    if !(matches!(row.major, 8 | 9) && row.family.starts_with("ubi") && has_shell) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let changing = |command: &Command<'_>| {
        command.is_certain && matches!(command.program(), "rm" | "unlink" | "ln" | "mv")
    };
    for (at, command) in commands.iter().enumerate().filter(|(_, command)| changing(command)) {
        for change in effects::changes(command) {
            let Some(path) = in_image(change.path()).filter(|path| is_program(path)) else { continue };
            // A later command of the same step may restore the file.
            let name = path.rsplit('/').next().unwrap_or_default();
            let later = commands.iter().skip(at + 1).take_while(|later| later.step == command.step);
            let mut later = later.flat_map(|later| later.arguments().iter().chain(&later.outputs));
            let stays = later.all(|word| !word.text.ends_with(name));
            if stays && change.effect != Effect::Written && change.path() == change.word.text {
                found.push((command.step, path, change.word.place()));
            }
        }
    }
    let installs = |command: &Command<'_>| {
        matches!(packages::action(command), Some((Action::Update | Action::Install, _)))
    };
    if found.is_empty() || commands.iter().any(installs) {
        return Vec::new();
    }
    let by_root = effects::by_root(file);
    found.retain(|(step, ..)| by_root.get(*step).is_some_and(|root| *root));
    found.into_iter().map(|(_, path, place)| (path, place)).collect()
}

fn database(file: &Dockerfile<'_>, commands: &[Command<'_>], row: &BaseImage) -> Option<Span> {
    let database = match row.major {
        7 | 8 => "var/lib/rpm/Packages",
        9 => "var/lib/rpm/rpmdb.sqlite",
        10 => "usr/lib/sysimage/rpm/rpmdb.sqlite",
        _ => return None,
    };
    let removes = |command: &Command<'_>| {
        let changes = effects::changes(command).into_iter();
        let mut changes = changes.filter(|change| holds(change.path(), change.effect, database));
        changes.next().map(|change| change.word.place())
    };
    let is_rm = |command: &Command<'_>| command.is_certain && command.program() == "rm";
    let last = commands.iter().rposition(|command| is_rm(command) && removes(command).is_some())?;
    let command =
        commands.get(last).filter(|command| effects::by_root(file).get(command.step) == Some(&true))?;
    // A package manager creates a missing database.
    if commands.iter().skip(last + 1).any(|later| packages::is_manager(later.program())) {
        return None;
    }
    let copies = |(at, _): (usize, _)| match file.instruction(at).map(|one| (&one.arguments, one.keyword)) {
        Some((Arguments::Copy { destination, .. }, Keyword::Copy | Keyword::Add)) => {
            let Fact::Known(place) = file.expand_path(at, destination) else { return true };
            let place = place.trim_matches('/');
            place.is_empty() || place == "." || database.starts_with(place)
        }
        _ => false,
    };
    if file.steps.iter().enumerate().skip(command.step + 1).any(copies) {
        return None;
    }
    removes(command)
}

/// Returns true if removing `path` removes the file: the path is the file, a folder that contains it, or
/// everything in such a folder.
fn holds(path: &str, effect: Effect, file: &str) -> bool {
    let Some(path) = in_image(path) else { return false };
    let (folder, all) = match path.strip_suffix("/*") {
        Some(folder) => (folder, true),
        None => (path.as_str(), false),
    };
    let rest = file.strip_prefix(folder).filter(|_| !folder.is_empty());
    match (rest, effect) {
        (Some(""), _) => !all,
        (Some(rest), Effect::RemovedTree) => rest.starts_with('/'),
        (Some(rest), Effect::Removed) => all && rest.rfind('/') == Some(0),
        _ => false,
    }
}
