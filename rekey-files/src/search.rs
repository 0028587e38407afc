//! Searches for Dockerfiles: in folders, by patterns, without files that git ignores.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use globset::{GlobBuilder, GlobMatcher};

use crate::{
    folder::{Entry, EntryKind, Folder},
    ignore_files::{IgnoreFiles, is_ignored},
    read::{Location, ReadError, Reason},
};

/// A file to check: one that the user named, or one that was found in such a folder.
#[derive(Clone, Debug)]
pub struct FoundFile {
    /// The path that the user knows.
    pub path: PathBuf,
    /// The folder that was searched, and the path below it.
    below: Option<(Folder, PathBuf)>,
}

impl FoundFile {
    /// The location for reading the file.
    pub fn location(&self) -> Location<'_> {
        match &self.below {
            Some((folder, path)) => Location::Below(folder, path),
            None => Location::Named(&self.path),
        }
    }

    /// The folder below which the file is rewritten, and its path there; for a file that the user named, its
    /// parent folder.
    pub fn folder(&self) -> (Folder, &Path) {
        match &self.below {
            Some((folder, path)) => (folder.clone(), path),
            None => (Folder::of(&self.path), self.path.file_name().unwrap_or_default().as_ref()),
        }
    }

    /// Returns true if it is standard input, named `-`.
    pub fn is_stdin(&self) -> bool {
        self.below.is_none() && self.path == Path::new("-")
    }
}

/// The files that a search found.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The files in a stable order, without duplicates.
    pub files: Vec<FoundFile>,
    /// Notices about the search for the user, one line each.
    pub notices: Vec<String>,
    /// The folders that could not be read, and the patterns that matched no file.
    pub unread: Vec<ReadError>,
}

/// A folder during a search.
struct Level {
    path: PathBuf,
    entries: std::vec::IntoIter<Entry>,
    ignore_files: IgnoreFiles,
}

impl Search {
    /// Searches for Dockerfiles: the named files, and those in the named folders.
    pub fn dockerfiles(paths: &[PathBuf]) -> Self {
        let mut search = Self::default();
        for path in paths {
            if path.is_dir() {
                search.folder(path, is_dockerfile);
            } else if let Some((folder, glob)) = pattern(path) {
                let before = search.files.len();
                search.folder(&folder, |path| glob.is_match(path));
                if search.files.len() == before {
                    let name = path.to_string_lossy();
                    search.unread.push(ReadError::new(name, Reason::Form("no file matches")));
                }
            } else {
                search.files.push(FoundFile { path: path.clone(), below: None });
            }
        }
        let mut seen = HashSet::new();
        search.files.retain(|file| seen.insert(file.path.clone()));
        search
    }

    /// Adds the files below a folder that git does not ignore and that are `wanted`.
    fn folder(&mut self, folder: &Path, wanted: impl Fn(&Path) -> bool) {
        let root = Folder::new(folder);
        let mut levels: Vec<Level> = Vec::new();
        let mut next = Some(PathBuf::new());
        loop {
            if let Some(path) = next.take() {
                match Level::read(&root, path, &levels, &mut self.notices) {
                    Ok(level) => levels.push(level),
                    Err(error) => self.unread.push(error),
                }
            }
            let Some(level) = levels.last_mut() else { break };
            let Some(entry) = level.entries.next() else {
                levels.pop();
                continue;
            };
            let below = level.path.join(&entry.name);
            let is_folder = entry.kind == EntryKind::Folder;
            let path = if folder == Path::new(".") { below.clone() } else { folder.join(&below) };
            // Patterns cost more than names, so they are tested last.
            let of_interest = if is_folder { entry.name != ".git" } else { wanted(&path) };
            if !of_interest || is_ignored(&below, is_folder, &above(&levels)) {
                continue;
            }
            if is_folder {
                next = Some(below);
            } else if root.kind(&below) != Ok(EntryKind::Folder) {
                self.files.push(FoundFile { path, below: Some((root.clone(), below)) });
            }
        }
    }
}

impl Level {
    /// The entries of a folder by name.
    fn read(
        root: &Folder,
        path: PathBuf,
        levels: &[Self],
        notices: &mut Vec<String>,
    ) -> Result<Self, ReadError> {
        let whole = root.path().join(&path);
        let failed = |error: std::io::Error| ReadError::new(whole.to_string_lossy(), error.into());
        let mut entries = Vec::new();
        for entry in fs::read_dir(&whole).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let kind = EntryKind::of(entry.file_type().map_err(failed)?, 0);
            entries.push(Entry { name: entry.file_name(), kind });
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let ignore_files = IgnoreFiles::read(root, &path, &entries, above(levels), notices);
        Ok(Self { path, entries: entries.into_iter(), ignore_files })
    }
}

fn above(levels: &[Level]) -> impl DoubleEndedIterator<Item = (&Path, &IgnoreFiles)> + Clone {
    levels.iter().map(|level| (&*level.path, &level.ignore_files))
}

/// The folder in which to search for a pattern, and its matcher; `None` if the path is not a pattern or names
/// an existing file.
fn pattern(path: &Path) -> Option<(PathBuf, GlobMatcher)> {
    let text = path.to_str().filter(|text| text.contains(['*', '?', '[', '{']))?;
    if path.exists() {
        return None;
    }
    let text = text.strip_prefix("./").unwrap_or(text);
    let glob = GlobBuilder::new(text).literal_separator(true).build().ok()?.compile_matcher();
    let literal = |part: &&std::ffi::OsStr| !part.to_string_lossy().contains(['*', '?', '[', '{']);
    let folder: PathBuf = Path::new(text).iter().take_while(literal).collect();
    Some((if folder == Path::new("") { PathBuf::from(".") } else { folder }, glob))
}

/// Suffixes of files that resemble Dockerfiles only in name: prose, data, code, archives, patches, templates,
/// expected results of tests, backups of editors. `.pre-commit-hooks.yaml` excludes the same.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "adoc", "bak", "bat", "cmd", "conf", "csv", "diff", "dockerignore", "erb", "err", "go",
    "golden", "gotmpl", "gz", "hbs", "html", "in", "j2", "java", "jinja", "jinja2", "js",
    "json", "lock", "log", "md", "mustache", "orig", "out", "patch", "ps1", "py", "pyc", "rb",
    "rej", "rs", "rst", "save", "sh", "snap", "svg", "swo", "swp", "tar", "template", "tgz",
    "tmpl", "toml", "tpl", "ts", "txt", "vim", "want", "xml", "yaml", "yml", "zip",
];

/// `Dockerfile`, `Containerfile`, `Dockerfile.ubi`, `Dockerfile-rhel`, `Dockerfile2`, `app.Dockerfile`, in any case.
///
/// `.pre-commit-hooks.yaml` has the same condition as a regular expression.
fn is_dockerfile(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let name = name.to_ascii_lowercase();
    let is_word = |start: usize| {
        let rest = name.get(start..).unwrap_or_default();
        let rest = rest.strip_prefix("dockerfile").or_else(|| rest.strip_prefix("containerfile"));
        let rest = rest.map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '_', '-']))
    };
    let mut starts = std::iter::once(0).chain(name.match_indices('.').map(|(dot, _)| dot + 1));
    let is_other =
        || name.ends_with('~') || name.rsplit('.').next().is_some_and(|last| OTHERS.contains(&last));
    starts.any(is_word) && !is_other()
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    /// Names, each with true if it is that of a Dockerfile.
    #[rustfmt::skip]
    const NAMES: &[(&str, bool)] = &[
        ("Dockerfile", true), ("dockerfile", true), ("DOCKERFILE", true), ("Containerfile", true),
        ("Dockerfile.ubi", true), ("Dockerfile.9.6", true), ("Dockerfile.rh.ubi.java21", true), ("Dockerfile.2", true),
        ("Dockerfile-rhel", true), ("Dockerfile-ubi9", true), ("Dockerfile_ubi8", true), ("Containerfile-x", true),
        ("Dockerfile-postgis.aarch64", true), ("Dockerfile2", true), ("Dockerfile2.glob", true), ("Dockerfile-", true),
        ("a/app.Dockerfile", true), ("app.dockerfile", true), ("rhel.Dockerfile", true), ("ubi.dockerfile", true),
        ("init.Dockerfile.ubi", true), ("a.b.Dockerfile", true), (".Dockerfile", true), ("bundle.Dockerfile", true),
        ("build/Dockerfile.d/Dockerfile", true), ("a.txt/Dockerfile", true),
        // Other words.
        ("Dockerfiles", false), ("Dockerfilefrom", false), ("MyDockerfile", false), ("inline_dockerfile", false),
        ("docker-file", false), ("Makefile", false), ("README.md", false), ("", false), ("dockerfile/README", false),
        ("repo-with-containerfile-on-it", false),
        // Prose, data and code.
        ("docs/Dockerfile.md", false), ("dockerfile.txt", false), ("DOCKERFILE.TXT", false), ("dockerfile.rs", false),
        ("dockerfile_test.go", false), ("dockerfile-lint.yaml", false), ("Dockerfile.json", false),
        ("Dockerfile.want", false), ("Dockerfile-a.want.err", false), ("dockerfile.json.golden", false),
        ("Dockerfile.tar.gz", false), ("Dockerfile.patch", false), ("app.Dockerfile.diff", false),
        ("Dockerfile.dockerignore", false), ("Dockerfile-rhel.dockerignore", false), (".dockerignore", false),
        // Backups and templates.
        ("Dockerfile~", false), ("Dockerfile.orig", false), ("Dockerfile-rhel.bak", false), (".Dockerfile.swp", false),
        ("Dockerfile.in", false), ("Dockerfile.ubi.j2", false), ("Dockerfile.tmpl", false), ("Dockerfile.tpl", false),
        ("Dockerfile.erb", false), ("Dockerfile.mustache", false), ("Dockerfile-rhel.template", false),
    ];

    #[test]
    fn dockerfiles_are_recognized_by_their_names() {
        for (name, expected) in NAMES {
            assert_eq!(is_dockerfile(Path::new(name)), *expected, "{name}");
        }
    }

    #[test]
    fn the_hooks_of_pre_commit_are_for_the_same_files() {
        let hooks = include_str!("../../.pre-commit-hooks.yaml");
        let keys = |key: &str| {
            let lines = hooks.lines().filter_map(|line| line.trim().strip_prefix(key)?.strip_prefix(": "));
            lines.map(|value| Regex::new(value.trim_matches('\'')).unwrap()).collect::<Vec<_>>()
        };
        let (files, excluded) = (keys("files"), keys("exclude"));
        let ([dockerfile, submission], [excluded]) = (&*files, &*excluded) else {
            panic!("{files:?} {excluded:?}")
        };
        let others = OTHERS.iter().map(|ending| (format!("Dockerfile.{ending}"), false));
        let names = NAMES.iter().map(|(name, expected)| ((*name).to_owned(), *expected)).chain(others);
        for (name, expected) in names {
            assert_eq!(is_dockerfile(Path::new(&name)), expected, "{name}");
            assert_eq!(dockerfile.is_match(&name) && !excluded.is_match(&name), expected, "{name}");
            // Checking the submission once too often is harmless.
            assert!(!expected || submission.is_match(&name), "{name}");
        }
        for name in ["rekey.toml", "a/rekey.toml"] {
            assert!(submission.is_match(name) && !dockerfile.is_match(name), "{name}");
        }
    }
}
