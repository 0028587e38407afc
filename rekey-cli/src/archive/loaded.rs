//! The images of an archive, read and checked.

use std::{
    fs::File,
    io::{self, Read},
    path::PathBuf,
};

use rekey_core::{ImageInput, Policy, Report, Source, Text, check_image, image::contents::ImageContents};
use rekey_image::{Limits, Listing, Parts, TarParts, list, read};

use super::ImagePath;
use crate::read::{ReadError, Reason};

/// Images out of an archive, and what was left out of it.
#[derive(Clone, Debug)]
pub struct LoadedImages {
    /// The images, each with what reports call it.
    pub images: Vec<(Source, ImageContents)>,
    /// What is in the archive and was not read, each with its reason.
    pub left_out: Vec<String>,
}

impl LoadedImages {
    /// Reads every image of an archive or layout, within the limits.
    ///
    /// # Errors
    /// When it cannot be read, or has no image in it that preflight would look at.
    pub fn read(path: &ImagePath, limits: &Limits) -> Result<Self, ReadError> {
        let name = path.path.to_string_lossy().into_owned();
        let failed = |reason| ReadError::new(&name, reason);
        let metadata = std::fs::metadata(&path.path).map_err(|error| failed(error.into()))?;
        let mut parts: Box<dyn Parts> = if metadata.is_dir() {
            Box::new(Folder(path.path.clone()))
        } else if metadata.is_file() {
            let file = File::open(&path.path).map_err(|error| failed(error.into()))?;
            Box::new(TarParts::new(file).map_err(|error| failed(reason(&error)))?)
        } else {
            return Err(failed(Reason::Form("is neither a file nor a directory")));
        };
        let Listing { images, left_out } =
            list(&mut *parts, path.name()).map_err(|error| failed(reason(&error)))?;
        if images.is_empty() {
            return Err(failed(Reason::Other(format!("no image to judge: {}", left_out.join("; ")))));
        }
        let contents = images.iter().map(|image| read(&mut *parts, image, limits));
        let contents: Vec<_> = contents.collect::<Result<_, _>>().map_err(|error| failed(reason(&error)))?;
        let several = contents.len() > 1;
        let called = |contents: &ImageContents| match contents.names.first().filter(|_| several) {
            Some(own) => Source::named_field(format!("{name} {own} {}", contents.platform)),
            None if several => Source::named_field(format!("{name} {}", contents.platform)),
            None => Source::file(name.clone()),
        };
        let images = contents.into_iter().map(|contents| (called(&contents), contents)).collect();
        Ok(Self { images, left_out })
    }

    /// Checks each of them; `reference` is where they are going to be pushed.
    pub fn check(&self, reference: Option<&Text<'_>>, policy: &Policy) -> Report {
        let check = |(called, contents): &(Source, ImageContents)| {
            check_image(ImageInput::archive(contents, called).reference(reference.cloned()), policy)
        };
        Report::join(policy, self.images.iter().map(check))
    }
}

fn reason(error: &rekey_image::Error) -> Reason {
    match error {
        rekey_image::Error::Io(error) => Reason::Other(error.to_string()),
        other => Reason::Other(other.to_string()),
    }
}

/// An OCI layout as a directory.
struct Folder(PathBuf);

impl Parts for Folder {
    fn open(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        let path = self.0.join(name);
        match std::fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => Ok(Some(Box::new(File::open(path)?))),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
