//! Reads a built container image from an archive, for `rekey-core` to check: OCI layouts and archives, the
//! output of `docker save` and `podman save`, and skopeo's `dir:`; layers that are plain, gzip or zstd; RPM
//! databases in every format that preflight reads.
//!
//! Nothing is written to disk, and nothing is trusted: digests are verified, paths stay names, and [`Limits`]
//! bound what is read and kept. Layers are streamed; only the names of files and the lists of packages stay
//! in memory.
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
// Bad input yields an error or a fault, never a panic; each `expect` says why it cannot fail.
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
mod layers;
mod layout;
mod limits;
mod parts;
pub mod rpmdb;
mod tar;

pub use compression::ArchiveReader;
pub use layer::{Budget, is_foreign_layer};
pub use layout::{Format, Image, Listing, list, read};
pub use limits::Limits;
pub use parts::{Parts, PartsApart, TarParts};

/// The reason why no image can be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The archive cannot be read.
    #[error("{0}")]
    Io(std::io::Error),
    /// The archive is compressed as a whole, so its parts cannot be looked up: read it through
    /// [`ArchiveReader`] first. For other compressions than gzip and zstd, the program is named.
    #[error("the whole archive is compressed with {0}: decompress it first with `{1}`")]
    Compressed(&'static str, &'static str),
    /// The archive is not a tar, or exceeds a limit.
    #[error("the archive cannot be read: {0}")]
    Archive(String),
    /// The bytes are not those of a tar.
    #[error("not an image archive: {0}")]
    NotAnArchive(String),
    /// The archive ends too early.
    #[error("the archive is cut off{0}: copy or save it again")]
    CutOff(String),
    /// The archive has no index in this format.
    #[error("{0}")]
    NoImage(NoImage),
    /// The index is empty.
    #[error("the archive names no image")]
    Empty,
    /// The archive has no image with this name.
    #[error("the archive has no image named `{0}`")]
    NotNamed(String),
    /// A part that others refer to is missing.
    #[error("the archive names `{0}` but does not contain it")]
    Missing(String),
    /// A document is too large.
    #[error("`{0}` is larger than a manifest or config may be")]
    TooLarge(String),
    /// A document is invalid.
    #[error("invalid JSON in {part} of the archive: line {line}, column {column}")]
    Json {
        /// The part.
        part: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1, in bytes.
        column: usize,
    },
}

impl Error {
    fn document_bytes(limit: usize) -> Self {
        Self::Archive(format!("manifests and configs of more than {limit} bytes"))
    }

    /// Returns this error, or that the archive is cut off if that is why a part is missing.
    fn or_cut_off(self, parts: &dyn Parts) -> Self {
        match self {
            Self::NoImage(_) | Self::Missing(_) if parts.is_cut_off() => Self::CutOff(String::new()),
            error => error,
        }
    }
}

/// The index that an archive lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoImage {
    /// Both indexes are missing, and the files are those of a system.
    #[error(
        "it contains the file system of a container, as `podman export` and `docker export` write it, without config and layers: save the image instead, `podman save --format oci-archive --output app.tar IMAGE`"
    )]
    Exported,
    /// Both indexes are missing.
    #[error(
        "no image: neither `index.json` nor `manifest.json`; `podman save --format oci-archive --output app.tar IMAGE` writes an archive"
    )]
    Neither,
    /// There is only a `manifest.json`.
    #[error("the archive has no `index.json`, only `manifest.json`: use `docker-archive:`")]
    OnlyManifest,
    /// There is only an `index.json`.
    #[error("the archive has no `manifest.json`, only `index.json`: use `oci-archive:`")]
    OnlyIndex,
}

/// Files of an exported container; `podman export` and `docker export` write a tar of its root.
const OF_SYSTEM: &[&str] = &[
    "etc/passwd",
    "etc/hosts",
    "etc/hostname",
    "etc/os-release",
    "usr/lib/os-release",
    "bin/sh",
    ".dockerenv",
];

impl NoImage {
    fn of(parts: &mut dyn Parts, format: Format) -> Result<Self, Error> {
        let other = match format {
            Format::Unstated => None,
            Format::Oci => parts.open("manifest.json").map_err(Error::Io)?.map(|_| Self::OnlyManifest),
            Format::Docker | Format::Directory => {
                parts.open("index.json").map_err(Error::Io)?.map(|_| Self::OnlyIndex)
            }
        };
        if let Some(other) = other {
            return Ok(other);
        }
        for file in OF_SYSTEM {
            if parts.open(file).map_err(Error::Io)?.is_some() {
                return Ok(Self::Exported);
            }
        }
        Ok(Self::Neither)
    }
}
