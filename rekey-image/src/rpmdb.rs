//! The packages of an RPM database, read from its bytes: SQLite (RHEL 9 and later), and Berkeley DB's hash (RHEL 8).
//!
//! The readers are part of this crate: they are small, read-only, stay within the bytes, and need neither a
//! file nor C. They follow knqyf263/go-rpmdb 0.1.1, which preflight uses, including the order of packages.
//!
//! # Deviation
//! - In a Berkeley DB, only packages on their own pages are read, as in go-rpmdb; `rpm` would also read one
//!   smaller than a quarter of a page, but no package is that small.
//! - The log of an SQLite database (`rpmdb.sqlite-wal`) is not read, although preflight's SQLite does. rpm
//!   empties the log when it exits, so a non-empty one is from an rpm that was killed.
//! - The table `Packages` must have rpm's columns: a number, which is the rowid, and a blob. The SQL of the schema
//!   is not read.
//! - After a damaged page, go-rpmdb continues with the packages that it has read so far, or never terminates. Here
//!   a damaged page is an error.
//! - A header whose values share bytes, with an unterminated text, or with more than 65,535 tags, is rejected, as
//!   in rpm.
//! - `OLDFILENAMES`, from which `rpm` computes the paths of packages older than rpm 4, is not read, since go-rpmdb
//!   does not read it either: preflight sees no files there. rpm itself converts it when it installs such a package.
//! - SUSE's format (`Packages.db`, "ndb") is recognized but not supported: preflight does not look for it.

mod berkeley;
mod header;
mod sqlite;

use rekey_core::image::contents::Package;

/// The reason why a database cannot be read. It names the place and never quotes content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The first bytes match no known format.
    #[error("its first bytes are not those of an RPM database")]
    Format,
    /// The database has SUSE's format.
    #[error("it has SUSE's format ndb, which rekey does not support")]
    Ndb,
    /// The database is encrypted, or of a kind that rpm does not use.
    #[error("{0} is not supported")]
    Unsupported(&'static str),
    /// A page is invalid or outside of the database.
    #[error("page {page}: {what}")]
    Page {
        /// Its number, from 1 for SQLite and from 0 for Berkeley DB.
        page: u32,
        /// The defect.
        what: &'static str,
    },
    /// A limit is exceeded.
    #[error("it has more than {most} {what}")]
    Limit {
        /// The limited quantity.
        what: &'static str,
        /// The limit.
        most: usize,
    },
    /// There is no table of packages.
    #[error("it has no table `Packages`")]
    NoTable,
    /// The header of a package is malformed.
    #[error("package {number}: {what}")]
    Header {
        /// The index of the package, from 0.
        number: usize,
        /// The defect.
        what: &'static str,
    },
}

/// The size that every header must be below, as in rpm's `lib/header.c`: 256 MiB.
pub const MAX_HEADER_BYTES: usize = 256 << 20;

/// The maximum number of packages in a database: 100,000.
pub const MAX_PACKAGES: usize = 100_000;

/// The maximum number of files of all packages together: 2,097,152.
pub const MAX_FILES: usize = 2 << 20;

/// The maximum number of bytes in all paths and package names of a database: 256 MiB. A header stores a
/// directory once for all files in it, so a small header can expand to many paths.
pub const MAX_NAME_BYTES: usize = 256 << 20;

/// Returns true if the bytes begin like an RPM database; 16 of them are enough.
///
/// ```
/// assert!(rekey_image::rpmdb::is_database(b"SQLite format 3\0"));
/// assert!(!rekey_image::rpmdb::is_database(b"Package: bash\n"));
/// ```
pub fn is_database(head: &[u8]) -> bool {
    !matches!(format(head), Err(Error::Format))
}

/// The packages of a database, in order.
///
/// # Errors
/// Returns an error if a required part violates the format, or if a limit is exceeded. Nothing beyond the
/// bytes is read, and every page at most once.
pub fn packages(database: &[u8]) -> Result<Vec<Package>, Error> {
    packages_within(database, &mut PackageLimits::default())
}

/// The packages of a database, within the budget for all databases of an image.
pub(crate) fn packages_within(database: &[u8], left: &mut PackageLimits) -> Result<Vec<Package>, Error> {
    let most = PackageLimits::default().min(*left);
    let mut budget = most;
    let mut packages = Vec::new();
    let mut take = |header: &[u8]| {
        let number = packages.len();
        let limit = Error::Limit { what: "packages", most: most.packages };
        budget.packages = budget.packages.checked_sub(1).ok_or(limit)?;
        packages.push(header::package(header, &mut budget).map_err(|what| Error::Header { number, what })?);
        Ok(())
    };
    match format(database)? {
        Format::Sqlite => sqlite::headers(database, &mut take)?,
        Format::Berkeley(order) => berkeley::headers(database, order, &mut take)?,
    }
    left.take_all(most, budget);
    Ok(packages)
}

/// The package of a header, as it is in a database.
///
/// # Errors
/// Returns an error if it is malformed.
pub fn package(header: &[u8]) -> Result<Package, Error> {
    header::package(header, &mut PackageLimits::default()).map_err(|what| Error::Header { number: 0, what })
}

/// The limits on the content of RPM databases. Default: those for one database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackageLimits {
    /// The maximum number of packages.
    pub packages: usize,
    /// The maximum number of files in all packages.
    pub files: usize,
    /// The maximum number of bytes in the paths of these files and the names of the packages.
    pub name_bytes: usize,
}

impl Default for PackageLimits {
    fn default() -> Self {
        Self { packages: MAX_PACKAGES, files: MAX_FILES, name_bytes: MAX_NAME_BYTES }
    }
}

impl PackageLimits {
    /// The smaller of each limit.
    pub(crate) fn min(self, other: Self) -> Self {
        Self {
            packages: self.packages.min(other.packages),
            files: self.files.min(other.files),
            name_bytes: self.name_bytes.min(other.name_bytes),
        }
    }

    /// Takes the difference between two budgets.
    fn take_all(&mut self, before: Self, after: Self) {
        self.packages -= before.packages - after.packages;
        self.files -= before.files - after.files;
        self.name_bytes -= before.name_bytes - after.name_bytes;
    }

    /// Collects a list with one item per file.
    fn list<T>(&self, values: impl Iterator<Item = T>) -> Result<Vec<T>, &'static str> {
        let values: Vec<_> = values.take(self.files.saturating_add(1)).collect();
        if values.len() > self.files { Err("it has more files than are read") } else { Ok(values) }
    }

    /// Takes a file with a path of this length.
    fn take_file(&mut self, path: usize) -> Result<(), &'static str> {
        self.files = self.files.checked_sub(1).ok_or("it has more files than are read")?;
        self.take_name(path)
    }

    /// Takes a name of this length.
    fn take_name(&mut self, bytes: usize) -> Result<(), &'static str> {
        self.name_bytes =
            self.name_bytes.checked_sub(bytes).ok_or("its names and paths are longer than is read")?;
        Ok(())
    }
}

/// A callback for the header of each package, in order.
type Take<'t> = dyn FnMut(&[u8]) -> Result<(), Error> + 't;

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
    if berkeley::is_btree(database) {
        return Err(Error::Unsupported("a Berkeley DB that is a btree"));
    }
    berkeley::Order::of(database).map(Format::Berkeley).ok_or(Error::Format)
}

/// The bytes from `start`, if they are there.
fn bytes<const N: usize>(from: &[u8], start: usize) -> Option<[u8; N]> {
    from.get(start..start.checked_add(N)?)?.try_into().ok()
}
