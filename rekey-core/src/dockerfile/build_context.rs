//! The folder that a build copies from.

use std::collections::{BTreeMap, BTreeSet};

use super::{glob::Glob, path};

/// Most entries that are looked at to tell whether a folder holds a file.
const MAX_ENTRIES: usize = 100_000;

/// The folder that a build copies from. The core reads no files: whoever has the folder shows it.
///
/// A map from paths to lengths is one:
///
/// ```
/// use std::collections::BTreeMap;
/// use rekey_core::{DockerfileInput, Policy, check_dockerfile};
///
/// let context = BTreeMap::from([("licenses/LICENSE".to_owned(), 11_357_u64)]);
/// let file = "FROM registry.access.redhat.com/ubi9\nCOPY licenses /licenses\n";
/// let report = check_dockerfile(DockerfileInput::new(file).context(Some(&context)), &Policy::default());
/// let row = report.forecast().into_iter().find(|row| row.check == "HasLicense").unwrap();
/// assert_eq!(row.outcome.as_str(), "pass");
/// ```
pub trait BuildContext: std::fmt::Debug {
    /// What is in a folder, in any order; nothing where there is no such folder. Paths are relative, with `/` between
    /// their parts; the empty one is the context itself.
    fn list(&self, folder: &str) -> Vec<Entry>;

    /// The text of `.dockerignore`, or of the Dockerfile's own, `<Dockerfile>.dockerignore`.
    fn ignore_file(&self) -> Option<&[u8]> {
        None
    }
}

/// Something in a folder of the build context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, without folders.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
}

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file of so many bytes.
    File(u64),
    /// A folder.
    Folder,
    /// A link, or something else that cannot be judged by its name.
    Other,
}

impl BuildContext for BTreeMap<String, u64> {
    fn list(&self, folder: &str) -> Vec<Entry> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let below = self.range(prefix.clone()..);
        let below = below.map_while(|(path, len)| Some((path.strip_prefix(&prefix)?, *len)));
        let mut folders = BTreeSet::new();
        let entry = |(path, len): (&str, u64)| match path.split_once('/') {
            None => Some(Entry { name: path.to_owned(), kind: EntryKind::File(len) }),
            Some((name, _)) => folders
                .insert(name.to_owned())
                .then(|| Entry { name: name.to_owned(), kind: EntryKind::Folder }),
        };
        below.filter_map(entry).collect()
    }
}

/// A build context as `COPY` sees it: without what `.dockerignore` leaves out.
pub(crate) struct View<'a> {
    context: &'a dyn BuildContext,
    ignored: Vec<(Glob, bool)>,
}

/// What a source of `COPY` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Entry(EntryKind),
    /// It is there, and `.dockerignore` leaves it out.
    Ignored,
    Missing,
}

impl<'a> View<'a> {
    pub(crate) fn of(context: &'a dyn BuildContext) -> Self {
        let text = context.ignore_file().map(String::from_utf8_lossy).unwrap_or_default();
        let lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.starts_with('#'));
        let ignored = lines
            .filter_map(|line| {
                let line = line.trim();
                let (line, again) = match line.strip_prefix('!') {
                    Some(rest) => (rest.trim(), true),
                    None => (line, false),
                };
                let cleaned = path::join("", line);
                let pattern = cleaned.trim_start_matches('/');
                Some((Glob::of_ignore(pattern).filter(|_| !pattern.is_empty())?, again))
            })
            .collect();
        Self { context, ignored }
    }

    /// What is at a path, which may be written with `.`, `..` and slashes around it.
    pub(crate) fn find(&self, source: &str) -> Found {
        let path = clean(source);
        let mut kind = EntryKind::Folder;
        let mut folder = "";
        let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        for end in ends.filter(|end| *end > 0) {
            let name = path.get(folder.len()..end).unwrap_or_default().trim_start_matches('/');
            // A link on the way leads to where cannot be told.
            if kind == EntryKind::Other {
                break;
            }
            match self.context.list(folder).into_iter().find(|entry| entry.name == name) {
                Some(entry) => kind = entry.kind,
                None => return Found::Missing,
            }
            folder = path.get(..end).unwrap_or_default();
        }
        let left_out = match kind {
            // Something in it may be taken in again.
            EntryKind::Folder => self.is_ignored(&path) && !self.ignored.iter().any(|(_, again)| *again),
            _ => self.is_ignored(&path),
        };
        if left_out { Found::Ignored } else { Found::Entry(kind) }
    }

    /// The paths that a source of `COPY` means: itself, or what its wildcards match.
    pub(crate) fn expand(&self, source: &str) -> Vec<String> {
        let path = clean(source);
        if !path.contains(['*', '?', '[', '\\']) {
            return vec![path];
        }
        let mut found = vec![(String::new(), EntryKind::Folder)];
        for part in path.split('/') {
            let Some(glob) = Glob::of_copy(part) else { return Vec::new() };
            found = found
                .iter()
                .flat_map(|(folder, kind)| {
                    if *kind == EntryKind::Other {
                        // What a wildcard matches behind a link is unknown, and so is the path.
                        return vec![(below(folder, part), EntryKind::Other)];
                    }
                    let matching =
                        self.context.list(folder).into_iter().filter(|entry| glob.matches(&entry.name));
                    matching.map(|entry| (below(folder, &entry.name), entry.kind)).collect()
                })
                .take(MAX_ENTRIES)
                .collect();
        }
        found.into_iter().map(|(path, _)| path).collect()
    }

    /// Whether a file that is not empty is at a path or below it; nothing where it cannot be told.
    pub(crate) fn holds_text(&self, path: &str) -> Option<bool> {
        let mut left = MAX_ENTRIES;
        match self.find(path) {
            Found::Entry(EntryKind::File(len)) => Some(len > 0),
            Found::Entry(EntryKind::Folder) => self.folder_holds_text(&clean(path), &mut left),
            Found::Entry(EntryKind::Other) => None,
            Found::Ignored | Found::Missing => Some(false),
        }
    }

    fn folder_holds_text(&self, path: &str, left: &mut usize) -> Option<bool> {
        let mut folders = vec![path.to_owned()];
        let mut certain = true;
        while let Some(folder) = folders.pop() {
            for entry in self.context.list(&folder) {
                *left = left.checked_sub(1)?;
                let path = below(&folder, &entry.name);
                match entry.kind {
                    EntryKind::Folder => folders.push(path),
                    _ if self.is_ignored(&path) => {}
                    EntryKind::File(0) => {}
                    EntryKind::File(_) => return Some(true),
                    EntryKind::Other => certain = false,
                }
            }
        }
        certain.then_some(false)
    }

    /// Of the lines that match a path or a folder above it, the last one counts.
    fn is_ignored(&self, path: &str) -> bool {
        let above: Vec<&str> =
            path.match_indices('/').filter_map(|(end, _)| path.get(..end)).chain([path]).collect();
        let last = self.ignored.iter().rev().find(|(glob, _)| above.iter().any(|path| glob.matches(path)));
        last.is_some_and(|(_, again)| !again)
    }
}

/// A path of the context in its plain form, without slashes around it.
fn clean(source: &str) -> String {
    path::join("", source).trim_start_matches('/').to_owned()
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Folder(BTreeMap<String, u64>, &'static str);

    impl BuildContext for Folder {
        fn list(&self, folder: &str) -> Vec<Entry> {
            self.0.list(folder)
        }

        fn ignore_file(&self) -> Option<&[u8]> {
            Some(self.1.as_bytes())
        }
    }

    fn folder(ignore: &'static str) -> Folder {
        let files =
            [("licenses/a", 1), ("licenses/b", 0), ("empty/x", 0), ("docs/a.md", 3), ("docs/sub/b.md", 3)];
        Folder(files.map(|(path, len)| (path.to_owned(), len)).into(), ignore)
    }

    #[test]
    fn a_source_is_found_as_it_is_written() {
        let context = folder("");
        let view = View::of(&context);
        for (source, found) in [
            ("licenses", Found::Entry(EntryKind::Folder)),
            ("./licenses/", Found::Entry(EntryKind::Folder)),
            ("/licenses/a", Found::Entry(EntryKind::File(1))),
            ("../licenses/../licenses/b", Found::Entry(EntryKind::File(0))),
            (".", Found::Entry(EntryKind::Folder)),
            ("LICENSES", Found::Missing),
            ("licenses/a/b", Found::Missing),
        ] {
            assert_eq!(view.find(source), found, "{source}");
        }
        assert_eq!(view.expand("licenses/*"), ["licenses/a", "licenses/b"]);
        assert_eq!(view.expand("d*/*.md"), ["docs/a.md"]);
        assert_eq!(view.expand("./x"), ["x"]);
    }

    #[test]
    fn a_folder_holds_text_where_a_file_is_not_empty() {
        let context = folder("");
        let view = View::of(&context);
        for (path, expected) in [("licenses", true), ("licenses/b", false), ("empty", false), ("docs", true)]
        {
            assert_eq!(view.holds_text(path), Some(expected), "{path}");
        }
    }

    #[derive(Debug)]
    struct WithLink;

    impl BuildContext for WithLink {
        fn list(&self, folder: &str) -> Vec<Entry> {
            assert_eq!(folder, "", "the link is listed");
            vec![Entry { name: "out".to_owned(), kind: EntryKind::Other }]
        }
    }

    #[test]
    fn wildcards_behind_a_link_are_unknown_and_the_link_is_not_listed() {
        let view = View::of(&WithLink);
        for source in ["out/pass*", "o*/pass*", "out/*/x"] {
            let paths = view.expand(source);
            assert_eq!(paths.len(), 1, "{source}");
            assert_eq!(view.holds_text(&paths[0]), None, "{source}");
        }
        assert_eq!(view.find("out/passwd"), Found::Entry(EntryKind::Other));
    }

    #[test]
    fn what_dockerignore_leaves_out_is_not_there() {
        for (ignore, path, expected) in [
            ("licenses\n", "licenses/a", Found::Ignored),
            ("licenses\n", "licenses", Found::Ignored),
            ("**/*.md\n", "docs/sub/b.md", Found::Ignored),
            ("*.md\n", "docs/a.md", Found::Entry(EntryKind::File(3))),
            ("*\n!licenses\n", "licenses/a", Found::Entry(EntryKind::File(1))),
            ("*\n!licenses\n", "docs/a.md", Found::Ignored),
            ("# docs\n /docs/ \n", "docs/a.md", Found::Ignored),
            ("docs\n!docs/sub\n", "docs/sub/b.md", Found::Entry(EntryKind::File(3))),
        ] {
            let context = folder(ignore);
            assert_eq!(View::of(&context).find(path), expected, "{ignore:?} {path}");
        }
        assert_eq!(View::of(&folder("*\n!docs/sub\n")).holds_text("docs"), Some(true));
        assert_eq!(View::of(&folder("**/a.md\n**/b.md\n")).holds_text("docs"), Some(false));
    }
}
