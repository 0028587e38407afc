//! The ignore files of a checkout: `.ignore`, `.gitignore` and `.git/info/exclude`.
//!
//! The crate `ignore` matches their patterns. It could also find and read the files, but it follows links,
//! reads without a limit, and includes those of folders above the searched one.

use std::path::Path;

use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};

use crate::{
    folder::{Entry, EntryKind, Folder},
    read::{self, Kind, Location, ReadError, Reason},
};

/// The maximum number of patterns that apply in one folder, including those of the folders above it.
const MOST_PATTERNS: usize = 10_000;
/// The maximum number of files with patterns that apply in one folder.
const MOST_FILES: usize = 100;
/// The maximum number of wildcards in one file. Each takes some kilobytes when the patterns are compiled.
const MOST_WILDCARDS: usize = 20_000;

/// The patterns of one folder, with properties of the folders above it.
pub(crate) struct IgnoreFiles {
    /// The patterns of `.ignore`, `.gitignore` and `.git/info/exclude`, in order of precedence.
    matchers: [Gitignore; 3],
    is_repository: bool,
}

impl IgnoreFiles {
    /// Reads the ignore files among the entries of a folder. An unreadable one is skipped with a notice,
    /// since without it too many files are found, never too few. Git does not follow links to such files
    /// either.
    pub(crate) fn read<'a>(
        root: &Folder,
        folder: &Path,
        entries: &[Entry],
        above: impl Iterator<Item = (&'a Path, &'a Self)>,
        notices: &mut Vec<String>,
    ) -> Self {
        let mut limits = Limits::default();
        above.for_each(|(_, files)| files.matchers.iter().for_each(|matcher| limits.count(matcher)));
        let kind = |name: &str| entries.iter().find(|entry| entry.name == name).map(|entry| entry.kind);
        let git = kind(".git");
        let exclude = Path::new(".git/info/exclude");
        let has_exclude = git == Some(EntryKind::Folder) && root.has(&folder.join(exclude));
        let files = [
            (Path::new(".ignore"), kind(".ignore")),
            (Path::new(".gitignore"), kind(".gitignore")),
            (exclude, has_exclude.then_some(EntryKind::File(0))),
        ];
        let matchers = files.map(|(file, kind)| {
            let Some(kind) = kind else { return Gitignore::empty() };
            matcher(root, &folder.join(file), kind, &mut limits).unwrap_or_else(|reason| {
                let name = root.path().join(folder).join(file);
                let error = ReadError::new(name.to_string_lossy(), reason);
                notices.push(format!("{error}; rekey ignores its patterns"));
                Gitignore::empty()
            })
        });
        Self { matchers, is_repository: git.is_some() }
    }
}

/// The totals of patterns and files that apply in one folder.
#[derive(Default)]
struct Limits {
    files: usize,
    patterns: usize,
}

impl Limits {
    fn count(&mut self, matcher: &Gitignore) {
        self.files += usize::from(!matcher.is_empty());
        self.patterns += matcher.len();
    }
}

/// Returns true if a path is excluded by the ignore files of the folders above it. These are given from the
/// outermost one, each with its path.
pub(crate) fn is_ignored<'a>(
    path: &Path,
    is_folder: bool,
    above: &(impl DoubleEndedIterator<Item = (&'a Path, &'a IgnoreFiles)> + Clone),
) -> bool {
    // `.ignore` files take precedence over `.gitignore` files, and those over `.git/info/exclude`; for each
    // the nearest one wins.
    for which in 0..3 {
        for (folder, files) in above.clone().rev() {
            let matcher = files.matchers.get(which).filter(|matcher| !matcher.is_empty());
            let below = |matcher: &'a Gitignore| {
                matcher.matched(path.strip_prefix(folder).unwrap_or(path), is_folder)
            };
            let found = matcher.map(below);
            match found {
                Some(Match::Ignore(_)) => return true,
                Some(Match::Whitelist(_)) => return false,
                Some(Match::None) | None => {}
            }
            // Git's own files apply only within their repository.
            if which > 0 && files.is_repository {
                break;
            }
        }
    }
    false
}

fn matcher(root: &Folder, path: &Path, kind: EntryKind, limits: &mut Limits) -> Result<Gitignore, Reason> {
    match kind {
        EntryKind::Folder => return Ok(Gitignore::empty()),
        EntryKind::Link => return Err(Reason::Form("is a link, expected a file")),
        EntryKind::Special(what) => return Err(Reason::Special(what)),
        EntryKind::File(_) => {}
    }
    let bytes = read::file(Location::Below(root, path), "", Kind::Ignore).map_err(|error| error.reason)?;
    if bytes.iter().filter(|byte| b"*?[{,".contains(byte)).count() > MOST_WILDCARDS {
        return Err(Reason::Form("more than 20,000 wildcards, the limit"));
    }
    let (mut builder, mut patterns) = (GitignoreBuilder::new(""), 0);
    for line in bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes).split(|byte| *byte == b'\n') {
        let line = std::str::from_utf8(line).unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        patterns += 1;
        if limits.patterns + patterns > MOST_PATTERNS {
            return Err(Reason::Form(
                "more than 10,000 patterns, the limit for one folder and those above it",
            ));
        }
        // A pattern that cannot be parsed matches nothing, as in git.
        drop(builder.add_line(None, line));
    }
    let matcher = builder.build().map_err(|_| Reason::Form("its patterns are too large"))?;
    limits.count(&matcher);
    if limits.files > MOST_FILES {
        return Err(Reason::Form("more than 100 ignore files with those of the folders above, the limit"));
    }
    Ok(matcher)
}
