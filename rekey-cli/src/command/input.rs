//! The inputs of commands: arguments, files, standard input.

use std::{ffi::OsString, path::Path};

use rekey_core::{Report, Source, Target, Text};
use rekey_files::read::{self, Kind, Location, ReadError};
use rekey_render as render;
use zeroize::Zeroizing;

use super::{Session, Texts};

impl Session<'_, '_> {
    /// Checks each word; the names of multiple words are numbered.
    pub(super) fn words(
        &mut self,
        name: &str,
        words: &[OsString],
        check: impl Fn(Text<'_>, &Target) -> Report,
    ) {
        let Some(target) = self.target() else { return };
        let several = words.len() > 1;
        let mut texts = Texts::default();
        let mut reports = Vec::new();
        for (number, word) in words.iter().enumerate() {
            let name = if several { format!("{name} {}", number + 1) } else { name.to_owned() };
            let (source, bytes) = (Source::named_field(name), word.as_encoded_bytes());
            reports.push(check(Text::from(bytes).called(source.clone()), &target));
            texts.insert(source, bytes.to_vec());
        }
        let report = Report::join(&target, reports);
        self.report(report, &|source| texts.get(source), &render::Options::default());
    }

    /// Reads a key from a file or standard input, and the mode of its file.
    pub(super) fn key_file(&mut self, path: &Path) -> Option<(Source, Zeroizing<Vec<u8>>, Option<u32>)> {
        let read = if path == Path::new("-") {
            read::stream(self.streams.stdin, Kind::Key).map(|bytes| (stdin(), bytes, None))
        } else {
            let name = path.to_string_lossy();
            read::key(Location::Named(path), &name).map(|(bytes, mode)| (Source::file(name), bytes, mode))
        };
        self.keep(read)
    }

    /// Reads a file or standard input.
    pub(super) fn file(&mut self, path: &Path, kind: Kind) -> Option<(Source, Vec<u8>)> {
        let read = if path == Path::new("-") {
            read::stream(self.streams.stdin, kind).map(|mut bytes| (stdin(), std::mem::take(&mut *bytes)))
        } else {
            let name = path.to_string_lossy();
            read::file(Location::Named(path), &name, kind).map(|bytes| (Source::file(name), bytes))
        };
        self.keep(read)
    }

    /// Reads an auth file from a file or standard input; it is wiped when dropped.
    pub(super) fn auth_file(&mut self, path: &Path) -> Option<(Source, Zeroizing<Vec<u8>>)> {
        let read = if path == Path::new("-") {
            read::stream(self.streams.stdin, Kind::AuthFile).map(|text| (stdin(), text))
        } else {
            let name = path.to_string_lossy();
            read::auth_file(path, &name).map(|text| (Source::file(name), text))
        };
        self.keep(read)
    }

    pub(super) fn keep<T>(&mut self, read: Result<T, ReadError>) -> Option<T> {
        read.map_err(|error| self.unread(&error)).ok()
    }
}

fn stdin() -> Source {
    Source::field("stdin")
}
