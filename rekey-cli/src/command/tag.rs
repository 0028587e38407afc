//! `rekey tag`.

use std::{ffi::OsString, path::Path};

use rekey_core::{TagInput, check_tag};

use super::{Session, USAGE};

impl Session<'_, '_> {
    pub(super) fn tags(&mut self, tags: &[OsString]) {
        let mut words = Vec::new();
        for tag in tags {
            if tag == "-" {
                let Some(list) = self.list(Path::new("-")) else { return };
                words.extend(list.into_iter().map(OsString::from));
            } else {
                words.push(tag.clone());
            }
        }
        if words.is_empty() {
            return self.complain("nothing to check: there are no tags on standard input", USAGE);
        }
        self.words("tag", &words, |text, target| check_tag(TagInput::new(text), target));
    }
}
