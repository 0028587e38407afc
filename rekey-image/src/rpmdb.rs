//! The packages of an RPM database, read from its bytes: SQLite (RHEL 9 and later), and Berkeley DB's hash (RHEL 8).
//!
//! The readers are our own: they are small, read only, hold to the bytes that are there, and need neither a file nor C. What
//! knqyf263/go-rpmdb 0.1.1 makes of a database decides, since preflight reads with it, and so does the order of packages.
//!
//! # Deviation
//! Of a Berkeley DB, packages are read that stand on pages of their own, as go-rpmdb does; `rpm` would read one of less than a
//! quarter of a page too, which no package is. SUSE's format (`Packages.db`, "ndb") is told and not read: preflight does not
//! look for it.

mod berkeley;
mod header;
mod sqlite;

use rekey_core::image::contents::Package;

/// Why a database cannot be read. It names the place, never content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The first bytes are of no format that is known.
    #[error("its first bytes are of no RPM database")]
    Format,
    /// SUSE's format.
    #[error("it is of SUSE's format ndb, which is not read")]
    Ndb,
    /// It is encrypted, or of another kind than rpm uses.
    #[error("{0} is not supported")]
    Unsupported(&'static str),
    /// A page is not what it should be, or stands outside of the database.
    #[error("page {page}: {what}")]
    Page {
        /// Its number, from 1 for SQLite and from 0 for Berkeley DB.
        page: u32,
        /// What is wrong with it.
        what: &'static str,
    },
    /// There is no table of packages.
    #[error("it has no table `Packages`")]
    NoTable,
    /// The header of a package is malformed.
    #[error("package {number}: {what}")]
    Header {
        /// Which package it is, from 0.
        number: usize,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// The most bytes of a header, as in rpm's `lib/header.c`: 256 MiB.
pub const MAX_HEADER_BYTES: usize = 256 << 20;

/// The most bytes of all paths of a database: 256 MiB. A header writes a directory once for all files in it, so a small one
/// can stand for many.
pub const MAX_PATH_BYTES: usize = 256 << 20;

/// Whether bytes begin as an RPM database does; 16 of them are enough.
///
/// ```
/// assert!(rekey_image::rpmdb::is_database(b"SQLite format 3\0"));
/// assert!(!rekey_image::rpmdb::is_database(b"Package: bash\n"));
/// ```
pub fn is_database(head: &[u8]) -> bool {
    format(head).is_ok() || head.starts_with(NDB)
}

/// The packages of a database, in its order.
///
/// # Errors
/// When a part that is needed is not as the format has it. Nothing is read beyond the bytes, and every page once.
pub fn packages(database: &[u8]) -> Result<Vec<Package>, Error> {
    let headers = match format(database)? {
        Format::Sqlite => sqlite::headers(database)?,
        Format::Berkeley(order) => berkeley::headers(database, order)?,
    };
    let mut path_bytes = MAX_PATH_BYTES;
    let package = |(number, header): (usize, Vec<u8>)| {
        header::package(&header, &mut path_bytes).map_err(|what| Error::Header { number, what })
    };
    headers.into_iter().enumerate().map(package).collect()
}

/// The package of one header, as it stands in a database.
///
/// # Errors
/// When it is malformed.
pub fn package(header: &[u8]) -> Result<Package, Error> {
    header::package(header, &mut { MAX_PATH_BYTES }).map_err(|what| Error::Header { number: 0, what })
}

enum Format {
    Sqlite,
    Berkeley(berkeley::Order),
}

/// `RpmP`, as rpm's `lib/backend/ndb/rpmpkg.c` has it.
const NDB: &[u8] = b"RpmP";

fn format(database: &[u8]) -> Result<Format, Error> {
    if database.starts_with(sqlite::MAGIC) {
        return Ok(Format::Sqlite);
    }
    if database.starts_with(NDB) {
        return Err(Error::Ndb);
    }
    berkeley::Order::of(database).map(Format::Berkeley).ok_or(Error::Format)
}

/// Bytes from `start`, if they are there.
fn bytes<const N: usize>(from: &[u8], start: usize) -> Option<[u8; N]> {
    from.get(start..start.checked_add(N)?)?.try_into().ok()
}
