//! The command without the feature `registry`.

use rekey_core::{Target, Text};
use rekey_files::archive::{CheckedImages, ImageLocation};

use super::{Session, USAGE};
use crate::args::{Image, Next};

const MISSING: &str = "this `rekey` was built without the feature `registry`, so it reads neither registries nor the storage of podman and docker";

impl Session<'_, '_> {
    pub(super) fn image_in_registry(
        &mut self,
        _: &ImageLocation,
        _: Option<&Text<'_>>,
        _: &Image,
        _: &Target,
    ) -> Option<CheckedImages> {
        self.complain(MISSING, USAGE);
        None
    }

    pub(super) fn image_of_engine(
        &mut self,
        _: &ImageLocation,
        _: Option<&Text<'_>>,
        _: &Target,
    ) -> Option<CheckedImages> {
        self.complain(MISSING, USAGE);
        None
    }

    pub(super) fn tags_in_registry(&mut self, _: &str, _: &Next) -> Option<(Option<String>, Vec<String>)> {
        self.complain(MISSING, USAGE);
        None
    }
}

pub(super) fn push_target(_: &ImageLocation, _: &Target) -> Option<Vec<u8>> {
    None
}
