//! The effects of commands on the RPM packages of an image.

use std::collections::{BTreeMap, HashSet};

use crate::{
    dockerfile::{
        Arguments, Dockerfile, Fact, Keyword,
        shell::{self, Command, Word},
    },
    preflight::{PROHIBITED_PACKAGES, is_prohibited_package},
    text::Span,
};

/// Programs that install RPM packages by name.
const MANAGERS: &[&str] = &["yum", "dnf", "dnf-3", "dnf4", "dnf5", "microdnf", "tdnf", "rpm-ostree"];
/// Their subcommands that install.
const INSTALL: &[&str] =
    &["install", "reinstall", "localinstall", "in", "install-n", "install-na", "install-nevra"];
/// Their subcommands that remove.
const REMOVE: &[&str] = &["remove", "erase", "rm", "autoremove", "uninstall"];
/// Their subcommands that update all packages.
const UPDATE: &[&str] = &[
    "update",
    "upgrade",
    "update-minimal",
    "upgrade-minimal",
    "update-to",
    "upgrade-to",
    "distro-sync",
    "up",
];
/// Options that take the next word as a value.
const VALUED: &[&str] = &[
    "-c",
    "--config",
    "-d",
    "-e",
    "-R",
    "--installroot",
    "--releasever",
    "--setopt",
    "--enablerepo",
    "--disablerepo",
    "--repo",
    "--repoid",
    "--exclude",
    "-x",
    "--forcearch",
    "--disableplugin",
    "--enableplugin",
    "--repofrompath",
    "--comment",
];
/// Options of `rpm` that take the next word as a value.
const RPM_VALUED: &[&str] = &["--root", "-r", "--dbpath", "--prefix", "--define", "-D", "--excludepath"];

/// The action of a command on packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Installs the named packages.
    Install,
    /// Removes the named packages.
    Remove,
    /// Updates all packages or the named ones.
    Update,
}

/// Returns true if a program installs packages and maintains their database.
pub(crate) fn is_manager(program: &str) -> bool {
    MANAGERS.contains(&program) || program == "rpm"
}

/// Returns the action of a command on the packages of the image itself, and the packages that it names.
///
/// A command with `--installroot` acts on the packages of another folder.
pub(crate) fn action<'c>(
    command: &'c Command<'_>,
) -> Option<(Action, impl Iterator<Item = &'c Word<'c>> + use<'c>)> {
    let program = command.program();
    let other_root = |word: &Word<'_>| {
        let option = word.text.split('=').next().unwrap_or_default();
        matches!(option, "--installroot" | "--root" | "--dbpath") || program == "rpm" && option == "-r"
    };
    managed(command).filter(|_| !command.arguments().iter().any(other_root))
}

/// Like [`action`], with any root.
fn managed<'c>(command: &'c Command<'_>) -> Option<(Action, impl Iterator<Item = &'c Word<'c>> + use<'c>)> {
    let program = command.program();
    let arguments = command.arguments();
    let valued = if program == "rpm" { RPM_VALUED } else { VALUED };
    let (action, skip) = if MANAGERS.contains(&program) {
        let verb = plain(arguments, valued).next()?;
        let is_one_of = |verbs: &[&str]| verbs.contains(&&*verb.text);
        match () {
            // `swap` removes its first package and installs its second.
            () if is_one_of(&["swap"]) => (Action::Install, 2),
            () if is_one_of(INSTALL) => (Action::Install, 1),
            () if is_one_of(REMOVE) => (Action::Remove, 1),
            () if is_one_of(UPDATE) => (Action::Update, 1),
            () => return None,
        }
    } else if program == "rpm" {
        (arguments.iter().find_map(|word| rpm_mode(&word.text))?, 0)
    } else {
        return None;
    };
    Some((action, plain(arguments, valued).skip(skip)))
}

/// The action that an option of `rpm` selects: `-ivh`, `--erase`.
fn rpm_mode(option: &str) -> Option<Action> {
    match option {
        "--install" | "--upgrade" => return Some(Action::Install),
        "--freshen" => return Some(Action::Update),
        "--erase" => return Some(Action::Remove),
        _ => {}
    }
    let letters = option.strip_prefix('-').filter(|letters| !letters.starts_with('-'))?;
    if letters.contains(['q', 'V', 'K', 't']) {
        return None; // `-qi` only queries
    }
    letters.chars().find_map(|letter| match letter {
        'i' | 'U' => Some(Action::Install),
        'F' => Some(Action::Update),
        'e' => Some(Action::Remove),
        _ => None,
    })
}

/// Arguments that are neither options nor values of options.
fn plain<'c>(
    arguments: &'c [Word<'c>],
    valued: &'static [&'static str],
) -> impl Iterator<Item = &'c Word<'c>> + use<'c> {
    let mut value = false;
    arguments.iter().filter(move |word| {
        let skip = value || word.text.starts_with('-');
        value = !value && valued.contains(&&*word.text);
        !skip
    })
}

/// Returns true if a command of a package manager installs only from Red Hat's own repositories, whose
/// packages own no files outside of the system folders.
pub(crate) fn is_plain(command: &Command<'_>) -> bool {
    const OTHER: &[&str] = &[
        "--repofrompath",
        "--enablerepo",
        "--repo",
        "--repoid",
        "--installroot",
        "--root",
        "-c",
        "--config",
    ];
    let program = command.program();
    let is_plain = |word: &Word<'_>| {
        let option = word.text.split('=').next().unwrap_or_default();
        !OTHER.contains(&option)
            && !word.text.contains(['/', '$', '*'])
            && !word.text.ends_with(".rpm")
            && !word.text.ends_with("-release")
    };
    if program == "rpm" {
        let mode = command.arguments().first();
        return mode.is_some_and(|word| word.text == "--import" || word.text.starts_with("-q"));
    }
    let verb = plain(command.arguments(), VALUED).next();
    let is_about_packages = verb.is_some_and(|verb| !matches!(&*verb.text, "config-manager" | "copr"));
    MANAGERS.contains(&program) && is_about_packages && command.arguments().iter().all(is_plain)
}

/// The maximum number of stages whose commands are searched for packages installed below other roots.
const MAX_STAGES: usize = 16;

/// The prohibited packages that another stage installs below a folder that is copied to the root of the
/// image, with the places that name them.
fn prohibited_in_roots(file: &Dockerfile<'_>) -> Vec<(String, Span)> {
    let mut roots: BTreeMap<usize, HashSet<String>> = BTreeMap::new();
    for at in 0..file.steps.len() {
        let Some(instruction) = file.instruction(at).filter(|one| one.keyword == Keyword::Copy) else {
            continue;
        };
        let Arguments::Copy { sources, destination } = &instruction.arguments else { continue };
        let Some(from) = instruction.flag("from").and_then(|flag| flag.value.as_ref()) else { continue };
        let place = file.expand_path(at, destination);
        let onto_root = place.value().is_some_and(|path| path.trim_matches('/').is_empty());
        let Some(stage) = stage(file, &from.text()).filter(|_| onto_root) else { continue };
        if roots.len() < MAX_STAGES || roots.contains_key(&stage) {
            let known = sources.iter().filter_map(|word| match file.expand(at, word) {
                Fact::Known(root) => Some(root.trim_end_matches('/').to_owned()),
                _ => None,
            });
            roots.entry(stage).or_default().extend(known);
        }
    }
    let mut found = Vec::new();
    for (stage, roots) in roots {
        let runs = shell::runs_of_stage(file, stage);
        let commands = shell::commands_of_stage(&runs);
        let names = prohibited_below(&commands, &roots).into_iter();
        found.extend(names.map(|(name, word)| (name.to_owned(), word.place())));
    }
    found
}

/// The stage of that name or number.
fn stage(file: &Dockerfile<'_>, name: &str) -> Option<usize> {
    let lower = name.to_lowercase();
    let named = file.stages.iter().rposition(|stage| stage.name.as_deref() == Some(&*lower));
    named.or_else(|| name.parse().ok())
}

fn prohibited_below<'c>(
    commands: &'c [Command<'_>],
    roots: &HashSet<String>,
) -> Vec<(&'c str, &'c Word<'c>)> {
    let is_root = |word: &str| {
        let root = word.trim_end_matches('/');
        !root.is_empty() && roots.contains(root)
    };
    let has_root = |command: &Command<'_>| {
        let words = command.arguments();
        let mut apart = words.iter().zip(words.iter().skip(1));
        apart.any(|(option, path)| option.text == "--installroot" && is_root(&path.text))
            || words.iter().any(|word| word.text.strip_prefix("--installroot=").is_some_and(is_root))
    };
    // Without the database the packages are unknown.
    let hides = |word: &Word<'_>| word.text.contains("lib/rpm") || word.text.contains("sysimage");
    if commands.iter().any(|command| command.arguments().iter().any(hides)) {
        return Vec::new();
    }
    let of_root =
        commands.iter().filter(|command| MANAGERS.contains(&command.program()) && has_root(command));
    prohibited_of(of_root.filter_map(managed).collect())
}

/// The prohibited packages that are installed by name and not removed again, with the places that name them.
pub(crate) fn prohibited(file: &Dockerfile<'_>, commands: &[Command<'_>]) -> Vec<(String, Span)> {
    let own = prohibited_of(commands.iter().filter_map(action).collect());
    let mut found: Vec<_> = own.into_iter().map(|(name, word)| (name.to_owned(), word.place())).collect();
    found.extend(prohibited_in_roots(file));
    found
}

fn prohibited_of<'c>(
    actions: Vec<(Action, impl Iterator<Item = &'c Word<'c>>)>,
) -> Vec<(&'c str, &'c Word<'c>)> {
    let mut found = Vec::new();
    // In reverse order: a package that is removed later is not in the image.
    let mut removed = HashSet::new();
    for (action, names) in actions.into_iter().rev() {
        match action {
            Action::Install => {
                let asked: Vec<_> =
                    names.filter_map(|word| Some((prohibited_name(&word.text)?, word))).collect();
                found.extend(asked.into_iter().rev().filter(|(name, _)| !removed.contains(name)));
            }
            Action::Remove => removed.extend(names.map(|word| &*word.text)),
            Action::Update => {}
        }
    }
    found.reverse();
    found
}

/// Returns the prohibited package that a word asks for by name, by name and version, by name and
/// architecture, by a pattern, or by a file: `kernel`, `kernel-5.14.0-1.el9.x86_64`, `kernel.x86_64`,
/// `kernel*`, `./kernel-5.14.0-1.el9.x86_64.rpm`.
fn prohibited_name(asked: &str) -> Option<&str> {
    let file = asked.strip_suffix(".rpm").map(|path| path.rsplit('/').next().unwrap_or(path));
    let asked = file.unwrap_or(asked);
    let bytes = asked.as_bytes();
    let version = bytes.windows(2).position(|pair| matches!(pair, [b'-', b'0'..=b'9']));
    let unversioned = version.and_then(|dash| asked.get(..dash));
    let plain = asked.rsplit_once('.').filter(|(_, arch)| ARCHITECTURES.contains(arch)).map(|(name, _)| name);
    let name =
        [Some(asked), unversioned, plain].into_iter().flatten().find(|name| is_prohibited_package(name));
    // A pattern of files matches unknown files, and a pattern of one or two letters is too short to be a
    // name.
    let is_pattern = file.is_none() && asked.contains('*') && asked.len() > 4;
    let meant = || PROHIBITED_PACKAGES.iter().copied().find(|name| matches(asked, name));
    name.or_else(|| meant().filter(|_| is_pattern))
}

/// Returns true if a name matches a pattern with `*`.
fn matches(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        match rest.split_once(piece) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.is_empty()
}

const ARCHITECTURES: &[&str] = &["x86_64", "aarch64", "noarch", "ppc64le", "s390x", "i686"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::{Dockerfile, Options, shell};

    /// The actions of a script's commands, as `action name name`, one per line.
    #[track_caller]
    fn actions(script: &str) -> Vec<String> {
        let text = format!("FROM scratch\nRUN {script}\n");
        let file = Dockerfile::parse(text.as_bytes(), &Options::default());
        let runs = shell::runs(&file);
        let commands = shell::commands(&file, &runs);
        let line = |command: &Command<'_>| {
            let (action, names) = action(command)?;
            let names: Vec<_> = names.map(|word| &*word.text).collect();
            Some(format!("{action:?} {}", names.join(" ")).trim_end().to_owned())
        };
        commands.iter().filter_map(line).collect()
    }

    #[test]
    fn an_action_is_read_in_every_spelling() {
        for (script, expected) in [
            ("yum install -y kernel", vec!["Install kernel"]),
            ("dnf -y --setopt tsflags=nodocs install a b && dnf clean all", vec!["Install a b"]),
            ("microdnf install --nodocs -y \\\n  a \\\n  b", vec!["Install a b"]),
            ("/usr/bin/dnf install a", vec!["Install a"]),
            ("dnf remove kernel", vec!["Remove kernel"]),
            ("dnf swap a b", vec!["Install b"]),
            ("dnf upgrade -y", vec!["Update"]),
            ("pip install kernel", vec![]),
            ("dnf install --installroot=/mnt a", vec![]),
            ("dnf --installroot /mnt install a", vec![]),
            ("rpm -ivh a.rpm", vec!["Install a.rpm"]),
            ("rpm -Uvh --nodeps a.rpm", vec!["Install a.rpm"]),
            ("rpm -e a", vec!["Remove a"]),
            ("rpm --erase a", vec!["Remove a"]),
            ("rpm -qi a", vec![]),
            ("rpm -r /mnt -i a", vec![]),
            ("rpm --import key", vec![]),
            ("if true; then dnf install a; fi", vec!["Install a"]),
            ("bash -c 'dnf install a'", vec!["Install a"]),
            ("[\"dnf\", \"install\", \"a\"]", vec!["Install a"]),
            ("<<EOF\ndnf install a\nEOF", vec!["Install a"]),
        ] {
            assert_eq!(actions(script), expected, "{script:?}");
        }
    }

    #[test]
    fn a_prohibited_package_is_recognized_in_every_spelling() {
        for (asked, name) in [
            ("kernel", Some("kernel")),
            ("kernel-5.14.0-1.el9.x86_64", Some("kernel")),
            ("kernel.x86_64", Some("kernel")),
            ("kernel-core-5.14.0", Some("kernel-core")),
            ("kpatch-patch", Some("kpatch-patch")),
            ("./kernel-core-5.14.0-1.el9.x86_64.rpm", Some("kernel-core")),
            ("https://example.com/a/kernel-5.14.0-1.el9.x86_64.rpm", Some("kernel")),
            ("kernel*", Some("kernel")),
            ("*-firmware", Some("linux-firmware")),
            ("kernel-modules*a", Some("kernel-modules-extra")),
            ("*", None),
            ("*.rpm", None),
            ("/tmp/k*.rpm", None),
            ("kernel-headers", None),
            ("kernel-rt*", None),
            ("kernel-rt", None),
            ("java-17-openjdk", None),
            ("", None),
        ] {
            assert_eq!(prohibited_name(asked), name, "{asked}");
        }
    }
}
