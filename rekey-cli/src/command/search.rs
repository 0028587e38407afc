//! Dockerfiles searched for: in folders, by patterns, never what git ignores.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use globset::{GlobBuilder, GlobMatcher};

use super::Session;
use crate::{
    folder::{Entry, EntryKind, Folder},
    ignore_files::{IgnoreFiles, is_ignored},
    read::{Location, ReadError, Reason},
};

/// A file to be checked: one that was named, or one that was found in a folder that was named.
#[derive(Clone, Debug)]
pub(super) struct FoundFile {
    /// The path as the user knows it.
    pub(super) path: PathBuf,
    /// The folder that was searched, and the path below it.
    below: Option<(Folder, PathBuf)>,
}

impl FoundFile {
    pub(super) fn location(&self) -> Location<'_> {
        match &self.below {
            Some((folder, path)) => Location::Below(folder, path),
            None => Location::Named(&self.path),
        }
    }

    /// The folder below which the file is rewritten, and its path there; that of a file that was named is its own.
    pub(super) fn folder(&self) -> (Folder, &Path) {
        match &self.below {
            Some((folder, path)) => (folder.clone(), path),
            None => (Folder::of(&self.path), self.path.file_name().unwrap_or_default().as_ref()),
        }
    }

    pub(super) fn is_stdin(&self) -> bool {
        self.below.is_none() && self.path == Path::new("-")
    }
}

/// The files that a search found, and the notices about it.
#[derive(Default)]
pub(super) struct Search {
    pub(super) files: Vec<FoundFile>,
    pub(super) notices: Vec<String>,
}

/// A folder that is being searched.
struct Level {
    path: PathBuf,
    entries: std::vec::IntoIter<Entry>,
    ignore_files: IgnoreFiles,
}

impl Session<'_, '_> {
    /// The files that are named, and those found in the folders that are named, in a stable order, each once.
    pub(super) fn dockerfile_paths(&mut self, paths: &[PathBuf]) -> Search {
        let mut search = Search::default();
        for path in paths {
            if path.is_dir() {
                self.search(path, is_dockerfile, &mut search);
            } else if let Some((folder, glob)) = pattern(path) {
                let before = search.files.len();
                self.search(&folder, |path| glob.is_match(path), &mut search);
                if search.files.len() == before {
                    let name = path.to_string_lossy();
                    self.unread(&ReadError::new(name, Reason::Form("no file is called like this")));
                }
            } else {
                search.files.push(FoundFile { path: path.clone(), below: None });
            }
        }
        let mut seen = HashSet::new();
        search.files.retain(|file| seen.insert(file.path.clone()));
        search
    }

    /// The files below a folder that git would not ignore and that are `wanted`.
    pub(super) fn search(&mut self, folder: &Path, wanted: impl Fn(&Path) -> bool, search: &mut Search) {
        let root = Folder::new(folder);
        let mut levels: Vec<Level> = Vec::new();
        let mut next = Some(PathBuf::new());
        loop {
            if let Some(path) = next.take() {
                match Level::read(&root, path, &levels, &mut search.notices) {
                    Ok(level) => levels.push(level),
                    Err(error) => self.unread(&error),
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
            // Patterns cost more than names, so they are asked last.
            let of_interest = if is_folder { entry.name != ".git" } else { wanted(&path) };
            if !of_interest || is_ignored(&below, is_folder, &above(&levels)) {
                continue;
            }
            if is_folder {
                next = Some(below);
            } else if root.kind(&below) != Ok(EntryKind::Folder) {
                search.files.push(FoundFile { path, below: Some((root.clone(), below)) });
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

/// Where a pattern is searched for, and what it matches; none for what is no pattern, or names a file as it is.
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

/// `Dockerfile`, `Containerfile`, `Dockerfile.ubi`, `app.Dockerfile`; neither code nor prose about them.
pub(super) fn is_dockerfile(path: &Path) -> bool {
    const OTHERS: &[&str] = &[
        "adoc",
        "bak",
        "dockerignore",
        "go",
        "html",
        "java",
        "js",
        "json",
        "md",
        "orig",
        "patch",
        "py",
        "rb",
        "rej",
        "rs",
        "rst",
        "sh",
        "swp",
        "toml",
        "ts",
        "yaml",
        "yml",
    ];
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let is = |word: &str| matches!(word.to_ascii_lowercase().as_str(), "dockerfile" | "containerfile");
    let (first, last) = (name.split('.').next().unwrap_or(name), name.rsplit('.').next().unwrap_or(name));
    is(last) || (is(first) && !OTHERS.contains(&&*last.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockerfiles_are_known_by_their_names() {
        let table = [
            ("Dockerfile", true),
            ("Containerfile", true),
            ("Dockerfile.ubi", true),
            ("a/app.Dockerfile", true),
            ("app.dockerfile", true),
            ("Dockerfile.dockerignore", false),
            ("Dockerfiles", false),
            ("dockerfile.rs", false),
            ("docs/Dockerfile.md", false),
            ("Dockerfile.9.6", true),
            ("README.md", false),
        ];
        for (name, expected) in table {
            assert_eq!(is_dockerfile(Path::new(name)), expected, "{name}");
        }
    }
}
