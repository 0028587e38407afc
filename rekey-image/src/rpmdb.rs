//! The packages of an RPM database, read from its bytes: SQLite (RHEL 9 and later), and Berkeley DB's hash (RHEL 8).
//!
//! The readers are our own: they are small, read only, hold to the bytes that are there, and need neither a file nor C. What
//! knqyf263/go-rpmdb 0.1.1 makes of a database decides, since preflight reads with it, and so does the order of packages.
//!
//! # Deviation
//! - Of a Berkeley DB, packages are read that stand on pages of their own, as go-rpmdb does; `rpm` would read one of less than
//!   a quarter of a page too, which no package is.
//! - Of an SQLite database, what still stands in its log (`rpmdb.sqlite-wal`) is not read, as preflight's SQLite
//!   does. rpm empties the log when it ends, so one that holds something is of an rpm that was stopped.
//! - The table `Packages` must be as rpm makes it: a number, which is the row's, and a blob. The SQL of the schema is not read.
//! - Where a page is damaged, go-rpmdb goes on with the packages that it has read by then, or never ends. Here that is an error.
//! - A header whose values share bytes, in which a text has no end, or that has more than 65,535 tags, is refused as rpm does.
//! - `OLDFILENAMES`, of which `rpm` makes the paths of packages older than rpm 4, are not read, since go-rpmdb does not:
//!   preflight sees no files there. rpm itself rewrites them when it installs such a package.
//! - SUSE's format (`Packages.db`, "ndb") is told and not read: preflight does not look for it.

mod berkeley;
mod header;
mod sqlite;

use rekey_core::image::contents::Package;

/// Why a database cannot be read. It names the place, never content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The first bytes are of no format that is known.
    #[error("its first bytes are not those of an RPM database")]
    Format,
    /// SUSE's format.
    #[error("it has SUSE's format ndb, which rekey does not support")]
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
    /// More of something than is read.
    #[error("it has more than {most} {what}")]
    Limit {
        /// What it is.
        what: &'static str,
        /// How many are read.
        most: usize,
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

/// A header must have fewer bytes than these, as in rpm's `lib/header.c`: 256 MiB.
pub const MAX_HEADER_BYTES: usize = 256 << 20;

/// The most packages of a database: 100,000.
pub const MAX_PACKAGES: usize = 100_000;

/// The most files of all packages together: 2,097,152.
pub const MAX_FILES: usize = 2 << 20;

/// The most bytes of all paths of a database, and of what packages are called: 256 MiB. A header writes a directory once for
/// all files in it, so a small one can stand for many.
pub const MAX_NAME_BYTES: usize = 256 << 20;

/// Whether bytes begin as an RPM database does; 16 of them are enough.
///
/// ```
/// assert!(rekey_image::rpmdb::is_database(b"SQLite format 3\0"));
/// assert!(!rekey_image::rpmdb::is_database(b"Package: bash\n"));
/// ```
pub fn is_database(head: &[u8]) -> bool {
    !matches!(format(head), Err(Error::Format))
}

/// The packages of a database, in its order.
///
/// # Errors
/// When a part that is needed is not as the format has it, or a limit is exceeded. Nothing is read beyond the bytes, and every
/// page once.
pub fn packages(database: &[u8]) -> Result<Vec<Package>, Error> {
    packages_within(database, &mut PackageLimits::default())
}

/// The packages of a database, which take from the budget of all databases of an image.
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

/// The package of one header, as it stands in a database.
///
/// # Errors
/// When it is malformed.
pub fn package(header: &[u8]) -> Result<Package, Error> {
    header::package(header, &mut PackageLimits::default()).map_err(|what| Error::Header { number: 0, what })
}

/// How much may be kept of RPM databases; by default, of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackageLimits {
    /// Packages.
    pub packages: usize,
    /// Files of all packages.
    pub files: usize,
    /// Bytes of the paths of these files, and of what the packages are called.
    pub name_bytes: usize,
}

impl Default for PackageLimits {
    fn default() -> Self {
        Self { packages: MAX_PACKAGES, files: MAX_FILES, name_bytes: MAX_NAME_BYTES }
    }
}

impl PackageLimits {
    /// The smaller of each.
    fn min(self, other: Self) -> Self {
        Self {
            packages: self.packages.min(other.packages),
            files: self.files.min(other.files),
            name_bytes: self.name_bytes.min(other.name_bytes),
        }
    }

    /// Takes what lies between two budgets.
    fn take_all(&mut self, before: Self, after: Self) {
        self.packages -= before.packages - after.packages;
        self.files -= before.files - after.files;
        self.name_bytes -= before.name_bytes - after.name_bytes;
    }

    /// A list with something for each file.
    fn list<T>(&self, values: impl Iterator<Item = T>) -> Result<Vec<T>, &'static str> {
        let values: Vec<_> = values.take(self.files.saturating_add(1)).collect();
        if values.len() > self.files { Err("it has more files than are read") } else { Ok(values) }
    }

    /// Takes a file with a path of so many bytes.
    fn take_file(&mut self, path: usize) -> Result<(), &'static str> {
        self.files = self.files.checked_sub(1).ok_or("it has more files than are read")?;
        self.take_name(path)
    }

    /// Takes a name of so many bytes.
    fn take_name(&mut self, bytes: usize) -> Result<(), &'static str> {
        self.name_bytes =
            self.name_bytes.checked_sub(bytes).ok_or("its names and paths are longer than is read")?;
        Ok(())
    }
}

/// What is done with the header of each package, in order.
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

/// Bytes from `start`, if they are there.
fn bytes<const N: usize>(from: &[u8], start: usize) -> Option<[u8; N]> {
    from.get(start..start.checked_add(N)?)?.try_into().ok()
}
