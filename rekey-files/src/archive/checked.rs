//! The images of an archive, each checked as it is read.

use std::{
    fs::File,
    io::{self, Cursor, Read},
    path::Path,
};

use rekey_core::{ImageInput, Report, Source, Target, Text, check_image, image::contents::Repository};
use rekey_image::{Budget, Error, Format, Limits, Listing, Parts, PartsApart, TarParts, list, read};

use super::{ArchiveSource, ImageLocation, Transport, nearest_archive, shared::SharedFile, spool::spool};
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

/// The origin of the parts of an image.
#[derive(Clone, Debug)]
pub struct PartsOrigin<'a> {
    called: Source,
    format: Format,
    image: Option<&'a str>,
    repository: Option<Repository>,
}

impl<'a> PartsOrigin<'a> {
    /// An origin with the name that reports and errors use for it.
    pub fn new(called: Source) -> Self {
        Self { called, format: Format::Unstated, image: None, repository: None }
    }

    /// Sets the index to read, and the name of the selected image in it.
    #[must_use]
    pub fn index(mut self, format: Format, image: Option<&'a str>) -> Self {
        (self.format, self.image) = (format, image);
        self
    }

    /// Sets the repository of the registry that the image is in.
    #[must_use]
    pub fn repository(mut self, repository: Repository) -> Self {
        self.repository = Some(repository);
        self
    }

    fn failed(&self, reason: Reason) -> ReadError {
        ReadError::new(self.called.name(), reason)
    }
}

impl CheckedImages {
    /// Checks every image of an archive or layout; `reference` is the destination of their push. Images are
    /// read one at a time, and the limits apply to all together.
    ///
    /// # Errors
    /// Returns an error if it cannot be read, or contains no image that preflight would check.
    pub fn of<'a>(
        source: impl Into<ArchiveSource<'a>>,
        reference: Option<&Text<'_>>,
        target: &Target,
    ) -> Result<Self, ReadError> {
        match source.into() {
            ArchiveSource::Location(location) => Self::of_location(&location, reference, target),
            ArchiveSource::Bytes(archive) => {
                let origin = PartsOrigin::new(Source::field("archive"));
                match TarParts::new(Cursor::new(archive)) {
                    Ok(mut parts) => Self::of_parts(&mut parts, &origin, reference, target),
                    Err(Error::Compressed(..)) => Self::of_stream(archive, &origin, reference, target),
                    Err(error) => Err(origin.failed(Reason::Other(error.to_string()))),
                }
            }
            ArchiveSource::Stream(stream, called) => {
                Self::of_stream(stream, &PartsOrigin::new(Source::named_field(called)), reference, target)
            }
        }
    }

    fn of_location(
        location: &ImageLocation,
        reference: Option<&Text<'_>>,
        target: &Target,
    ) -> Result<Self, ReadError> {
        let (path, origin) = (&location.path, location.origin());
        if let Some(reason) = location.transport.of_command() {
            return Err(origin.failed(Reason::Form(reason)));
        }
        if path.as_os_str().is_empty() {
            return Err(ReadError::new("the image", Reason::Form("expected a path after the prefix")));
        }
        if location.is_stdin() {
            return Self::of_stream(io::stdin().lock(), &origin, reference, target);
        }
        Self::of_path(path, &origin, reference, target)
    }

    /// Checks the images of a file or folder.
    ///
    /// # Errors
    /// Returns an error if it cannot be read, or contains no image that preflight would check.
    pub fn of_path(
        path: &Path,
        origin: &PartsOrigin<'_>,
        reference: Option<&Text<'_>>,
        target: &Target,
    ) -> Result<Self, ReadError> {
        let metadata = std::fs::metadata(path).map_err(|error| origin.failed(missing(error, path)))?;
        if metadata.is_dir() {
            return Self::of_parts(&mut Layout(Folder::new(path)), origin, reference, target);
        }
        if metadata.is_file() && metadata.len() == 0 {
            return Err(origin.failed(Reason::Form("is empty, expected an archive")));
        }
        let open = || File::open(path).map_err(|error| origin.failed(error.into()));
        if !metadata.is_file() {
            return Self::of_stream(open()?, origin, reference, target);
        }
        match TarParts::shared(SharedFile::new(open()?)) {
            Ok(mut parts) => Self::of_parts(&mut parts, origin, reference, target),
            Err(Error::Compressed(..)) => Self::of_stream(open()?, origin, reference, target),
            Err(error) => Err(origin.failed(Reason::Other(error.to_string()))),
        }
    }

    /// Checks the images of an archive that is stored first, in a temporary file without a name.
    ///
    /// # Errors
    /// Returns an error if it cannot be read or stored, or contains no image that preflight would check.
    pub fn of_stream(
        stream: impl Read,
        origin: &PartsOrigin<'_>,
        reference: Option<&Text<'_>>,
        target: &Target,
    ) -> Result<Self, ReadError> {
        let file = spool(stream).map_err(|reason| origin.failed(reason))?;
        let parts = TarParts::shared(SharedFile::new(file));
        let mut parts = parts.map_err(|error| origin.failed(Reason::Other(error.to_string())))?;
        Self::of_parts(&mut parts, origin, reference, target)
    }

    /// Checks the images of named parts.
    ///
    /// # Errors
    /// Returns an error if they cannot be read, or contain no image that preflight would check.
    pub fn of_parts(
        parts: &mut dyn Parts,
        origin: &PartsOrigin<'_>,
        reference: Option<&Text<'_>>,
        target: &Target,
    ) -> Result<Self, ReadError> {
        let unread = |parts: &mut dyn Parts, error: Error| {
            let failure = parts.take_failure().map(|failure| failure.to_string());
            origin.failed(Reason::Other(failure.unwrap_or_else(|| error.to_string())))
        };
        let listed = list(parts, origin.format, origin.image);
        let Listing { images, left_out, .. } = listed.map_err(|error| unread(parts, error))?;
        if images.is_empty() {
            return Err(origin.failed(Reason::Other(format!("no image to check: {}", left_out.join("; ")))));
        }
        let (several, name) = (images.len() > 1, origin.called.name());
        let mut reports = Vec::new();
        let mut budget = Budget::new(Limits::default());
        for image in &images {
            let contents = read(parts, image, &mut budget);
            let mut contents = contents.map_err(|error| unread(parts, error))?;
            if let Some(failure) = parts.take_failure() {
                return Err(origin.failed(Reason::Other(failure.to_string())));
            }
            contents.repository.clone_from(&origin.repository);
            let called = match contents.names.first().filter(|_| several) {
                Some(own) => Source::named_field(format!("{name} {own} {}", contents.platform)),
                None if several => Source::named_field(format!("{name} {}", contents.platform)),
                None => origin.called.clone(),
            };
            let input = ImageInput::archive(&contents, &called).reference(reference.cloned());
            reports.push(check_image(input, target));
        }
        Ok(Self { report: Report::join(target, reports), left_out })
    }
}

/// The reason why there is no file, with the name of one that is meant.
fn missing(error: io::Error, path: &Path) -> Reason {
    match (Reason::from(error), nearest_archive(path)) {
        (Reason::Missing, Some(near)) => Reason::Misnamed { near: near.display().to_string() },
        (reason, _) => reason,
    }
}

impl ImageLocation {
    /// The origin of its parts.
    pub fn origin(&self) -> PartsOrigin<'_> {
        let called =
            if self.is_stdin() { Source::field("stdin") } else { Source::file(self.path.to_string_lossy()) };
        PartsOrigin::new(called).index(self.transport.format(), self.name())
    }
}

impl Transport {
    fn format(self) -> Format {
        match self {
            Self::Oci | Self::OciArchive => Format::Oci,
            Self::DockerArchive => Format::Docker,
            Self::Directory => Format::Directory,
            Self::Path | Self::Stdin | Self::ContainersStorage | Self::DockerDaemon | Self::Registry => {
                Format::Unstated
            }
        }
    }
}

/// An OCI layout as a directory.
struct Layout(Folder);

impl Parts for Layout {
    fn open(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        Ok(self.open_apart(name)?.map(|part| part as Box<dyn Read>))
    }

    fn apart(&mut self) -> Option<&mut dyn PartsApart> {
        Some(self)
    }
}

impl PartsApart for Layout {
    fn open_apart(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + Send>>> {
        match self.0.open(Path::new(name)) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(Reason::Missing | Reason::Directory) => Ok(None),
            Err(reason) => Err(io::Error::other(format!("`{name}` {reason}"))),
        }
    }
}
