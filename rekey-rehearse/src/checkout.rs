//! The user's own checkout, compared with the pushed commit.
//!
//! A checkout's configuration can name programs: a monitor of files, filters, helpers. So only commands run here that read objects, the index or
//! ignore files, and a file's content is compared outside of the checkout and without filters.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use rekey_core::rehearsal::{LocalFile, LocalState, TreeFacts};

use crate::{
    Run,
    process::{self, Output},
    tree::clean_path,
};

/// The limit of one command in seconds.
const LIMIT: u64 = 60;
/// The maximum number of local files that are compared.
const MOST_FILES: usize = 20_000;
/// The maximum depth of folders.
const DEEPEST: usize = 64;

/// A checkout.
pub(crate) struct Checkout {
    root: PathBuf,
    /// The path of the submission's folder below the root, with a slash at its end; empty for the root.
    pub(crate) prefix: String,
}

impl Checkout {
    /// The checkout that a folder is in.
    pub(crate) fn of(run: &Run<'_>, folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        let read = |arguments: &[&str]| {
            let output = git(run, &folder, arguments, b"")?;
            Some(output.text().trim_end_matches('\n').to_owned())
        };
        let root = read(&["rev-parse", "--show-toplevel"])?;
        let prefix = read(&["rev-parse", "--show-prefix"])?;
        Some(Self { root: PathBuf::from(root), prefix })
    }

    /// Records which of the wanted paths differ from the commit, and why.
    pub(crate) fn compare(&self, run: &Run<'_>, commit: &str, wanted: &[String], tree: &mut TreeFacts) {
        let range = format!("{commit}..HEAD");
        let count = git(run, &self.root, &["rev-list", "--count", &range, "--"], b"");
        tree.commits_not_pushed = count.and_then(|output| output.text().trim().parse().ok()).unwrap_or(0);
        let pushed =
            objects(run, &run.environment.folder.join("source"), &["ls-tree", "-r", "-z", "HEAD"], 2);
        let index = objects(run, &self.root, &["ls-files", "-s", "-z"], 1);
        let head = objects(run, &self.root, &["ls-tree", "-r", "-z", "HEAD"], 2);
        let mut files = Vec::new();
        for path in wanted {
            // The whole checkout would be compared with itself.
            self.collect(path, 0, &index, &mut files);
        }
        files.sort();
        files.dedup();
        let hashes = self.hashes(run, &files);
        let mut untracked = Vec::new();
        for path in &files {
            let (of_commit, of_index) = (pushed.get(path), index.get(path));
            let state = match (of_index, of_commit) {
                (None, None) => {
                    untracked.push(path.clone());
                    continue;
                }
                (None, Some(_)) => continue,
                (Some(one), other) if Some(one) != other => {
                    if head.get(path) == Some(one) {
                        LocalState::NotPushed
                    } else {
                        LocalState::Changed
                    }
                }
                (Some(one), _) => match hashes.get(path) {
                    Some(hash) if hash != one && !self.is_same_text(run, path, one) => LocalState::Changed,
                    _ => continue,
                },
            };
            // A file that was never committed and only added differs from one that has an older version.
            let state = if of_commit.is_none() && state == LocalState::Changed {
                LocalState::Untracked
            } else {
                state
            };
            tree.local.push(LocalFile { path: path.clone(), state, pattern: None });
        }
        let patterns = self.patterns(run, &untracked);
        for path in untracked {
            let pattern = patterns.get(&path).cloned();
            let state = if pattern.is_some() { LocalState::Ignored } else { LocalState::Untracked };
            tree.local.push(LocalFile { path, state, pattern });
        }
        // A path that matches nothing on disk may be a folder that git ignores as a whole.
        tree.local.sort_by(|one, other| one.path.cmp(&other.path));
    }

    /// Adds the files at a path or below it, without following links.
    fn collect(&self, path: &str, depth: usize, index: &HashMap<String, String>, files: &mut Vec<String>) {
        if files.len() >= MOST_FILES || depth > DEEPEST || path == ".git" || path.ends_with("/.git") {
            return;
        }
        let place = self.root.join(path);
        let Ok(metadata) = place.symlink_metadata() else { return };
        if metadata.is_file() || metadata.is_symlink() {
            files.push(path.to_owned());
        } else if metadata.is_dir() && !index.contains_key(path) {
            let Ok(entries) = std::fs::read_dir(&place) else { return };
            let mut names: Vec<_> =
                entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
            names.sort();
            for name in names {
                self.collect(&clean_path(&format!("{path}/{name}")), depth + 1, index, files);
            }
        }
    }

    /// The object ids of the files' contents, computed without filters and outside of the checkout.
    fn hashes(&self, run: &Run<'_>, files: &[String]) -> HashMap<String, String> {
        let regular = |path: &&String| {
            let place = self.root.join(path);
            let is_file = place.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
            is_file && !path.contains('\n')
        };
        let files: Vec<_> = files.iter().filter(regular).collect();
        let list = files
            .iter()
            .fold(String::new(), |list, path| list + &self.root.join(path).display().to_string() + "\n");
        if list.is_empty() {
            return HashMap::new();
        }
        let mut command = run.environment.git();
        command.args(["hash-object", "--no-filters", "--stdin-paths"]);
        let output = process::run(&mut command, list.as_bytes(), &run.limits(LIMIT), &mut |_| {});
        let Ok(output) = output.map(|output| output.text()) else { return HashMap::new() };
        files.into_iter().cloned().zip(output.lines().map(str::to_owned)).collect()
    }

    /// Returns true if a file differs from an object only in its newlines, as in a checkout on Windows, or is a pointer's real file.
    fn is_same_text(&self, run: &Run<'_>, path: &str, object: &str) -> bool {
        let Some(stored) = git(run, &self.root, &["cat-file", "blob", object], b"") else { return false };
        if stored.stdout.starts_with(b"version https://git-lfs.github.com/spec/v1") {
            return true;
        }
        let Ok(local) = std::fs::read(self.root.join(path)) else { return false };
        let plain = |bytes: &[u8]| bytes.iter().copied().filter(|byte| *byte != b'\r').collect::<Vec<_>>();
        plain(&local) == plain(&stored.stdout)
    }

    /// The patterns that ignore files, each with its place.
    fn patterns(&self, run: &Run<'_>, files: &[String]) -> HashMap<String, (String, String)> {
        if files.is_empty() {
            return HashMap::new();
        }
        let input: Vec<u8> = files.iter().flat_map(|path| [path.as_bytes(), b"\0"].concat()).collect();
        let arguments = ["check-ignore", "--verbose", "--no-index", "-z", "--stdin"];
        let Some(output) = git_any(run, &self.root, &arguments, &input) else { return HashMap::new() };
        let text = output.text();
        let parts: Vec<_> = text.split('\0').collect();
        let mut found = HashMap::new();
        for record in parts.chunks_exact(4) {
            let [file, line, pattern, path] = record else { continue };
            if !pattern.starts_with('!') {
                let place = format!("{}:{line}", process::clean(file));
                found.insert((*path).to_owned(), (place, process::clean(pattern)));
            }
        }
        found
    }
}

/// The object ids that a command lists, by path. The id is the word of that number in front of the tab.
fn objects(run: &Run<'_>, folder: &Path, arguments: &[&str], word: usize) -> HashMap<String, String> {
    let Some(output) = git(run, folder, arguments, b"") else { return HashMap::new() };
    let entry = |line: &[u8]| {
        let line = String::from_utf8_lossy(line);
        let (left, path) = line.split_once('\t')?;
        Some((path.to_owned(), left.split(' ').nth(word)?.to_owned()))
    };
    output.stdout.split(|byte| *byte == 0).filter_map(entry).collect()
}

fn git(run: &Run<'_>, folder: &Path, arguments: &[&str], input: &[u8]) -> Option<Output> {
    git_any(run, folder, arguments, input).filter(Output::succeeded)
}

/// Runs git even if its exit code is not 0, which some commands use for an answer.
fn git_any(run: &Run<'_>, folder: &Path, arguments: &[&str], input: &[u8]) -> Option<Output> {
    let mut command = run.environment.git_of_checkout(folder);
    command.args(arguments);
    process::run(&mut command, input, &run.limits(LIMIT), &mut |_| {}).ok()
}
