//! The folder that a build copies from.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use super::{
    glob::{Glob, PatternError},
    limits, path,
};
use crate::text::Span;

/// The maximum number of entries visited to decide whether a folder contains a file.
const MAX_ENTRIES: usize = 100_000;
/// The maximum number of steps for all wildcards of a file and its `.dockerignore`.
const MAX_STEPS: usize = 4 << 20;
/// The number of steps charged for a file that a wildcard matches.
const STEPS_OF_A_MATCH: usize = 64;

/// The folder that a build copies from. The core does no I/O: the caller implements this trait, for use from
/// any thread.
///
/// A map from paths to lengths implements it:
///
/// ```
/// use std::collections::BTreeMap;
/// use rekey_core::{DockerfileInput, Target, check_dockerfile};
///
/// let context = BTreeMap::from([("licenses/LICENSE".to_owned(), 11_357_u64)]);
/// let file = "FROM registry.access.redhat.com/ubi9\nCOPY licenses /licenses\n";
/// let report = check_dockerfile(DockerfileInput::new(file).context(Some(&context)), &Target::default());
/// let row = report.forecast().into_iter().find(|row| row.check == "HasLicense").unwrap();
/// assert_eq!(row.outcome.as_str(), "pass");
/// ```
pub trait BuildContext: std::fmt::Debug + Send + Sync {
    /// Returns the entries of a folder in any order, or nothing if the folder does not exist. Paths are
    /// relative and separated by `/`; the empty path is the context itself.
    fn list(&self, folder: &str) -> Vec<Entry>;

    /// The text of `.dockerignore` or of the Dockerfile's own `<Dockerfile>.dockerignore`.
    fn ignore_file(&self) -> Option<&[u8]> {
        None
    }

    /// The path of that file in reports; `.dockerignore` if `None`.
    fn ignore_file_name(&self) -> Option<&str> {
        None
    }

    /// The name and text of the ignore file that buildah reads instead: it prefers `.containerignore` to
    /// `.dockerignore`.
    fn buildah_ignore_file(&self) -> Option<(&str, &[u8])> {
        None
    }
}

/// An entry of a folder in the build context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, without the folder.
    pub name: String,
    /// Its kind.
    pub kind: EntryKind,
}

/// The kind of a folder's entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file with its size in bytes.
    File(u64),
    /// A folder.
    Folder,
    /// A link, or anything else that cannot be judged by its name.
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

/// A build context as `COPY` sees it: without the files that `.dockerignore` excludes.
///
/// Each folder is listed once and searched once, however many instructions copy from it.
pub(crate) struct View<'a> {
    context: &'a dyn BuildContext,
    ignored: Ignored,
    /// Folders with their entries, sorted by name.
    listed: RefCell<HashMap<String, Rc<[Entry]>>>,
    /// Folders, each with true if a non-empty file is below it.
    searched: RefCell<HashMap<String, Option<bool>>>,
    /// Steps left for wildcards.
    steps: Cell<usize>,
}

/// The lines of `.dockerignore`, numbered from the first; `true` marks an exception, which includes files
/// again.
#[derive(Clone, Default)]
struct Ignored {
    /// Lines without wildcards; the last of two equal ones wins.
    paths: HashMap<String, (usize, bool)>,
    /// Lines with wildcards; `None` if it is unknown which paths a line matches.
    globs: Vec<(Option<Glob>, usize, bool)>,
    /// True if there is an exception.
    exceptions: bool,
    /// The invalid line that ends every build.
    error: Option<IgnoreError>,
    /// The first line that ends a build as soon as a path is compared with it, and the lines before it.
    late: Option<Box<(IgnoreError, bool, Self)>>,
}

/// A line of `.dockerignore` that ends the build.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IgnoreError {
    /// The line, without spaces around it.
    pub(crate) span: Span,
    pub(crate) error: PatternError,
}

/// The result of looking up a source of `COPY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Entry(EntryKind),
    /// It exists, and `.dockerignore` excludes it.
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

    /// The line of the ignore file that ends a build before anything is copied.
    pub(crate) fn ignore_error(&self) -> Option<IgnoreError> {
        self.ignored.error
    }

    /// The line that ends a build when something is copied: one that a path in the context is compared with.
    pub(crate) fn ignore_error_of_copy(&self) -> Option<IgnoreError> {
        let (error, again, before) = &**self.ignored.late.as_ref()?;
        let reached = |entry: &Entry| before.ignores(&entry.name, &self.steps) == Some(*again);
        self.list("").iter().any(reached).then_some(*error)
    }

    /// The name that reports use for the ignore file, and its text.
    pub(crate) fn ignore_file(&self) -> (&'a str, &'a [u8]) {
        (
            self.context.ignore_file_name().unwrap_or(".dockerignore"),
            self.context.ignore_file().unwrap_or_default(),
        )
    }

    /// The ignore file that buildah reads, if it is another one: its name, its text, and the context without
    /// the files that it excludes.
    pub(crate) fn of_buildah(&self) -> Option<(&'a str, &'a [u8], Self)> {
        let (name, text) = self.context.buildah_ignore_file()?;
        Some((name, text, Self { ignored: Ignored::of(text), ..Self::of(self.context) }))
    }

    /// The entries of a folder, sorted by name.
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

    /// Looks up a path, which may contain `.`, `..` and leading or trailing slashes.
    pub(crate) fn find(&self, source: &str) -> Found {
        let path = clean(source);
        let mut kind = EntryKind::Folder;
        let mut folder = "";
        let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        for end in ends.filter(|end| *end > 0) {
            let name = path.get(folder.len()..end).unwrap_or_default().trim_start_matches('/');
            // The target of a link on the way is unknown.
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
            // An exception may include something in the folder again.
            Some(true) if kind != EntryKind::Folder || !self.ignored.exceptions => Found::Ignored,
            None => Found::Entry(EntryKind::Other),
            _ => Found::Entry(kind),
        }
    }

    /// The paths that a source of `COPY` means: the path itself, or those that its wildcards match; `None` if
    /// that is unknown.
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
                    // The paths below a link that a wildcard matches are unknown.
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

    /// Returns whether a non-empty file is at a path or below it; `None` if that is unknown.
    pub(crate) fn holds_text(&self, path: &str) -> Option<bool> {
        match self.find(path) {
            Found::Entry(EntryKind::File(len)) => Some(len > 0),
            Found::Entry(EntryKind::Folder) => self.folder_holds_text(clean(path)),
            Found::Entry(EntryKind::Other) => None,
            Found::Ignored | Found::Missing => Some(false),
        }
    }

    fn folder_holds_text(&self, path: String) -> Option<bool> {
        /// A folder that is being searched.
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
                // All open folders lead here.
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

    fn is_ignored(&self, path: &str) -> Option<bool> {
        self.ignored.ignores(path, &self.steps)
    }
}

impl Ignored {
    /// Returns whether a path is excluded: the last line that matches it or a folder above it wins; `None` if
    /// that is unknown.
    fn ignores(&self, path: &str, steps: &Cell<usize>) -> Option<bool> {
        let Self { paths, globs, .. } = self;
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
                if glob.as_ref()?.matches(path, steps)? {
                    last = Some((*line, *again));
                }
            }
            if last.is_some_and(|(last, _)| last == *line) {
                break;
            }
        }
        Some(last.is_some_and(|(_, again)| !again))
    }

    fn of(text: &[u8]) -> Self {
        let mut ignored = Self::default();
        let mut start = if text.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        let lines = text.get(start..).unwrap_or_default().split(|byte| *byte == b'\n');
        for (number, bytes) in lines.enumerate() {
            let begin = start;
            start += bytes.len() + 1;
            let line = String::from_utf8_lossy(bytes);
            let trimmed = line.trim();
            let spaces = bytes.len() - bytes.trim_ascii_start().len();
            let span = Span::new(begin + spaces, begin + bytes.trim_ascii_end().len().max(spaces));
            let error = if bytes.len() > limits::MAX_LINE {
                Err(PatternError::Length)
            } else if bytes.starts_with(b"#") || trimmed.is_empty() {
                continue;
            } else {
                ignored.line(number, trimmed, matches!(line, Cow::Borrowed(_)))
            };
            let Err(error) = error else { continue };
            let error = IgnoreError { span, error };
            if !error.error.is_late() {
                ignored.error = Some(error);
                break;
            }
            if ignored.late.is_none() {
                let again = trimmed.starts_with('!');
                ignored.late = Some(Box::new((error, again, ignored.clone())));
            }
            ignored.globs.push((None, number, trimmed.starts_with('!')));
        }
        ignored
    }

    /// Adds a non-empty line. If `exact`, every character of it is in the file.
    fn line(&mut self, number: usize, line: &str, exact: bool) -> Result<(), PatternError> {
        let pattern = match line.strip_prefix('!') {
            Some("") => return Err(PatternError::Exception),
            Some(rest) => format!("!{}", in_context(rest.trim()).trim_matches('/')),
            None => in_context(line),
        };
        let pattern = in_context(pattern.trim());
        // `/!a` is an exception too.
        let (pattern, again) = match pattern.strip_prefix('!') {
            Some("") => return Err(PatternError::Exception),
            Some(rest) => (rest, true),
            None => (pattern.as_str(), false),
        };
        if pattern.contains(['*', '?', '[', '\\']) {
            self.globs.push((Glob::of_ignore(pattern)?.filter(|_| exact), number, again));
        } else {
            self.paths.insert(pattern.to_owned(), (number, again));
        }
        self.exceptions |= again;
        Ok(())
    }
}

/// Normalizes a path of the context, without leading or trailing slashes.
fn clean(source: &str) -> String {
    path::join("", source).trim_start_matches('/').to_owned()
}

/// Normalizes a pattern as Go's `filepath.Clean` does, without the leading slash; a leading `..` stays.
fn in_context(pattern: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in pattern.split('/').filter(|part| !matches!(*part, "" | ".")) {
        match (part, parts.last()) {
            ("..", Some(&last)) if last != ".." => drop(parts.pop()),
            ("..", None) if pattern.starts_with('/') => {}
            _ => parts.push(part),
        }
    }
    match pattern.starts_with('/') {
        _ if !parts.is_empty() => parts.join("/"),
        true => "/".to_owned(),
        false => ".".to_owned(),
    }
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

    /// The faulty line and the reason, with a `?` in front if the error occurs only when a path is compared
    /// with the line.
    fn error_of(text: &str) -> Option<String> {
        let ignored = Ignored::of(text.as_bytes());
        let told =
            |error: IgnoreError| format!("{} {:?}", error.span.str(text.as_bytes()).unwrap(), error.error);
        let late = ignored.late.as_ref().map(|late| format!("? {}", told(late.0)));
        ignored.error.map(told).or(late)
    }

    #[test]
    fn invalid_ignore_patterns_are_those_of_moby() {
        // Each answer is from moby/patternmatcher 5a6d842 with Go 1.26.
        for (text, expected) in [
            ("[", Some("[ Class")),
            ("!", Some("! Exception")),
            ("a\n  ! \nb", Some("! Exception")),
            ("!/", Some("!/ Exception")),
            ("/!", Some("/! Exception")),
            ("./!", Some("./! Exception")),
            ("a/../!", Some("a/../! Exception")),
            ("a\\", Some("a\\ Escape")),
            ("a[b", Some("a[b Class")),
            ("[]", Some("[] Class")),
            ("[]a]", Some("[]a] Class")),
            ("[-a]", Some("[-a] Class")),
            ("[a-]", Some("[a-] Class")),
            ("[^]", Some("[^] Class")),
            ("[a\\]", Some("[a\\] Class")),
            ("**/[", Some("**/[ Class")),
            ("*.*[", Some("*.*[ Class")),
            ("\u{feff}[\r\nx", Some("[ Class")),
            ("src\\lib", Some("? src\\lib Letter('l')")),
            ("*.py\nsrc\\é", Some("? src\\é Letter('é')")),
            ("[z-a]", Some("? [z-a] Range('z', 'a')")),
            ("a\\1", Some("? a\\1 Letter('1')")),
            ("!.", None),
            ("!a/..", None),
            ("!!", None),
            ("/!a", None),
            ("# [", None),
            ("", None),
            (" \n\t\n", None),
            ("]", None),
            ("a[b]c", None),
            ("[!a]", None),
            ("build\\tmp", None),
            ("a\\*", None),
            ("**/*.md", None),
            // The check for errors stops at the first part that does not match a dot.
            ("a*[", None),
            ("a*\\", None),
        ] {
            assert_eq!(error_of(text).as_deref(), expected, "{text:?}");
        }
        let long = |len| format!("a\n{}\n", "x".repeat(len));
        assert!(error_of(&long(limits::MAX_LINE)).is_none());
        assert!(error_of(&long(limits::MAX_LINE + 1)).unwrap().ends_with(" Length"));
    }

    #[test]
    fn a_line_that_fails_late_matters_if_a_path_is_compared_with_it() {
        for (ignore, expected) in [
            ("src\\lib\n", true),
            ("docs\nsrc\\lib\n", true),
            ("*\nsrc\\lib\n", false),
            ("*\n!src\\lib\n", true),
            ("!src\\lib\n", false),
        ] {
            let context = folder(ignore);
            assert_eq!(View::of(&context).ignore_error_of_copy().is_some(), expected, "{ignore}");
            assert!(View::of(&context).ignore_error().is_none(), "{ignore}");
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
    fn wildcards_below_a_link_are_unknown_and_the_link_is_not_listed() {
        let view = View::of(&WithLink);
        for source in ["out/pass*", "o*/pass*", "out/*/x"] {
            let paths = view.expand(source).unwrap();
            assert_eq!(paths.len(), 1, "{source}");
            assert_eq!(view.holds_text(&paths[0]), None, "{source}");
        }
        assert_eq!(view.find("out/passwd"), Found::Entry(EntryKind::Other));
    }

    #[test]
    fn matches_of_wildcards_beyond_the_limit_are_unknown() {
        let context = folder("**/*.md\n");
        let view = View::of(&context);
        view.steps.set(100);
        assert_eq!(view.find("docs/a.md"), Found::Ignored);
        assert_eq!(view.expand("docs/*"), None);
        assert_eq!(view.find("docs/sub/b.md"), Found::Entry(EntryKind::Other));
        assert_eq!(view.holds_text("docs"), None);
    }

    #[test]
    fn files_that_dockerignore_excludes_are_missing() {
        for (ignore, path, expected) in [
            ("licenses\n", "licenses/a", Found::Ignored),
            ("licenses\n", "licenses", Found::Ignored),
            ("**/*.md\n", "docs/sub/b.md", Found::Ignored),
            ("*.md\n", "docs/a.md", Found::Entry(EntryKind::File(3))),
            ("*\n!licenses\n", "licenses/a", Found::Entry(EntryKind::File(1))),
            ("*\n!licenses\n", "docs/a.md", Found::Ignored),
            ("# docs\n /docs/ \n", "docs/a.md", Found::Ignored),
            ("docs\n!docs/sub\n", "docs/sub/b.md", Found::Entry(EntryKind::File(3))),
            ("**.md\n", "docs/a.md", Found::Ignored),
            ("../docs\n", "docs/a.md", Found::Entry(EntryKind::File(3))),
            ("docs[^x]a.md\n", "docs/a.md", Found::Ignored),
            ("doc\\s\n", "docs/a.md", Found::Entry(EntryKind::Other)),
        ] {
            let context = folder(ignore);
            assert_eq!(View::of(&context).find(path), expected, "{ignore:?} {path}");
        }
        assert_eq!(View::of(&folder("*\n!docs/sub\n")).holds_text("docs"), Some(true));
        assert_eq!(View::of(&folder("**/a.md\n**/b.md\n")).holds_text("docs"), Some(false));
    }
}
