//! `rekey check`.

use rekey_core::Source;
use rekey_files::submission::LoadedSubmission;
use rekey_render as render;

use super::{Session, USAGE};
use crate::args;

impl Session<'_, '_> {
    pub(super) fn check(&mut self, args: &args::Check) {
        let loaded = LoadedSubmission::load(&args.path).and_then(|mut loaded| {
            if let Some(name) = &args.image {
                loaded.keep_image(name)?;
            }
            Ok(loaded)
        });
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(error) => return self.unloaded(&error),
        };
        for error in loaded.unread() {
            self.unread(error);
        }
        match loaded.check(&self.settings) {
            Ok(report) => {
                let text = |source: &Source| loaded.source_text(source);
                let options = render::Options {
                    found: loaded.found(),
                    notices: loaded.notices(),
                    ..render::Options::default()
                };
                self.report(report, &text, &options);
            }
            Err(error) => self.complain(&error.to_string(), USAGE),
        }
    }
}
