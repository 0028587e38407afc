//! Limits on reading an archive that may be designed to exhaust its reader.

use rekey_core::image::contents::MAX_PATH_BYTES;

use crate::rpmdb;

/// The limits on reading one archive. Exceeding one is a fault of the image, and the rest is not read.
///
/// An image of 700 MB in 30,000 files takes about 20 MiB, and 44 MiB with 1,290 packages. An archive with the
/// default maximum of entries, designed to be expensive, took 630 MiB and ten seconds. An RPM database is
/// held while it is read, together with its packages: one of 264 MB took 322 MiB, and the names in its
/// packages are kept for each layer that has one, 117 MiB with 3,870 packages in two layers. Lower the limits
/// if that is too much.
///
/// ```
/// use rekey_image::Limits;
///
/// let strict = Limits { layer_bytes: 1 << 30, ..Limits::default() };
/// assert!(strict.layer_bytes < Limits::default().layer_bytes);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The maximum number of layers in an image: 1,024. Preflight accepts 40.
    pub layers: usize,
    /// The maximum number of entries in all layers of one image: 1,000,000, and four times as many in all
    /// images.
    pub entries: usize,
    /// The maximum length of a path and of a link's target in bytes, Linux's `PATH_MAX`: 4,096.
    pub path_length: usize,
    /// The maximum number of directories in a path: 256.
    pub path_depth: usize,
    /// The maximum number of bytes in all paths and link targets together, including each directory above a
    /// path: 256 MiB, and four times as many in all images.
    pub path_bytes: usize,
    /// The maximum size of the extended header of one entry in bytes, as in Go's `archive/tar`: 1 MiB.
    pub header_bytes: u64,
    /// The maximum size of all layers of all images together, uncompressed, in bytes: 64 GiB.
    pub layer_bytes: u64,
    /// The maximum size of the manifests and configs of all images together in bytes: 256 MiB.
    pub document_bytes: usize,
    /// The maximum size of an RPM database in bytes: 256 MiB.
    pub database_bytes: u64,
    /// The limits on the content of all RPM databases of one image: 400,000 packages, 8,388,608 files, and
    /// 512 MiB of their names.
    pub databases: rpmdb::PackageLimits,
    /// The maximum size of all `os-release` files of one image in bytes: 4 MiB.
    pub text_bytes: usize,
    /// The maximum window of a zstd stream, which its decoder holds in memory, in bytes: 64 MiB.
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

/// The number of bytes of an `os-release` that are read.
pub(crate) const TEXT_BYTES: u64 = 64 << 10;
/// The maximum number of entries of an archive.
pub(crate) const PARTS: usize = 100_000;
/// The number of images whose entries an archive may have: preflight checks four architectures.
pub(crate) const FULL_IMAGES: usize = 4;
/// The maximum number of images in an archive, including the indexes that list them.
pub(crate) const IMAGES: usize = 256;
/// The maximum nesting of indexes.
pub(crate) const INDEX_DEPTH: usize = 4;
