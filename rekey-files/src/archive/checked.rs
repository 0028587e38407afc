//! The images of an archive, each checked as it is read.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use rekey_core::{ImageInput, Report, Source, Target, Text, check_image};
use rekey_image::{Budget, Error, Format, Limits, Listing, NoImage, Parts, TarParts, list, read};

use super::{ImagePath, Transport};
use crate::{
    folder::Folder,
    read::{ReadError, Reason},
};

/// The results for an archive.
#[derive(Clone, Debug)]
pub struct CheckedImages {
    /// The report about every image that was read.
    pub report: Report,
    /// The omitted parts of the archive, each with its reason.
    pub left_out: Vec<String>,
}

impl CheckedImages {
    /// Checks every image of an archive or layout; `reference` is the destination of their push. Images are
    /// read one at a time, and the limits apply to all together.
    ///
    /// # Errors
    /// Returns an error if it cannot be read, or contains no image that preflight would check.
    pub fn of(path: &ImagePath, reference: Option<&Text<'_>>, target: &Target) -> Result<Self, ReadError> {
        let name = path.path.to_string_lossy();
        let failed = |reason| ReadError::new(&name, reason);
        if let Some(saved_by) = path.transport.saved_by() {
            return Err(failed(Reason::Form(saved_by)));
        }
        let metadata = std::fs::metadata(&path.path).map_err(|error| failed(error.into()))?;
        let unread = |error: Error| match error {
            Error::NoImage(NoImage::Neither) if metadata.is_dir() => failed(Reason::Form(NO_LAYOUT)),
            error => failed(Reason::Other(error.to_string())),
        };
        let mut parts: Box<dyn Parts> = if metadata.is_dir() {
            Box::new(Layout(Folder::new(&path.path)))
        } else if metadata.is_file() {
            let file = File::open(&path.path).map_err(|error| failed(error.into()))?;
            Box::new(TarParts::new(file).map_err(unread)?)
        } else {
            return Err(failed(Reason::Form("is neither a file nor a directory")));
        };
        let Listing { images, left_out, .. } =
            list(&mut *parts, path.transport.format(), path.name()).map_err(unread)?;
        if images.is_empty() {
            return Err(failed(Reason::Other(format!("no image to check: {}", left_out.join("; ")))));
        }
        let several = images.len() > 1;
        let mut reports = Vec::new();
        let mut budget = Budget::new(Limits::default());
        for image in &images {
            let contents = read(&mut *parts, image, &mut budget).map_err(unread)?;
            let called = match contents.names.first().filter(|_| several) {
                Some(own) => Source::named_field(format!("{name} {own} {}", contents.platform)),
                None if several => Source::named_field(format!("{name} {}", contents.platform)),
                None => Source::file(name.clone()),
            };
            let input = ImageInput::archive(&contents, &called).reference(reference.cloned());
            reports.push(check_image(input, target));
        }
        Ok(Self { report: Report::join(target, reports), left_out })
    }
}

const NO_LAYOUT: &str = "the directory has neither `index.json` nor `manifest.json`, so it is not an image; `podman save --format oci-archive --output app.tar IMAGE` writes an archive";

impl Transport {
    fn format(self) -> Format {
        match self {
            Self::Oci | Self::OciArchive => Format::Oci,
            Self::DockerArchive => Format::Docker,
            Self::Directory => Format::Directory,
            Self::Path | Self::ContainersStorage | Self::DockerDaemon => Format::Unstated,
        }
    }
}

/// An OCI layout as a directory.
struct Layout(Folder);

impl Parts for Layout {
    fn open(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        match self.0.open(Path::new(name)) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(Reason::Missing | Reason::Directory) => Ok(None),
            Err(reason) => Err(io::Error::other(format!("`{name}` {reason}"))),
        }
    }
}
