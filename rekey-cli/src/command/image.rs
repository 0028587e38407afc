//! `rekey image`.

use std::path::Path;

use rekey_core::{ImageInput, Source, Target, Text, check_image, facts::Settle};
use rekey_files::{
    archive::{CheckedImages, ImageLocation, Transport},
    read::{self, Kind, ReadError, Reason},
};
use rekey_render as render;

use super::{Session, Texts, USAGE, registry::push_target};
use crate::args::Image;

impl Session<'_, '_> {
    pub(super) fn image(&mut self, args: &Image) {
        let Some(target) = self.target() else { return };
        let location = ImageLocation::parse(&args.location);
        let files = [&args.config, &args.manifest, &args.auth_file].map(Option::as_deref);
        let readers = files.iter().filter(|file| **file == Some(Path::new("-"))).count();
        let of_stdin = [args.registry_key_stdin, location.as_ref().is_some_and(ImageLocation::is_stdin)];
        if readers + of_stdin.into_iter().filter(|is_read| *is_read).count() > 1 {
            return self.complain("standard input cannot be used for more than one input", USAGE);
        }
        if let Some(location) = location {
            return self.built_image(location, args);
        }
        if let Some(near) = ImageLocation::nearest(&args.location) {
            let reason = Reason::Other(format!("no such image; did you mean `{}`?", read::shown(&near)));
            return self.unread(&ReadError::new(args.location.to_string_lossy(), reason));
        }
        if args.pushed_to.is_some() {
            return self.complain("`--reference` needs a built image, such as `oci-archive:app.tar`", USAGE);
        }
        let mut texts = Texts::default();
        let source = Source::field("reference");
        texts.insert(source.clone(), args.location.as_encoded_bytes().to_vec());
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
        let input = ImageInput::new(Text::from(args.location.as_encoded_bytes()).called(source))
            .config(config)
            .manifest(manifest)
            .auth_file(auth_file)
            .registry_key(key);
        let report = check_image(input, &target);
        let options = render::Options { advice, ..render::Options::default() };
        self.report(report, &|source| texts.get(source), &options);
    }

    /// Checks a built image; the details of a push are checked with its reference.
    fn built_image(&mut self, location: ImageLocation, args: &Image) {
        let Some(target) = self.target() else { return };
        let is_in_registry = location.transport() == Transport::Registry;
        let beside = args.config.is_some() || args.manifest.is_some() || args.registry_key_stdin;
        if beside || args.auth_file.is_some() && !is_in_registry {
            let complaint = "a built image contains its own config and manifest; credentials are checked \
                             only with a reference";
            return self.complain(complaint, USAGE);
        }
        let mut texts = Texts::default();
        let source = Source::field("reference");
        let pushed_to = args.pushed_to.as_ref().map(|reference| reference.as_encoded_bytes().to_vec());
        if let Some(reference) = pushed_to.or_else(|| push_target(&location, &target)) {
            texts.insert(source.clone(), reference);
        }
        let reference = texts.get(&source).map(|text| Text::from(text).called(source.clone()));
        let advice = if is_in_registry { advice_in_registry } else { advice_on_image };
        let Some(checked) = self.checked_image(location, reference.as_ref(), args, &target) else { return };
        let CheckedImages { report, left_out } = checked;
        let notices: Vec<_> = left_out.iter().map(|what| format!("left out {what}")).collect();
        let options = render::Options { notices: &notices, advice, ..render::Options::default() };
        self.report(report, &|source| texts.get(source), &options);
    }

    fn checked_image(
        &mut self,
        location: ImageLocation,
        reference: Option<&Text<'_>>,
        args: &Image,
        target: &Target,
    ) -> Option<CheckedImages> {
        let checked = match location.transport() {
            Transport::Registry => return self.image_in_registry(&location, reference, args, target),
            Transport::ContainersStorage | Transport::DockerDaemon => {
                return self.image_of_engine(&location, reference, target);
            }
            _ if location.is_stdin() => {
                let _spinner = self.spinner("reading standard input");
                CheckedImages::of_stream(&mut *self.streams.stdin, &location.origin(), reference, target)
            }
            _ => {
                let _spinner = self.spinner("reading the image");
                CheckedImages::of(location, reference, target)
            }
        };
        self.keep(checked)
    }
}

/// Returns the way to decide a check for an image in a registry.
fn advice_in_registry(settle: Settle) -> Option<&'static str> {
    advice_on_image(settle).filter(|_| settle != Settle::Registry)
}

/// Returns the way to decide a check for a built image.
fn advice_on_image(settle: Settle) -> Option<&'static str> {
    advice(settle).filter(|_| settle != Settle::Image)
}

/// Returns the way to decide a check for a reference.
fn advice(settle: Settle) -> Option<&'static str> {
    Some(match settle {
        Settle::Image => "check the built image: `rekey image oci-archive:FILE`",
        Settle::Registry => "check the image in its registry: `rekey image docker://REFERENCE`",
        Settle::Reference => "pass `--reference REFERENCE` to check",
        _ => return None,
    })
}
