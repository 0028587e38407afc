//! Reads a built container image out of an archive, for `rekey-core` to judge: OCI layouts and archives, what `docker save`
//! and `podman save` write, and skopeo's `dir:`; layers plain, gzip or zstd; RPM databases of each format that preflight reads.
//!
//! Nothing is written to disk, and nothing is trusted: digests are checked, paths stay names, and [`Limits`] bound what is
//! read and kept. Layers are streamed; what stays in memory is the names of files, and the lists of packages.
//!
//! ```no_run
//! use std::fs::File;
//!
//! use rekey_core::{ImageInput, Target, Source, check_image};
//! use rekey_image::{Budget, Format, Limits, TarParts, list, read};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut archive = TarParts::new(File::open("app.tar")?)?;
//! let mut budget = Budget::new(Limits::default());
//! for image in list(&mut archive, Format::Unstated, None)?.images {
//!     let contents = read(&mut archive, &image, &mut budget)?;
//!     let called = Source::file("app.tar");
//!     let report = check_image(ImageInput::archive(&contents, &called), &Target::default());
//!     println!("{}: {}", contents.platform, report.counts());
//! }
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]
// What is not so is an error or a fault. Where something cannot be, `expect` says why.
#![cfg_attr(
    not(test),
    warn(
        clippy::get_unwrap,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::todo,
        clippy::unimplemented,
        clippy::unwrap_used,
    )
)]

mod artifact;
mod compression;
mod hashing;
mod layer;
mod layout;
mod limits;
mod parts;
pub mod rpmdb;
mod tar;

pub use layer::Budget;
pub use layout::{Format, Image, Listing, list, read};
pub use limits::Limits;
pub use parts::{Parts, TarParts};

/// Why no image can be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The archive cannot be read.
    #[error("{0}")]
    Io(std::io::Error),
    /// It is compressed as a whole.
    #[error("the whole archive is compressed with {0}: decompress it first with `{1}`")]
    Compressed(&'static str, &'static str),
    /// It is no tar, or beyond a limit.
    #[error("the archive cannot be read: {0}")]
    Archive(String),
    /// It ends too early.
    #[error("the archive is cut off{0}: copy or save it again")]
    CutOff(String),
    /// It has no index of the format.
    #[error("{0}")]
    NoImage(NoImage),
    /// Its index is empty.
    #[error("the archive names no image")]
    Empty,
    /// It has no image of this name.
    #[error("the archive has no image named `{0}`")]
    NotNamed(String),
    /// A part that others name is not there.
    #[error("the archive names `{0}` but does not contain it")]
    Missing(String),
    /// A document of too many bytes.
    #[error("`{0}` is larger than a manifest or config may be")]
    TooLarge(String),
    /// A document is not what it should be.
    #[error("invalid JSON in {part} of the archive: line {line}, column {column}")]
    Json {
        /// The part.
        part: String,
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
    },
}

impl Error {
    fn document_bytes(limit: usize) -> Self {
        Self::Archive(format!("manifests and configs of more than {limit} bytes"))
    }

    /// The same, or that the archive is cut off if a part of it is missing for this reason.
    fn or_cut_off(self, parts: &dyn Parts) -> Self {
        match self {
            Self::NoImage(_) | Self::Missing(_) if parts.is_cut_off() => Self::CutOff(String::new()),
            error => error,
        }
    }
}

/// Which index an archive lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoImage {
    /// It has neither.
    #[error("it contains no image: it has neither `index.json` nor `manifest.json`")]
    Neither,
    /// Only the other one is there.
    #[error("the archive has no `index.json`, only `manifest.json`: use `docker-archive:`")]
    OnlyManifest,
    /// Only the other one is there.
    #[error("the archive has no `manifest.json`, only `index.json`: use `oci-archive:`")]
    OnlyIndex,
}

impl NoImage {
    fn of(parts: &mut dyn Parts, format: Format) -> Result<Self, Error> {
        let other = match format {
            Format::Unstated => None,
            Format::Oci => parts.open("manifest.json").map_err(Error::Io)?.map(|_| Self::OnlyManifest),
            Format::Docker | Format::Directory => {
                parts.open("index.json").map_err(Error::Io)?.map(|_| Self::OnlyIndex)
            }
        };
        Ok(other.unwrap_or(Self::Neither))
    }
}
