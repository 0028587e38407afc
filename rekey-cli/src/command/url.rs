//! `rekey url`.

use std::ffi::OsString;

use rekey_core::{GitUrlInput, Target, Text, check_git_url};

use super::Session;

impl Session<'_, '_> {
    pub(super) fn urls(&mut self, urls: &[OsString], private: Option<bool>) {
        let check =
            |text: Text<'_>, target: &Target| check_git_url(GitUrlInput::new(text).private(private), target);
        self.words("url", urls, check);
    }
}
