//! What commands do to the RPM packages of an image.

use std::collections::HashSet;

use crate::{
    dockerfile::shell::{Command, Word},
    preflight::{PROHIBITED_PACKAGES, is_prohibited_package},
};

/// Programs that install RPM packages by name.
const MANAGERS: &[&str] = &["yum", "dnf", "dnf-3", "dnf4", "dnf5", "microdnf", "tdnf", "rpm-ostree"];
/// Their verbs that install.
const INSTALL: &[&str] =
    &["install", "reinstall", "localinstall", "in", "install-n", "install-na", "install-nevra"];
/// Their verbs that remove.
const REMOVE: &[&str] = &["remove", "erase", "rm", "autoremove", "uninstall"];
/// Their verbs that bring all packages up to date.
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
/// Options of `rpm` that do.
const RPM_VALUED: &[&str] = &["--root", "-r", "--dbpath", "--prefix", "--define", "-D", "--excludepath"];

/// What a command does to packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// It installs the packages that it names.
    Install,
    /// It removes them.
    Remove,
    /// It brings packages up to date: all, or those that it names.
    Update,
}

/// What a command does to the packages of the image itself, and the packages that it names.
///
/// With `--installroot` another folder's packages are meant.
pub(crate) fn action<'c>(
    command: &'c Command<'_>,
) -> Option<(Action, impl Iterator<Item = &'c Word<'c>> + use<'c>)> {
    let program = command.program();
    let arguments = command.arguments();
    let other_root = |word: &Word<'_>| {
        let option = word.text.split('=').next().unwrap_or_default();
        matches!(option, "--installroot" | "--root" | "--dbpath") || program == "rpm" && option == "-r"
    };
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
    (!arguments.iter().any(other_root)).then(|| (action, plain(arguments, valued).skip(skip)))
}

/// What an option of `rpm` makes it do: `-ivh`, `--erase`.
fn rpm_mode(option: &str) -> Option<Action> {
    match option {
        "--install" | "--upgrade" => return Some(Action::Install),
        "--freshen" => return Some(Action::Update),
        "--erase" => return Some(Action::Remove),
        _ => {}
    }
    let letters = option.strip_prefix('-').filter(|letters| !letters.starts_with('-'))?;
    if letters.contains(['q', 'V', 'K', 't']) {
        return None; // `-qi` asks
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

/// The prohibited packages that are installed by name and not removed again, and where they are asked for.
pub(crate) fn prohibited<'c>(commands: &'c [Command<'_>]) -> Vec<(&'c str, &'c Word<'c>)> {
    let mut found = Vec::new();
    // From the end on: what is removed later is not there.
    let mut removed = HashSet::new();
    for command in commands.iter().rev() {
        match action(command) {
            Some((Action::Install, names)) => {
                let asked: Vec<_> =
                    names.filter_map(|word| Some((prohibited_name(&word.text)?, word))).collect();
                found.extend(asked.into_iter().rev().filter(|(name, _)| !removed.contains(name)));
            }
            Some((Action::Remove, names)) => removed.extend(names.map(|word| &*word.text)),
            _ => {}
        }
    }
    found.reverse();
    found
}

/// The prohibited package that a person asks for by name, by name and version, by name and architecture, by a pattern,
/// or by a file: `kernel`, `kernel-5.14.0-1.el9.x86_64`, `kernel.x86_64`, `kernel*`, `./kernel-5.14.0-1.el9.x86_64.rpm`.
fn prohibited_name(asked: &str) -> Option<&str> {
    let file = asked.strip_suffix(".rpm").map(|path| path.rsplit('/').next().unwrap_or(path));
    let asked = file.unwrap_or(asked);
    let bytes = asked.as_bytes();
    let version = bytes.windows(2).position(|pair| matches!(pair, [b'-', b'0'..=b'9']));
    let unversioned = version.and_then(|dash| asked.get(..dash));
    let plain = asked.rsplit_once('.').filter(|(_, arch)| ARCHITECTURES.contains(arch)).map(|(name, _)| name);
    let name =
        [Some(asked), unversioned, plain].into_iter().flatten().find(|name| is_prohibited_package(name));
    // Files that match a pattern are whatever is there, and a pattern of a letter or two is no name.
    let is_pattern = file.is_none() && asked.contains('*') && asked.len() > 4;
    let meant = || PROHIBITED_PACKAGES.iter().copied().find(|name| matches(asked, name));
    name.or_else(|| meant().filter(|_| is_pattern))
}

/// Whether a name matches a pattern with `*`.
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

    /// What the commands of a script do, as `action name name`, one a line.
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
    fn a_prohibited_package_is_known_in_every_spelling() {
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
