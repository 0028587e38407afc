//! `rekey next`: only the tag on standard output, or the reason for its absence on standard error.

use std::{ffi::OsStr, path::Path};

use rekey_core::tag::{self, Tag};
use rekey_files::{
    published,
    read::{Kind, ReadError},
};

use super::{FOUND, Session, USAGE};
use crate::args::Next;

impl Session<'_, '_> {
    pub(super) fn next(&mut self, args: &Next) {
        let mut published = args.published_tags.clone();
        if let Some(path) = &args.published {
            let Some(list) = self.list(path) else { return };
            published.extend(list);
        }
        let mut tag = args.tag.clone();
        if let Some(reference) = &args.registry {
            let Some((own, list)) = self.tags_in_registry(reference, args) else { return };
            tag = tag.or(own.map(Into::into));
            published.extend(list);
        }
        let Some(tag) = tag else {
            return self
                .complain("expected a tag of the version: `rekey next 1.0-1 --registry REFERENCE`", USAGE);
        };
        let Some(tag) = self.tag(&tag) else { return };
        match tag.next_release_after(published.iter().map(String::as_str)) {
            Ok(next) => self.print_value(next.as_str()),
            Err(refusal) => self.complain(&refusal.to_string(), FOUND),
        }
    }

    /// Reads a list of tags from a file or standard input.
    pub(super) fn list(&mut self, path: &Path) -> Option<Vec<String>> {
        let (source, text) = self.file(path, Kind::Tags)?;
        let tags = published::tags(&text).map_err(|reason| ReadError::new(source.name(), reason));
        self.keep(tags)
    }

    /// Parses a tag; prints an error if it is invalid.
    pub(super) fn tag(&mut self, word: &OsStr) -> Option<Tag> {
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
