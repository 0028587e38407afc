//! The effects of commands on the files of an image: the files that they write or remove, and whether they do
//! anything else.

use crate::{
    dockerfile::{
        Arguments, Dockerfile, Instruction, Keyword, Origin, limits,
        shell::{Command, Run, Word},
    },
    facts::packages,
    preflight::is_root,
};

/// The effect on a file that a command names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The file is removed, or the folder with everything below it.
    RemovedTree,
    /// The file is removed.
    Removed,
    /// The file becomes a link.
    Linked,
    /// The file is written, or its owner or mode is changed.
    Written,
}

/// A path that a command names, with the effect on it.
pub(crate) struct Change<'c> {
    pub(crate) word: &'c Word<'c>,
    /// The path if it differs from the word: a file that is put into a folder.
    path: Option<String>,
    pub(crate) effect: Effect,
}

impl Change<'_> {
    /// The path as written, including the name of the file.
    pub(crate) fn path(&self) -> &str {
        self.path.as_deref().unwrap_or(&self.word.text)
    }
}

/// Returns the changes that a command makes to the files that it names.
pub(crate) fn changes<'c>(command: &'c Command<'c>) -> Vec<Change<'c>> {
    let arguments = command.arguments();
    let change = |effect| move |word: &'c Word<'c>| Change { word, path: None, effect };
    let plain = || arguments.iter().filter(|word| !word.text.starts_with('-'));
    let has = |letters: &[char], long: &str| {
        arguments.iter().any(|word| match word.text.strip_prefix('-') {
            Some(rest) if rest.starts_with('-') => word.text == long,
            Some(rest) => rest.contains(letters),
            None => false,
        })
    };
    let mut changes: Vec<Change<'c>> = match command.program() {
        "rm" if has(&['r', 'R'], "--recursive") => plain().map(change(Effect::RemovedTree)).collect(),
        "rm" | "unlink" => plain().map(change(Effect::Removed)).collect(),
        "mv" => {
            let sources = plain().count().saturating_sub(1);
            let removed = plain().take(sources).map(change(Effect::RemovedTree));
            removed.chain(targets(command, Effect::Written)).collect()
        }
        "cp" | "install" => targets(command, Effect::Written),
        "ln" => targets(command, Effect::Linked),
        "sed" | "perl"
            if arguments.iter().any(|word| word.text.starts_with("-i") || word.text == "--in-place") =>
        {
            plain().skip(1).map(change(Effect::Written)).collect()
        }
        "tee" | "touch" | "truncate" | "strip" | "patchelf" => plain().map(change(Effect::Written)).collect(),
        // The command may remove a setuid or setgid bit.
        "chmod" if plain().next().is_some_and(|mode| mode.text.contains("-s")) => Vec::new(),
        "chmod" | "chown" | "chgrp" => plain().skip(1).map(change(Effect::Written)).collect(),
        "curl" | "wget" => {
            let output =
                |word: &Word<'_>| matches!(&*word.text, "-o" | "-O" | "--output" | "--output-document");
            let after = arguments.iter().zip(arguments.iter().skip(1)).filter(|(option, _)| output(option));
            after.map(|(_, word)| word).map(change(Effect::Written)).collect()
        }
        _ => Vec::new(),
    };
    changes.extend(command.outputs.iter().map(change(Effect::Written)));
    changes
}

/// The files that `cp`, `mv`, `ln` and `install` write: the last path, and the name of each source below it,
/// since it may be a folder.
fn targets<'c>(command: &'c Command<'c>, effect: Effect) -> Vec<Change<'c>> {
    let mut plain: Vec<_> = command.arguments().iter().filter(|word| !word.text.starts_with('-')).collect();
    let Some(target) = plain.pop().filter(|_| !plain.is_empty()) else { return Vec::new() };
    let within = |source: &Word<'_>| {
        let name = source.text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        format!("{}/{name}", target.text.trim_end_matches('/'))
    };
    let inside = plain.iter().map(|source| Change { word: target, path: Some(within(source)), effect });
    std::iter::once(Change { word: target, path: None, effect }).chain(inside).collect()
}

/// Programs that change only the files that their arguments name. Commands that they run are separate
/// commands.
const PLAIN: &[&str] = &[
    ":",
    "[",
    "adduser",
    "addgroup",
    "cat",
    "cd",
    "chgrp",
    "chmod",
    "chown",
    "chpasswd",
    "curl",
    "cut",
    "date",
    "done",
    "echo",
    "esac",
    "exit",
    "export",
    "false",
    "fi",
    "for",
    "getent",
    "grep",
    "groupadd",
    "groupmod",
    "head",
    "id",
    "ldconfig",
    "ls",
    "md5sum",
    "mkdir",
    "passwd",
    "printf",
    "pwd",
    "rm",
    "rmdir",
    "sed",
    "set",
    "sha256sum",
    "sha512sum",
    "shift",
    "sleep",
    "sort",
    "sync",
    "tail",
    "tee",
    "test",
    "touch",
    "tr",
    "true",
    "umask",
    "unlink",
    "uname",
    "unset",
    "update-ca-trust",
    "useradd",
    "userdel",
    "usermod",
    "wc",
    "wget",
    "which",
    "}",
];
/// Programs that copy the contents of other paths to the last one.
const COPYING: &[&str] = &["cp", "install", "ln", "mv"];

/// For each step, true if it runs as root, as far as the file sets the user.
pub(crate) fn by_root(file: &Dockerfile<'_>) -> Vec<bool> {
    let mut root = true;
    let steps = 0..file.steps.len();
    let after = |at| {
        root = file.instruction(at).map_or(root, |instruction| sets_root(file, at, instruction, root));
        root
    };
    steps.map(after).collect()
}

/// Returns true if the commands after an instruction run as root; `before` says so for the commands before
/// it.
pub(crate) fn sets_root(
    file: &Dockerfile<'_>,
    at: usize,
    instruction: &Instruction<'_>,
    before: bool,
) -> bool {
    match (&instruction.arguments, instruction.keyword) {
        (Arguments::Value(word), Keyword::User) => file.expand(at, word).value().is_some_and(is_root),
        _ => before,
    }
}

/// Returns true if every command on the way to the image is known and writes only to the paths that its
/// arguments show.
pub(crate) fn are_plain(file: &Dockerfile<'_>, runs: &[Run<'_, '_>], commands: &[Command<'_>]) -> bool {
    let words: usize = commands.iter().map(|command| command.words.len()).sum();
    let is_read = |run: &Run<'_, '_>| {
        let is_named = commands.binary_search_by_key(&run.step, |command| command.step).is_ok();
        is_named && run.scripts.iter().all(|script| !script.text.contains('`') && !script.text.contains("$("))
    };
    words < limits::MAX_SHELL_WORDS
        && file.steps.iter().all(|step| step.origin != Origin::BaseTrigger)
        && runs.iter().all(is_read)
        && commands.iter().all(is_plain)
}

/// Returns true if a command writes only to the paths that its arguments show. Packages from Red Hat's own
/// repositories write only to the system folders.
fn is_plain(command: &Command<'_>) -> bool {
    let program = command.program();
    let is_known = |word: &Word<'_>| !word.text.contains('$') || word.text.contains("://");
    let mut words = command.arguments().iter().chain(&command.outputs);
    if PLAIN.contains(&program) {
        return words.all(is_known)
            || matches!(program, "echo" | "printf" | "test" | "[") && command.outputs.is_empty();
    }
    if COPYING.contains(&program) {
        let target = command.arguments().last().map_or("", |word| &word.text);
        let onto_root = target.trim_matches('/').is_empty() || target.starts_with('.');
        return words.all(is_known) && !onto_root;
    }
    packages::is_plain(command)
}
