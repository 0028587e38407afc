//! `rekey tag`, `rekey url` and `rekey key`.

use std::{ffi::OsString, path::Path};

use rekey_core::{
    GitUrlInput, Policy, PrivateKeyInput, Report, Source, TagInput, Text, check_git_url, check_private_key,
    check_tag, private_key::Primality, report::Facts,
};
use rekey_files::read::{self, Kind, Location, ReadError};
use rekey_render as render;
use zeroize::Zeroizing;

use super::{Session, Texts, USAGE};
use crate::args::Keys;

impl Session<'_, '_> {
    pub(super) fn tags(&mut self, tags: &[OsString]) {
        self.words("tag", tags, |text, policy| check_tag(TagInput::new(text), policy));
    }

    pub(super) fn urls(&mut self, urls: &[OsString], private: Option<bool>) {
        let check =
            |text: Text<'_>, policy: &Policy| check_git_url(GitUrlInput::new(text).private(private), policy);
        self.words("url", urls, check);
    }

    /// Checks each word; what there are several of is numbered.
    fn words(&mut self, name: &str, words: &[OsString], check: impl Fn(Text<'_>, &Policy) -> Report) {
        let Some(policy) = self.policy() else { return };
        let several = words.len() > 1;
        let mut texts = Texts::default();
        let mut reports = Vec::new();
        for (number, word) in words.iter().enumerate() {
            let name = if several { format!("{name} {}", number + 1) } else { name.to_owned() };
            let (source, bytes) = (Source::named_field(name), word.as_encoded_bytes());
            reports.push(check(Text::from(bytes).called(source.clone()), &policy));
            texts.insert(source, bytes.to_vec());
        }
        let report = Report::join(&policy, reports);
        self.report(report, &|source| texts.get(source), &render::Options::default());
    }

    pub(super) fn keys(&mut self, args: &Keys) {
        let Some(policy) = self.policy() else { return };
        let stdin = Path::new("-");
        let files = args.files.iter().chain(&args.public_key);
        if files.filter(|path| *path == stdin).count() > 1 {
            return self.complain("standard input cannot be several inputs", USAGE);
        }
        if args.files.len() > 1 && (args.public_key.is_some() || args.fingerprint.is_some()) {
            return self.complain("one public half cannot belong to several keys", USAGE);
        }
        let public = args.public_key.as_deref().and_then(|path| self.key_file(path));
        let fingerprint = args.fingerprint.as_ref().map(|text| Text::from(text.as_encoded_bytes()));
        let mut others = Vec::new();
        let mut reports = Vec::new();
        for key in &args.files {
            let Some((source, bytes, mode)) = self.key_file(key) else { continue };
            let public = public.as_ref().map(|(name, text, _)| Text::from(&**text).called(name.clone()));
            let input = PrivateKeyInput::new(Text::from(&*bytes).called(source.clone()))
                .public_key(public)
                .fingerprint(fingerprint.clone().map(|text| text.called(Source::field("fingerprint"))))
                .others(&others)
                .primality(if args.quick { Primality::Quick } else { Primality::Full })
                .mode(mode);
            let report = check_private_key(input, &policy);
            let facts = report.sections().iter().find_map(|section| match section.facts() {
                Facts::PrivateKey(key) => key.fingerprint,
                _ => None,
            });
            others.extend(facts.map(|fingerprint| (source, fingerprint)));
            reports.push(report);
        }
        if !reports.is_empty() {
            let report = Report::join(&policy, reports);
            self.report(report, &|_| None, &render::Options::default());
        }
    }

    /// A key from a file or standard input, with the mode of its file.
    pub(super) fn key_file(&mut self, path: &Path) -> Option<(Source, Zeroizing<Vec<u8>>, Option<u32>)> {
        let read = if path == Path::new("-") {
            read::stream(self.streams.stdin, Kind::Key).map(|bytes| (stdin(), bytes, None))
        } else {
            let name = path.to_string_lossy();
            read::key(Location::Named(path), &name).map(|(bytes, mode)| (Source::file(name), bytes, mode))
        };
        self.keep(read)
    }

    /// The content of a file or of standard input.
    pub(super) fn file(&mut self, path: &Path, kind: Kind) -> Option<(Source, Vec<u8>)> {
        let read = if path == Path::new("-") {
            read::stream(self.streams.stdin, kind).map(|mut bytes| (stdin(), std::mem::take(&mut *bytes)))
        } else {
            let name = path.to_string_lossy();
            read::file(Location::Named(path), &name, kind).map(|bytes| (Source::file(name), bytes))
        };
        self.keep(read)
    }

    pub(super) fn keep<T>(&mut self, read: Result<T, ReadError>) -> Option<T> {
        read.map_err(|error| self.unread(&error)).ok()
    }
}

pub(super) fn stdin() -> Source {
    Source::field("stdin")
}
