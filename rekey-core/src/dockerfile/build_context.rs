//! The folder that a build copies from.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use super::{glob::Glob, path};

/// Most entries that are looked at to tell whether a folder holds a file.
const MAX_ENTRIES: usize = 100_000;
/// Most steps that all wildcards of a file and of its `.dockerignore` may take together.
const MAX_STEPS: usize = 4 << 20;
/// How many steps a file counts that a wildcard matches, since it is looked at.
const STEPS_OF_A_MATCH: usize = 64;

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
///
/// Each folder is listed once, and each is looked through once, however many instructions copy from it.
pub(crate) struct View<'a> {
    context: &'a dyn BuildContext,
    ignored: Ignored,
    /// Folders with their entries in the order of names.
    listed: RefCell<HashMap<String, Rc<[Entry]>>>,
    /// Folders, and whether a file that is not empty is below them.
    searched: RefCell<HashMap<String, Option<bool>>>,
    /// Steps left for wildcards.
    steps: Cell<usize>,
}

/// The lines of `.dockerignore`, numbered from the first; `true` for one that takes in again.
#[derive(Default)]
struct Ignored {
    /// Lines without wildcards; of two equal ones the last counts.
    paths: HashMap<String, (usize, bool)>,
    globs: Vec<(Glob, usize, bool)>,
    /// Whether a line takes in again.
    exceptions: bool,
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
        Self {
            context,
            ignored: context.ignore_file().map(Ignored::of).unwrap_or_default(),
            listed: RefCell::default(),
            searched: RefCell::default(),
            steps: Cell::new(MAX_STEPS),
        }
    }

    /// What is in a folder, in the order of names.
    fn list(&self, folder: &str) -> Rc<[Entry]> {
        if let Some(entries) = self.listed.borrow().get(folder) {
            return Rc::clone(entries);
        }
        let mut entries = self.context.list(folder);
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        let entries: Rc<[Entry]> = entries.into();
        self.listed.borrow_mut().insert(folder.to_owned(), Rc::clone(&entries));
        entries
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
            let entries = self.list(folder);
            let place = entries.binary_search_by(|entry| entry.name.as_str().cmp(name));
            match place.ok().and_then(|place| entries.get(place)) {
                Some(entry) => kind = entry.kind,
                None => return Found::Missing,
            }
            folder = path.get(..end).unwrap_or_default();
        }
        match self.is_ignored(&path) {
            // Something in it may be taken in again.
            Some(true) if kind != EntryKind::Folder || !self.ignored.exceptions => Found::Ignored,
            None => Found::Entry(EntryKind::Other),
            _ => Found::Entry(kind),
        }
    }

    /// The paths that a source of `COPY` means: itself, or what its wildcards match; nothing where it cannot be told.
    pub(crate) fn expand(&self, source: &str) -> Option<Vec<String>> {
        let path = clean(source);
        if !path.contains(['*', '?', '[', '\\']) {
            return Some(vec![path]);
        }
        let mut found = vec![(String::new(), EntryKind::Folder)];
        for part in path.split('/') {
            let Some(glob) = Glob::of_copy(part) else { return Some(Vec::new()) };
            let mut next = Vec::new();
            for (folder, kind) in &found {
                if *kind == EntryKind::Other {
                    // What a wildcard matches behind a link is unknown, and so is the path.
                    next.push((below(folder, part), EntryKind::Other));
                    continue;
                }
                for entry in &*self.list(folder) {
                    if glob.matches(&entry.name, &self.steps)? {
                        self.steps.set(self.steps.get().checked_sub(STEPS_OF_A_MATCH)?);
                        next.push((below(folder, &entry.name), entry.kind));
                    }
                }
            }
            found = next;
        }
        Some(found.into_iter().map(|(path, _)| path).collect())
    }

    /// Whether a file that is not empty is at a path or below it; nothing where it cannot be told.
    pub(crate) fn holds_text(&self, path: &str) -> Option<bool> {
        match self.find(path) {
            Found::Entry(EntryKind::File(len)) => Some(len > 0),
            Found::Entry(EntryKind::Folder) => self.folder_holds_text(clean(path)),
            Found::Entry(EntryKind::Other) => None,
            Found::Ignored | Found::Missing => Some(false),
        }
    }

    fn folder_holds_text(&self, path: String) -> Option<bool> {
        /// A folder that is being looked through.
        struct Open {
            path: String,
            entries: Rc<[Entry]>,
            next: usize,
            certain: bool,
        }
        let mut searched = self.searched.borrow_mut();
        if let Some(answer) = searched.get(&path) {
            return *answer;
        }
        let open = |path: String| Open { entries: self.list(&path), path, next: 0, certain: true };
        let mut left = MAX_ENTRIES;
        let mut folders = vec![open(path)];
        let mut answer = Some(false);
        while let Some(folder) = folders.last_mut() {
            let Some(entry) = folder.entries.get(folder.next) else {
                answer = folder.certain.then_some(false);
                searched.insert(std::mem::take(&mut folder.path), answer);
                folders.pop();
                if let Some(parent) = folders.last_mut() {
                    parent.certain &= answer.is_some();
                }
                continue;
            };
            folder.next += 1;
            left -= 1;
            let path = below(&folder.path, &entry.name);
            let found = match entry.kind {
                EntryKind::Folder => searched.get(&path).copied().unwrap_or_else(|| {
                    folders.push(open(path));
                    Some(false)
                }),
                kind => match (self.is_ignored(&path), kind) {
                    (Some(true), _) | (_, EntryKind::File(0)) => Some(false),
                    (Some(false), EntryKind::File(_)) => Some(true),
                    _ => None,
                },
            };
            if found == Some(true) || left == 0 {
                // All that are open lead here.
                answer = found.filter(|found| *found);
                searched.extend(folders.drain(..).map(|folder| (folder.path, answer)));
            } else if found.is_none()
                && let Some(folder) = folders.last_mut()
            {
                folder.certain = false;
            }
        }
        answer
    }

    /// Of the lines that match a path or a folder above it, the last one counts; nothing where it cannot be told.
    fn is_ignored(&self, path: &str) -> Option<bool> {
        let Ignored { paths, globs, .. } = &self.ignored;
        if paths.is_empty() && globs.is_empty() {
            return Some(false);
        }
        let above = || path.match_indices('/').filter_map(|(end, _)| path.get(..end)).chain([path]);
        let mut last = above().filter_map(|path| paths.get(path)).max().copied();
        for (glob, line, again) in globs.iter().rev() {
            if last.is_some_and(|(last, _)| last > *line) {
                break;
            }
            for path in above() {
                if glob.matches(path, &self.steps)? {
                    last = Some((*line, *again));
                }
            }
            if last.is_some_and(|(last, _)| last == *line) {
                break;
            }
        }
        Some(last.is_some_and(|(_, again)| !again))
    }
}

impl Ignored {
    fn of(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let mut ignored = Self::default();
        let lines = text.trim_start_matches('\u{feff}').lines();
        for (number, line) in lines.filter(|line| !line.starts_with('#')).enumerate() {
            let line = line.trim();
            let (line, again) = match line.strip_prefix('!') {
                Some(rest) => (rest.trim(), true),
                None => (line, false),
            };
            let cleaned = path::join("", line);
            let pattern = cleaned.trim_start_matches('/');
            if pattern.is_empty() {
                continue;
            }
            if !pattern.contains(['*', '?', '[', '\\']) {
                ignored.paths.insert(pattern.to_owned(), (number, again));
            } else if let Some(glob) = Glob::of_ignore(pattern) {
                ignored.globs.push((glob, number, again));
            } else {
                continue;
            }
            ignored.exceptions |= again;
        }
        ignored
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
        for (source, expected) in
            [("licenses/*", &["licenses/a", "licenses/b"][..]), ("d*/*.md", &["docs/a.md"]), ("./x", &["x"])]
        {
            assert_eq!(view.expand(source).as_deref().unwrap(), expected, "{source}");
        }
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
            let paths = view.expand(source).unwrap();
            assert_eq!(paths.len(), 1, "{source}");
            assert_eq!(view.holds_text(&paths[0]), None, "{source}");
        }
        assert_eq!(view.find("out/passwd"), Found::Entry(EntryKind::Other));
    }

    #[test]
    fn what_wildcards_match_after_their_limit_is_unknown() {
        let context = folder("**/*.md\n");
        let view = View::of(&context);
        view.steps.set(100);
        assert_eq!(view.find("docs/a.md"), Found::Ignored);
        assert_eq!(view.expand("docs/*"), None);
        assert_eq!(view.find("docs/sub/b.md"), Found::Entry(EntryKind::Other));
        assert_eq!(view.holds_text("docs"), None);
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
