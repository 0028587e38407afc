//! `rekey tag`.

use std::ffi::OsString;

use rekey_core::{TagInput, check_tag};

use super::Session;

impl Session<'_, '_> {
    pub(super) fn tags(&mut self, tags: &[OsString]) {
        self.words("tag", tags, |text, target| check_tag(TagInput::new(text), target));
    }
}
