//! Images in registries and in the storage of podman and docker.

use rekey_core::{Target, Text};
use rekey_files::archive::{CheckedImages, ImageLocation};

use super::{Session, USAGE};
use crate::args::{Image, Next};

const NOT_HERE: &str = "this build of rekey reads neither registries nor the storage of podman and docker";

impl Session<'_, '_> {
    pub(super) fn image_in_registry(
        &mut self,
        _: &ImageLocation,
        _: Option<&Text<'_>>,
        _: &Image,
        _: &Target,
    ) -> Option<CheckedImages> {
        self.complain(NOT_HERE, USAGE);
        None
    }

    pub(super) fn image_of_engine(
        &mut self,
        _: &ImageLocation,
        _: Option<&Text<'_>>,
        _: &Image,
        _: &Target,
    ) -> Option<CheckedImages> {
        self.complain(NOT_HERE, USAGE);
        None
    }

    pub(super) fn tags_in_registry(&mut self, _: &str, _: &Next) -> Option<(Option<String>, Vec<String>)> {
        self.complain(NOT_HERE, USAGE);
        None
    }
}
