//! TOML tables read key by key, so that every mistake has its place and none hides another.

use std::collections::BTreeMap;

use rekey_core::{Span, suggest::nearest};
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::{ConfigProblem, MAX_TABLES, Published, Value};

/// The document, and the mistakes found in it so far.
pub(super) struct Reader<'t> {
    text: &'t str,
    problems: Vec<ConfigProblem>,
}

/// One table. It remembers the keys that were read; all others are mistakes.
pub(super) struct Table<'r, 't> {
    reader: &'r mut Reader<'t>,
    entries: BTreeMap<&'r str, (Span, &'r Spanned<DeValue<'r>>)>,
    /// The prefix of its keys in messages: `git.`.
    prefix: &'static str,
    known: Vec<(&'static str, Span)>,
    /// The place of the table.
    at: Span,
}

/// A mistake in an entry of a table with arbitrary keys.
pub(super) struct Wrong {
    /// True if the mistake is in the key rather than the value.
    pub(super) is_key: bool,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// The maximum number of reported mistakes.
const MAX_PROBLEMS: usize = 100;

/// Keys that people write into the wrong table.
const ELSEWHERE: &[(&str, &str)] = &[
    ("tag", "[[image]]"),
    ("dockerfile", "[[image]]"),
    ("target", "[[image]]"),
    ("labels", "[[image]]"),
    ("reference", "[[image]]"),
    ("url", "[git]"),
    ("key", "[git]"),
    ("private", "[git]"),
];

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, problems: Vec::new() }
    }

    pub(super) fn table<'r>(
        &'r mut self,
        table: &'r DeTable<'_>,
        prefix: &'static str,
        at: Span,
    ) -> Table<'r, 't> {
        let entry = |(key, value): (&'r Spanned<DeString<'_>>, &'r Spanned<DeValue<'_>>)| {
            (&**key.get_ref(), (span(key.span()), value))
        };
        let entries = table.iter().map(entry).collect();
        Table { reader: self, entries, prefix, known: Vec::new(), at }
    }

    pub(super) fn problem(&mut self, span: Span, message: impl Into<String>, help: Option<String>) {
        if !self.is_full() {
            self.problems.push(ConfigProblem { help, ..ConfigProblem::new(message, span) });
        }
    }

    /// Returns true if the maximum number of mistakes is reached.
    fn is_full(&self) -> bool {
        self.problems.len() >= MAX_PROBLEMS
    }

    /// Returns the value if there was no mistake.
    pub(super) fn finish<T>(mut self, value: T) -> Result<T, Vec<ConfigProblem>> {
        if self.problems.is_empty() {
            return Ok(value);
        }
        self.problems.sort_by_key(|problem| problem.span);
        Err(self.problems)
    }
}

impl<'r> Table<'r, '_> {
    /// Reports the keys that were not read.
    pub(super) fn finish(self) {
        for (key, (span, _)) in self.entries {
            if self.reader.is_full() {
                return;
            }
            let place = ELSEWHERE.iter().find(|(name, _)| self.prefix.is_empty() && *name == key);
            let help = place.map(|(name, table)| format!("`{name}` belongs in `{table}`"));
            let near = || nearest(key, self.known.iter().map(|(name, _)| *name));
            let help = help.or_else(|| near().map(|near| format!("did you mean `{near}`?")));
            self.reader.problem(span, format!("unknown key `{}{key}`", self.prefix), help);
        }
    }

    /// Reports a mistake at a key that was read.
    pub(super) fn problem_at(&mut self, key: &str, message: impl Into<String>) {
        let read = self.known.iter().find(|(name, _)| *name == key);
        let span = read.map(|(_, span)| *span).unwrap_or_default();
        self.reader.problem(span, message, None);
    }

    /// Reports a missing key.
    pub(super) fn problem_missing(&mut self, key: &str, message: &str) {
        if self.known.iter().any(|(name, span)| *name == key && *span == Span::default()) {
            self.reader.problem(self.at, message, None);
        }
    }

    pub(super) fn string(&mut self, key: &'static str) -> Option<Value> {
        let value = self.take(key)?;
        let Some(text) = value.get_ref().as_str() else {
            let raw = span(value.span()).str(self.reader.text.as_bytes()).unwrap_or_default();
            let number =
                matches!(value.get_ref(), DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_));
            let help = number.then(|| format!("write it in quotes: `\"{raw}\"`"));
            self.mismatch(key, "a string", value, help);
            return None;
        };
        Some(Value { text: text.to_owned(), span: unquoted(self.reader.text, value) })
    }

    /// Reads a string and parses it.
    pub(super) fn parsed<T, E: std::fmt::Display>(
        &mut self,
        key: &'static str,
        parse: fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        let value = self.string(key)?;
        match parse(&value.text) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                let names = rekey_core::Flow::ALL.iter().map(|flow| flow.as_str());
                let kinds = rekey_core::Policy::ALL.iter().map(|kind| kind.as_str());
                let near = match key {
                    "flow" => nearest(&value.text, names),
                    "policy" => nearest(&value.text, kinds),
                    _ => None,
                };
                let help = near.map(|near| format!("did you mean `{near}`?"));
                self.reader.problem(value.span, error.to_string(), help);
                None
            }
        }
    }

    pub(super) fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let value = self.take(key)?;
        let found = value.get_ref().as_bool();
        if found.is_none() {
            self.mismatch(key, "true or false", value, None);
        }
        found
    }

    /// Reads a list of strings, or one string that is a path.
    pub(super) fn strings_or_path(&mut self, key: &'static str) -> Option<Published> {
        let (_, value) = *self.entries.get(key)?;
        if value.get_ref().is_array() {
            return Some(Published::List(self.strings(key)));
        }
        self.string(key).map(Published::File)
    }

    /// Reads a list of strings.
    pub(super) fn strings(&mut self, key: &'static str) -> Vec<String> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.mismatch(key, "strings in an array", value, None);
            return Vec::new();
        };
        let mut list = Vec::new();
        for item in array {
            match item.get_ref().as_str() {
                Some(text) => list.push(text.to_owned()),
                None => self.mismatch(key, "strings", item, None),
            }
        }
        list
    }

    /// Reads a table of strings, in the order of its keys.
    pub(super) fn pairs(&mut self, key: &'static str) -> Vec<(String, String)> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.mismatch(key, "a table of strings", value, None);
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (name, item) in table {
            match item.get_ref().as_str() {
                Some(text) => pairs.push((name.get_ref().to_string(), text.to_owned())),
                None => self.mismatch(key, "strings", item, None),
            }
        }
        pairs
    }

    /// Reads a table with `read`.
    pub(super) fn sub<T>(&mut self, key: &'static str, read: fn(Table<'_, '_>) -> T) -> Option<T> {
        let value = self.take(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.mismatch(key, "a table", value, None);
            return None;
        };
        Some(read(self.reader.table(table, prefix(key), span(value.span()))))
    }

    /// Reads an array of tables, each with `read`; at most [`MAX_TABLES`] of them.
    pub(super) fn list<T>(&mut self, key: &'static str, read: fn(Table<'_, '_>) -> T) -> Vec<T> {
        let at = self.entries.get(key).map(|(span, _)| *span);
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            let is_table = value.get_ref().is_table();
            let help = is_table.then(|| format!("write `[[{key}]]`"));
            let found = if is_table { "one table" } else { kind(value.get_ref()) };
            let message = format!("`{key}`: expected a list of tables, found {found}");
            self.reader.problem(at.unwrap_or_default(), message, help);
            return Vec::new();
        };
        if let Some(first) = array.get(MAX_TABLES) {
            let message = format!("`{key}` has {} tables; at most {MAX_TABLES} are allowed", array.len());
            self.reader.problem(span(first.span()), message, None);
        }
        let mut list = Vec::new();
        for item in array.iter().take(MAX_TABLES) {
            match item.get_ref().as_table() {
                Some(table) => list.push(read(self.reader.table(table, prefix(key), span(item.span())))),
                None => self.mismatch(key, "tables", item, None),
            }
        }
        list
    }

    /// Reads a table with arbitrary keys, each entry with `read`.
    pub(super) fn each<T>(
        &mut self,
        key: &'static str,
        read: fn(&str, &DeValue<'_>) -> Result<T, Wrong>,
    ) -> Vec<T> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.mismatch(key, "a table", value, None);
            return Vec::new();
        };
        let mut all = Vec::new();
        for (name, item) in table {
            if self.reader.is_full() {
                break;
            }
            match read(name.get_ref(), item.get_ref()) {
                Ok(one) => all.push(one),
                Err(Wrong { is_key, message, help }) => {
                    let place = if is_key { name.span() } else { item.span() };
                    self.reader.problem(span(place), message, help);
                }
            }
        }
        all
    }

    fn take(&mut self, key: &'static str) -> Option<&'r Spanned<DeValue<'r>>> {
        let entry = self.entries.remove(key);
        self.known.push((key, entry.map(|(span, _)| span).unwrap_or_default()));
        entry.map(|(_, value)| value)
    }

    fn mismatch(&mut self, key: &str, expected: &str, found: &Spanned<DeValue<'_>>, help: Option<String>) {
        let message = format!("`{}{key}`: expected {expected}, found {}", self.prefix, kind(found.get_ref()));
        self.reader.problem(span(found.span()), message, help);
    }
}

fn prefix(key: &'static str) -> &'static str {
    match key {
        "git" => "git.",
        "image" => "image.",
        "override" => "override.",
        _ => "",
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

fn span(range: std::ops::Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

/// The place of a string without its quotes, and without the newline that a multi-line string may begin with.
fn unquoted(text: &str, value: &Spanned<DeValue<'_>>) -> Span {
    let range = value.span();
    let raw = text.get(range.clone()).unwrap_or_default();
    let quote = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let inside = raw.get(quote..raw.len().saturating_sub(quote)).unwrap_or_default();
    let first = if quote == 3 { inside.len() - inside.trim_start_matches('\r').len() } else { 0 };
    let first = if quote == 3 && inside[first..].starts_with('\n') { first + 1 } else { 0 };
    Span::new(range.start + quote + first, range.start + quote + inside.len())
}
