//! How much is read of an archive that may have been made to exhaust its reader.

use rekey_core::image::contents::MAX_PATH_BYTES;

use crate::rpmdb;

/// Bounds on what is read of one archive. Exceeding one is a fault of the image, and what stands behind it is not read.
///
/// An image of 700 MB in 30,000 files takes some 20 MiB, and 44 MiB with 1,290 packages. As many entries as the defaults
/// allow, made to be hard, took 630 MiB and ten seconds. An RPM database is held while it is read, with its packages beside:
/// one of 264 MB took 322 MiB, and what its packages name stays for each layer that has one, 117 MiB with 3,870 packages in two
/// layers. Lower the limits where that is too much.
///
/// ```
/// use rekey_image::Limits;
///
/// let strict = Limits { layer_bytes: 1 << 30, ..Limits::default() };
/// assert!(strict.layer_bytes < Limits::default().layer_bytes);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Layers of an image: 1,024. Preflight passes 40.
    pub layers: usize,
    /// Entries in all layers of one image: 1,000,000, and four times as many in all images.
    pub entries: usize,
    /// Bytes of one path, and of the target of a link, as Linux's `PATH_MAX` has it: 4,096.
    pub path_length: usize,
    /// Directories in one path: 256.
    pub path_depth: usize,
    /// Bytes of all paths and targets of links together, each directory above a path counted as well: 256 MiB, and
    /// four times as many in all images.
    pub path_bytes: usize,
    /// Bytes of the extended header of one entry, as in Go's `archive/tar`: 1 MiB.
    pub header_bytes: u64,
    /// Bytes of all layers of all images together, uncompressed: 64 GiB.
    pub layer_bytes: u64,
    /// Bytes of the manifests and configs of all images together: 256 MiB.
    pub document_bytes: usize,
    /// Bytes of one RPM database: 256 MiB.
    pub database_bytes: u64,
    /// What is kept of all RPM databases of one image: 400,000 packages, 8,388,608 files, and 512 MiB of their names.
    pub databases: rpmdb::PackageLimits,
    /// Bytes that are kept of all files called `os-release` of one image: 4 MiB.
    pub text_bytes: usize,
    /// Bytes that a zstd stream may look back, which is what its decoder holds: 64 MiB.
    pub window_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            layers: 1 << 10,
            entries: 1_000_000,
            path_length: MAX_PATH_BYTES,
            path_depth: 256,
            path_bytes: 256 << 20,
            header_bytes: 1 << 20,
            layer_bytes: 64 << 30,
            document_bytes: 256 << 20,
            database_bytes: 256 << 20,
            databases: rpmdb::PackageLimits { packages: 400_000, files: 8 << 20, name_bytes: 512 << 20 },
            text_bytes: 4 << 20,
            window_bytes: 64 << 20,
        }
    }
}

/// Bytes of an `os-release` that are read.
pub(crate) const TEXT_BYTES: u64 = 64 << 10;
/// Entries of an archive that are looked at.
pub(crate) const PARTS: usize = 100_000;
/// An archive may have as many entries as so many images of the limits: preflight judges four architectures.
pub(crate) const FULL_IMAGES: usize = 4;
/// Images of an archive, with the indexes that list them.
pub(crate) const IMAGES: usize = 256;
/// How deep an index may stand within indexes.
pub(crate) const INDEX_DEPTH: usize = 4;
