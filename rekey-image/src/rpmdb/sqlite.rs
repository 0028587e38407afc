//! The rows of the table `Packages` in an SQLite database.
//!
//! ```text
//! database = page*           page 1 begins with a header of 100 bytes
//! schema   = a table of type, name, name of the table, root page and SQL, whose root is page 1
//! page     = kind 1, free 2, cells 2, content 2, fragments 1, (interior: right-most child 4), offset of a cell 2 *
//! interior = child 4, rowid varint
//! leaf     = payload size varint, rowid varint, payload, (overflow page 4)
//! payload  = header size varint, type varint *, value *
//! ```
//!
//! Source: sqlite.org/fileformat2.html, sections 1.3, 1.6, 2.1 and 2.6; `lockBtree` in SQLite's `src/btree.c`.

use std::borrow::Cow;

use super::{Error, MAX_HEADER_BYTES, Take, bytes};

pub(super) const MAGIC: &[u8] = b"SQLite format 3\0";

const LEAF: u8 = 0x0d;
const INTERIOR: u8 = 0x05;
/// More than the depth of any tree of 2^32 pages.
const DEPTH: usize = 40;

/// Passes on the blobs of the table, by rowid.
pub(super) fn headers(database: &[u8], take: &mut Take<'_>) -> Result<(), Error> {
    let mut file = File::new(database)?;
    let mut root = None;
    file.walk(1, 0, &mut |row| {
        if let [Value::Bytes(b"table"), Value::Bytes(name), _, Value::Number(page), _] = row.columns()?
            && name.eq_ignore_ascii_case(b"Packages")
        {
            root = u32::try_from(page).ok();
        }
        Ok(())
    })?;
    // The number of a package is its rowid, which is outside of the payload.
    file.walk(root.ok_or(Error::NoTable)?, 0, &mut |row| match row.columns()? {
        [Value::Null, Value::Bytes(blob)] => take(blob),
        _ => Err(row.wrong("a package that is not a number and a blob")),
    })
}

struct File<'d> {
    database: &'d [u8],
    page_size: usize,
    /// The number of usable bytes in a page.
    usable: usize,
    /// The number of pages that may still be read: each has only one place, in the schema or in the table.
    pages_left: usize,
    /// The number of bytes of rows that may still be read: SQLite never writes cells that share bytes.
    bytes_left: usize,
}

/// A page, with its number.
#[derive(Clone, Copy)]
struct Page<'d> {
    number: u32,
    bytes: &'d [u8],
}

impl Page<'_> {
    fn wrong(&self, what: &'static str) -> Error {
        Error::Page { page: self.number, what }
    }

    fn number_at<const N: usize>(&self, at: usize) -> Result<u32, Error> {
        let bytes = bytes::<N>(self.bytes, at).ok_or_else(|| self.wrong("it ends too early"))?;
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    /// A number of up to nine bytes, and the offset after it.
    fn varint(&self, at: usize) -> Result<(u64, usize), Error> {
        varint(self.bytes.get(at..).unwrap_or_default())
            .map(|(number, length)| (number, at + length))
            .ok_or_else(|| self.wrong("a cell ends too early"))
    }
}

impl<'d> File<'d> {
    fn new(database: &'d [u8]) -> Result<Self, Error> {
        let header = Page { number: 1, bytes: database };
        let page_size = match header.number_at::<2>(16)? {
            1 => 65536,
            size => size as usize,
        };
        let usable = page_size.saturating_sub(header.number_at::<1>(20)? as usize);
        if !page_size.is_power_of_two() || page_size < 512 || usable < 480 {
            return Err(header.wrong("a page size that SQLite does not have"));
        }
        // 2 means a write-ahead log; the fractions of a page are fixed.
        if header.number_at::<1>(19)? > 2 || header.number_at::<3>(21)? != 0x40_20_20 {
            return Err(Error::Unsupported("an SQLite database of another version"));
        }
        if header.number_at::<4>(44)? > 4 {
            return Err(Error::Unsupported("an SQLite schema of another version"));
        }
        if header.number_at::<4>(56)? & 3 > 1 {
            return Err(Error::Unsupported("an SQLite database in UTF-16"));
        }
        let pages = database.len().div_ceil(page_size);
        // The number of pages is valid if the last writer knew that field.
        if header.number_at::<4>(24)? == header.number_at::<4>(92)?
            && header.number_at::<4>(28)? as usize > pages
        {
            return Err(header.wrong("it names more pages than the database has"));
        }
        Ok(Self { database, page_size, usable, pages_left: pages * 2, bytes_left: database.len() })
    }

    fn page(&mut self, number: u32) -> Result<Page<'d>, Error> {
        let wrong = |what| Error::Page { page: number, what };
        self.pages_left =
            self.pages_left.checked_sub(1).ok_or_else(|| wrong("more pages are named than there are"))?;
        let index = (number as usize).checked_sub(1).ok_or_else(|| wrong("there is no such page"))?;
        let start = index.checked_mul(self.page_size).ok_or_else(|| wrong("there is no such page"))?;
        let end = start.saturating_add(self.page_size);
        let bytes = self.database.get(start..end).ok_or_else(|| wrong("it is not in the database"))?;
        Ok(Page { number, bytes: bytes.get(..self.usable).unwrap_or(bytes) })
    }

    /// Calls back for every row of a table, in order.
    fn walk(
        &mut self,
        number: u32,
        depth: usize,
        show: &mut dyn FnMut(&Row<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let page = self.page(number)?;
        if depth > DEPTH {
            return Err(page.wrong("a tree that is too deep"));
        }
        // The first page has the header of the database in front.
        let start = if number == 1 { 100 } else { 0 };
        let kind = page.bytes.get(start).copied().unwrap_or_default();
        let cells = page.number_at::<2>(start + 3)? as usize;
        let pointers = start + if kind == INTERIOR { 12 } else { 8 };
        for cell in 0..cells {
            let at = page.number_at::<2>(pointers + 2 * cell)? as usize;
            match kind {
                LEAF => show(&self.row(page, at)?)?,
                INTERIOR => self.walk(page.number_at::<4>(at)?, depth + 1, show)?,
                _ => return Err(page.wrong("it is not a page of a table")),
            }
        }
        match kind {
            LEAF => Ok(()),
            INTERIOR => self.walk(page.number_at::<4>(start + 8)?, depth + 1, show),
            _ => Err(page.wrong("it is not a page of a table")),
        }
    }

    /// The row in a cell of a leaf, including its overflow pages.
    fn row(&mut self, page: Page<'d>, at: usize) -> Result<Row<'d>, Error> {
        let (size, at) = page.varint(at)?;
        let (_rowid, at) = page.varint(at)?;
        let size = usize::try_from(size).ok().filter(|size| *size <= MAX_HEADER_BYTES + 100);
        let size = size.ok_or_else(|| page.wrong("a row larger than a header can be"))?;
        self.bytes_left = self
            .bytes_left
            .checked_sub(size)
            .ok_or_else(|| page.wrong("rows have more bytes than the database"))?;
        let local = self.local(size);
        let here = page.bytes.get(at..at + local).ok_or_else(|| page.wrong("a cell ends too early"))?;
        if local == size {
            return Ok(Row { page: page.number, payload: here.into() });
        }
        let mut payload = Vec::with_capacity(size);
        payload.extend_from_slice(here);
        let mut next = page.number_at::<4>(at + local)?;
        while payload.len() < size {
            let overflow = self.page(next)?;
            next = overflow.number_at::<4>(0)?;
            let rest = overflow.bytes.get(4..).unwrap_or_default();
            let wanted = rest.len().min(size - payload.len());
            payload.extend_from_slice(rest.get(..wanted).unwrap_or_default());
        }
        Ok(Row { page: page.number, payload: payload.into() })
    }

    /// The length of the part of a payload that is in the leaf itself.
    fn local(&self, size: usize) -> usize {
        let most = self.usable - 35;
        if size <= most {
            return size;
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let kept = least + (size - least) % (self.usable - 4);
        if kept <= most { kept } else { least }
    }
}

struct Row<'d> {
    page: u32,
    payload: Cow<'d, [u8]>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Value<'r> {
    Null,
    Number(i64),
    /// A blob or a text.
    Bytes(&'r [u8]),
    Other,
}

impl Row<'_> {
    fn wrong(&self, what: &'static str) -> Error {
        Error::Page { page: self.page, what }
    }

    /// Its values, whose number must equal the table's number of columns.
    fn columns<const N: usize>(&self) -> Result<[Value<'_>; N], Error> {
        let malformed = || self.wrong("a row is malformed");
        let (header_size, mut at) = varint(&self.payload).ok_or_else(malformed)?;
        let header_size = usize::try_from(header_size).map_err(|_| malformed())?;
        let header = self.payload.get(..header_size).ok_or_else(malformed)?;
        let mut body = header_size;
        let mut values = [Value::Null; N];
        for value in &mut values {
            let (kind, length) = header.get(at..).and_then(varint).ok_or_else(malformed)?;
            at += length;
            let size = match kind {
                1..=4 => kind,
                5 => 6,
                6 | 7 => 8,
                12.. => (kind - 12) / 2,
                _ => 0,
            };
            let end =
                usize::try_from(size).ok().and_then(|size| body.checked_add(size)).ok_or_else(malformed)?;
            let bytes = self.payload.get(body..end).ok_or_else(malformed)?;
            body = end;
            *value = match kind {
                0 => Value::Null,
                1..=6 => Value::Number(signed(bytes)),
                8 | 9 => Value::Number(i64::from(kind == 9)),
                12.. => Value::Bytes(bytes),
                _ => Value::Other,
            };
        }
        if at == header.len() { Ok(values) } else { Err(malformed()) }
    }
}

fn signed(bytes: &[u8]) -> i64 {
    let first = bytes.first().map_or(0, |byte| if byte & 0x80 == 0 { 0 } else { -1 });
    bytes.iter().fold(first, |number, byte| number << 8 | i64::from(*byte))
}

/// A number with seven bits per byte and eight in the ninth, and its length in bytes.
fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut number = 0;
    for (at, byte) in bytes.iter().take(9).enumerate() {
        if at == 8 {
            return Some((number << 8 | u64::from(*byte), 9));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, at + 1));
        }
    }
    None
}
