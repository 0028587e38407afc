//! `rekey image`.

use std::path::Path;

use rekey_core::{ImageInput, Source, Text, check_image, facts::Settle};
use rekey_files::{
    archive::{CheckedImages, ImagePath},
    read::{self, Kind},
};
use rekey_render as render;

use super::{Session, Texts, USAGE};
use crate::args::Image;

impl Session<'_, '_> {
    pub(super) fn image(&mut self, args: &Image) {
        let Some(target) = self.target() else { return };
        let files = [&args.config, &args.manifest, &args.auth_file].map(Option::as_deref);
        let readers = files.iter().filter(|file| **file == Some(Path::new("-"))).count();
        if readers + usize::from(args.registry_key_stdin) > 1 {
            return self.complain("standard input cannot be used for more than one input", USAGE);
        }
        if let Some(path) = ImagePath::parse(&args.reference) {
            return self.built_image(&path, args);
        }
        if args.pushed_to.is_some() {
            return self
                .complain("`--reference` needs an image on disk, such as `oci-archive:app.tar`", USAGE);
        }
        let mut texts = Texts::default();
        let source = Source::field("reference");
        texts.insert(source.clone(), args.reference.as_encoded_bytes().to_vec());
        let mut named = [None, None];
        for (name, path) in named.iter_mut().zip([&args.config, &args.manifest]) {
            if let Some((source, text)) = path.as_deref().and_then(|path| self.file(path, Kind::Json)) {
                *name = Some(source.clone());
                texts.insert(source, text);
            }
        }
        // Texts are shown in snippets, so secrets must not be among them.
        let auth_file = args.auth_file.as_deref().and_then(|path| self.auth_file(path));
        let key = if args.registry_key_stdin {
            let read = read::stream(self.streams.stdin, Kind::Key);
            self.keep(read)
        } else {
            None
        };
        let text = |source: &Source| Some(Text::from(texts.get(source)?).called(source.clone()));
        let [config, manifest] = named.each_ref().map(|name| name.as_ref().and_then(&text));
        let auth_file =
            auth_file.as_ref().map(|(name, text)| Text::from(text.as_slice()).called(name.clone()));
        let key = key.as_ref().map(|key| Text::from(key.as_slice()).called(Source::field("registry key")));
        let input = ImageInput::new(Text::from(args.reference.as_encoded_bytes()).called(source))
            .config(config)
            .manifest(manifest)
            .auth_file(auth_file)
            .registry_key(key);
        let report = check_image(input, &target);
        let options = render::Options { advice, ..render::Options::default() };
        self.report(report, &|source| texts.get(source), &options);
    }

    /// Checks an image on disk; the details of a push are checked with its reference.
    fn built_image(&mut self, path: &ImagePath, args: &Image) {
        let Some(target) = self.target() else { return };
        let beside = [&args.config, &args.manifest, &args.auth_file].into_iter().any(Option::is_some);
        if beside || args.registry_key_stdin {
            let complaint = "an image on disk contains its own config and manifest; credentials are checked \
                             only with a reference";
            return self.complain(complaint, USAGE);
        }
        let mut texts = Texts::default();
        let source = Source::field("reference");
        if let Some(reference) = &args.pushed_to {
            texts.insert(source.clone(), reference.as_encoded_bytes().to_vec());
        }
        let reference = texts.get(&source).map(|text| Text::from(text).called(source.clone()));
        let spinner = self.spinner("reading the image");
        let checked = CheckedImages::of(path, reference.as_ref(), &target);
        drop(spinner);
        let CheckedImages { report, left_out } = match checked {
            Ok(checked) => checked,
            Err(error) => return self.unread(&error),
        };
        let notices: Vec<_> = left_out.iter().map(|what| format!("left out {what}")).collect();
        let options = render::Options { notices: &notices, advice, ..render::Options::default() };
        self.report(report, &|source| texts.get(source), &options);
    }
}

/// Returns the way to decide a check.
fn advice(settle: Settle) -> Option<&'static str> {
    Some(match settle {
        Settle::Image => "check the built image: `rekey image oci-archive:FILE`",
        Settle::Reference => "pass `--reference REFERENCE` to check",
        _ => return None,
    })
}
