//! Dockerfiles searched for: in folders, by patterns, never what git ignores.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;

use super::Session;
use crate::read::{ReadError, Reason};

impl Session<'_, '_> {
    /// The files that are named, and those found in the folders that are named, in a stable order, each once.
    pub(super) fn dockerfile_paths(&mut self, paths: &[PathBuf]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for path in paths {
            if path.is_dir() {
                self.search(path, is_dockerfile, &mut found);
            } else if let Some((folder, glob)) = pattern(path) {
                let before = found.len();
                self.search(&folder, |path| glob.is_match(path), &mut found);
                if found.len() == before {
                    let name = path.to_string_lossy();
                    self.unread(&ReadError::new(name, Reason::Form("no file is called like this")));
                }
            } else {
                found.push(path.clone());
            }
        }
        let mut seen = HashSet::new();
        found.retain(|path| seen.insert(path.clone()));
        found
    }

    /// The files below a folder that git would not ignore and that are `wanted`.
    pub(super) fn search(&mut self, folder: &Path, wanted: impl Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
        let walk = WalkBuilder::new(folder)
            .sort_by_file_name(Ord::cmp)
            .require_git(false)
            .hidden(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .build();
        for entry in walk {
            match entry {
                Ok(entry) => {
                    let is_file = entry.file_type().is_some_and(|kind| !kind.is_dir());
                    let path = entry.into_path();
                    let path = path.strip_prefix(".").map_or(path.clone(), Path::to_owned);
                    if is_file && wanted(&path) && !path.is_dir() {
                        found.push(path);
                    }
                }
                Err(error) => {
                    let name = folder.to_string_lossy();
                    let reason =
                        error.into_io_error().map_or(Reason::Form("cannot be searched"), Reason::from);
                    self.unread(&ReadError::new(name, reason));
                }
            }
        }
    }
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
