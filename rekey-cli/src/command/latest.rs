//! `rekey latest`: only the tag on standard output, or the reason for its absence on standard error.

use std::{ffi::OsString, path::Path};

use rekey_core::{
    mask,
    tag::{self, Tag},
};

use super::{FOUND, Session};

impl Session<'_, '_> {
    /// Every tag that is an argument must be valid; in a list, invalid tags are skipped.
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
            let message =
                if tags.is_empty() { "there are no tags" } else { "none of the tags has a version" };
            return self.complain(message, FOUND);
        };
        if let Some(tied) = tags.iter().find(|tag| tag.is_as_new_as(newest)) {
            // Ignore the error: there is no stream left to report it on.
            let note = format!("note: `{tied}` is as new as `{newest}`");
            drop(writeln!(self.streams.stderr, "{}", mask::message(&note)));
        }
        self.print_value(newest.as_str());
    }
}
