//! `rekey key`.

use std::path::Path;

use rekey_core::{
    PrivateKeyInput, Report, Source, Text, check_private_key, private_key::Primality, report::Facts,
};
use rekey_render as render;

use super::{Session, USAGE};
use crate::args::Keys;

impl Session<'_, '_> {
    pub(super) fn keys(&mut self, args: &Keys) {
        let Some(target) = self.target() else { return };
        let stdin = Path::new("-");
        let files = args.files.iter().chain(&args.public_key);
        if files.filter(|path| *path == stdin).count() > 1 {
            return self.complain("standard input cannot be used for more than one input", USAGE);
        }
        if args.files.len() > 1 && (args.public_key.is_some() || args.fingerprint.is_some()) {
            return self.complain("one public key cannot belong to multiple private keys", USAGE);
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
            let report = check_private_key(input, &target);
            let facts = report.sections().iter().find_map(|section| match section.facts() {
                Facts::PrivateKey(key) => key.fingerprint,
                _ => None,
            });
            others.extend(facts.map(|fingerprint| (source, fingerprint)));
            reports.push(report);
        }
        if !reports.is_empty() {
            let report = Report::join(&target, reports);
            self.report(report, &|_| None, &render::Options::default());
        }
    }
}
