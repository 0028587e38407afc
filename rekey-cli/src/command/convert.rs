//! `rekey convert` and `rekey public-key`: only the result on standard output, or the reason for its absence on standard error.

use std::{ffi::OsStr, path::Path};

use rekey_core::{
    PrivateKeyInput, Severity, Source, Target, Text, check_git_url, check_private_key,
    credentials::auth_file::{self, AuthFile},
    git_url::GitUrl,
    mask::masked,
    private_key::{Form, Primality, PrivateKey, scan},
};

use rekey_files::{
    read::{ReadError, Reason},
    write::{self, Existing},
};

use super::{FOUND, Session, UNREADABLE};
use crate::args::{As, To};

impl Session<'_, '_> {
    /// Prints the key in the format that the service accepts. Reports mistakes in its numbers, which no conversion fixes.
    pub(super) fn convert_key(&mut self, path: &Path, out: Option<&Path>, form: Option<As>, force: bool) {
        let Some(key) = self.recovered(path) else { return };
        let pem = key.to_pkcs1_pem();
        let text = match form {
            None => pem.clone(),
            Some(As::Env) => key.to_form(Form::Env),
            Some(As::Json) => key.to_form(Form::Json),
            Some(As::Base64) => key.to_form(Form::Base64),
            Some(As::Secret) => key.to_form(Form::Secret),
        };
        if !self.write_secret(&text, out, force) {
            return;
        }
        let input = PrivateKeyInput::new(pem.as_str()).primality(Primality::Full);
        self.complain_of(&check_private_key(input, &Target::default()));
    }

    /// Prints the auth file in a text, wrapped or not.
    pub(super) fn convert_auth_file(&mut self, path: &Path, out: Option<&Path>, force: bool) {
        let Some((_, text)) = self.auth_file(path) else { return };
        let json = match AuthFile::read(&text) {
            Ok(_) => text,
            Err(problem) => match auth_file::unwrap(&text) {
                Some((_, json)) => json,
                None => return self.complain(&problem.to_string(), FOUND),
            },
        };
        let json = String::from_utf8_lossy(&json);
        self.write_secret(&json, out, force);
    }

    /// Prints a secret or writes it to a new file. Prints an error and returns false if that fails.
    fn write_secret(&mut self, text: &str, out: Option<&Path>, force: bool) -> bool {
        let Some(out) = out else {
            self.print(text);
            return true;
        };
        let existing = if force { Existing::Replace } else { Existing::Keep };
        let Err(error) = write::write_secret(out, text.as_bytes(), existing) else { return true };
        let name = out.to_string_lossy();
        if error.is_there() {
            let message = format!("{name}: already exists; --force replaces it");
            self.complain(&masked(&message), FOUND);
        } else {
            self.complain(&ReadError::new(name, Reason::Other(error.to_string())).to_string(), UNREADABLE);
        }
        false
    }

    pub(super) fn public_key(&mut self, path: &Path) {
        let Some((source, text, _)) = self.key_file(path) else { return };
        let scan = scan(&text);
        // An encrypted key in OpenSSH format contains the public key unencrypted.
        let public = scan.recovered().map(|key| key.public_key()).or(scan.public);
        match public.and_then(|public| public.to_line()) {
            Some(line) => self.print(&format!("{line}\n")),
            None => self.refuse(source, &text),
        }
    }

    pub(super) fn convert_url(&mut self, url: &OsStr, to: To) {
        let Ok(read) = GitUrl::parse(url.as_encoded_bytes()) else {
            self.complain_of(&check_git_url(url.as_encoded_bytes(), &Target::default()));
            return;
        };
        let (converted, form) = match to {
            To::Ssh => (read.to_ssh(), "an SSH link"),
            To::Https => (read.to_https(), "an HTTPS link"),
        };
        match converted {
            Ok(url) => self.print_value(&url.to_string()),
            Err(error) => self.complain(&format!("cannot convert this URL to {form}: {error}"), FOUND),
        }
    }

    /// Returns the only key of a file, or complains if it is incomplete.
    fn recovered(&mut self, path: &Path) -> Option<PrivateKey> {
        let (source, text, _) = self.key_file(path)?;
        let scan = scan(&text);
        let several =
            scan.blocks.iter().filter(|block| block.label.is_private_key() && !block.repeated).count() > 1;
        let key = scan.recovered().filter(|_| !several);
        if key.is_none() {
            self.refuse(source, &text);
        }
        key
    }

    /// Reports the mistakes of a text that contains no key.
    fn refuse(&mut self, source: Source, text: &[u8]) {
        let input = PrivateKeyInput::new(Text::from(text).called(source)).primality(Primality::Skip);
        let report = check_private_key(input, &Target::default());
        if !self.complain_of(&report) {
            let finding = report.findings().find(|finding| finding.severity() == Severity::Warning);
            let why = finding.map_or("the key is not an RSA key", |finding| finding.message());
            self.complain(why, FOUND);
        }
    }
}
