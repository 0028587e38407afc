//! `rekey next` and `rekey latest`: the tag alone on standard output, or why there is none on standard error.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
};

use rekey_core::{
    mask,
    tag::{self, Tag},
};

use super::{FOUND, Session};
use crate::{
    args::Next,
    published,
    read::{Kind, ReadError},
};

impl Session<'_, '_> {
    pub(super) fn next(&mut self, args: &Next) {
        let mut published = args.published_tags.clone();
        if let Some(path) = &args.published {
            let Some(list) = self.list(path) else { return };
            published.extend(list);
        }
        let Some(tag) = self.tag(&args.tag) else { return };
        match tag.next_release_after(published.iter().map(String::as_str)) {
            Ok(next) => self.print_value(next.as_str()),
            Err(refusal) => self.complain(&refusal.to_string(), FOUND),
        }
    }

    /// Of the tags that are typed each must be one; in a list what is no tag does not count.
    pub(super) fn latest(&mut self, words: &[OsString]) {
        let mut tags = Vec::new();
        for word in words {
            if word == "-" {
                let Some(list) = self.list(Path::new("-")) else { return };
                tags.extend(list.iter().flat_map(|tag| Tag::parse(tag)));
            } else {
                let Some(tag) = self.tag(word) else { return };
                tags.push(tag);
            }
        }
        let Some(newest) = tag::latest(&tags) else {
            let found = if tags.is_empty() { "none" } else { "only tags without one" };
            return self.complain(&format!("expected tags with a version, found {found}"), FOUND);
        };
        if let Some(tied) = tags.iter().find(|tag| tag.is_as_new_as(newest)) {
            // Nobody is left to be told when this fails.
            let note = format!("note: `{tied}` is as new as `{newest}`");
            drop(writeln!(self.streams.stderr, "{}", mask::message(&note)));
        }
        self.print_value(newest.as_str());
    }

    /// The tags of a list in a file or on standard input.
    fn list(&mut self, path: &Path) -> Option<Vec<String>> {
        let (source, text) = self.file(path, Kind::Tags)?;
        let tags = published::tags(&text).map_err(|reason| ReadError::new(source.name(), reason));
        self.keep(tags)
    }

    /// The tag that was typed, or a complaint.
    fn tag(&mut self, word: &OsStr) -> Option<Tag> {
        let scan = tag::scan(word.as_encoded_bytes());
        match (scan.problem, word.to_str().map(Tag::parse)) {
            (None, Some(Ok(tag))) => Some(tag),
            (problem, _) => {
                let why = problem.map_or_else(|| "expected a tag".to_owned(), |problem| problem.to_string());
                self.complain(&format!("`{}`: {why}", word.to_string_lossy()), FOUND);
                None
            }
        }
    }
}
