//! `rekey tag`, `rekey url`, `rekey key` and `rekey image`.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
};

use rekey_core::{
    GitUrlInput, ImageInput, Policy, PrivateKeyInput, Report, Source, TagInput, Text, check_git_url,
    check_image, check_private_key, check_tag,
};
use zeroize::Zeroizing;

use super::{Session, Texts, USAGE};
use crate::{
    read::{self, Kind, ReadError},
    render,
};

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
        for (number, word) in words.iter().enumerate() {
            let name = if several { format!("{name} {}", number + 1) } else { name.to_owned() };
            texts.0.push((Source::named_field(name), word.as_encoded_bytes().to_vec()));
        }
        let reports: Vec<_> = texts
            .0
            .iter()
            .map(|(source, text)| check(Text::from(text).called(source.clone()), &policy))
            .collect();
        let report = Report::join(&policy, reports);
        self.report(&report, &|source| texts.get(source), &render::Options::default());
    }

    pub(super) fn key(&mut self, key: &Path, public_key: Option<&Path>, fingerprint: Option<&OsStr>) {
        let Some(policy) = self.policy() else { return };
        if key == Path::new("-") && public_key == Some(Path::new("-")) {
            return self.complain("standard input cannot be both the key and the public key", USAGE);
        }
        let public = public_key.map(|path| self.key_file(path));
        let Some((source, bytes, mode)) = self.key_file(key) else { return };
        let public = public.flatten();
        let public =
            public.as_ref().map(|(source, bytes, _)| Text::from(bytes.as_slice()).called(source.clone()));
        let fingerprint =
            fingerprint.map(|text| Text::from(text.as_encoded_bytes()).called(Source::field("fingerprint")));
        let input = PrivateKeyInput::new(Text::from(bytes.as_slice()).called(source))
            .public_key(public)
            .fingerprint(fingerprint)
            .mode(mode);
        let report = check_private_key(input, &policy);
        self.report(&report, &|_| None, &render::Options::default());
    }

    pub(super) fn image(&mut self, reference: &OsStr, config: Option<&Path>, manifest: Option<&Path>) {
        let Some(policy) = self.policy() else { return };
        let mut texts = Texts::default();
        let source = Source::field("reference");
        texts.0.push((source.clone(), reference.as_encoded_bytes().to_vec()));
        let mut named = [None, None];
        for (name, path) in named.iter_mut().zip([config, manifest]) {
            if let Some((source, text)) = path.and_then(|path| self.file(path, Kind::Json)) {
                *name = Some(source.clone());
                texts.0.push((source, text));
            }
        }
        let text = |source: &Source| Some(Text::from(texts.get(source)?).called(source.clone()));
        let [config, manifest] = named.each_ref().map(|name| name.as_ref().and_then(&text));
        let reference = Text::from(reference.as_encoded_bytes()).called(source);
        let report = check_image(ImageInput::new(reference).config(config).manifest(manifest), &policy);
        self.report(&report, &|source| texts.get(source), &render::Options::default());
    }

    /// A key from a file or standard input, with the mode of its file.
    fn key_file(&mut self, path: &Path) -> Option<(Source, Zeroizing<Vec<u8>>, Option<u32>)> {
        let read = if path == Path::new("-") {
            read::stream(self.streams.stdin, Kind::Key).map(|bytes| (stdin(), bytes, None))
        } else {
            let name = path.to_string_lossy();
            read::key(path, &name).map(|(bytes, mode)| (Source::file(name), bytes, mode))
        };
        self.keep(read)
    }

    /// The content of a file or of standard input.
    pub(super) fn file(&mut self, path: &Path, kind: Kind) -> Option<(Source, Vec<u8>)> {
        let read = if path == Path::new("-") {
            read::stream(self.streams.stdin, kind).map(|mut bytes| (stdin(), std::mem::take(&mut *bytes)))
        } else {
            let name = path.to_string_lossy();
            read::file(path, &name, kind).map(|bytes| (Source::file(name), bytes))
        };
        self.keep(read)
    }

    fn keep<T>(&mut self, read: Result<T, ReadError>) -> Option<T> {
        read.map_err(|error| self.unread(&error)).ok()
    }
}

fn stdin() -> Source {
    Source::field("stdin")
}
