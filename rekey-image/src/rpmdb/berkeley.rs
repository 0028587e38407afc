//! The values of a Berkeley DB hash.
//!
//! ```text
//! database = page*          page 0 says how large they are
//! page     = log 8, number 4, previous 4, next 4, entries 2, free 2, level 1, kind 1, offset of an item 2 *, …, items
//! item     = kind 1 (3: it stands on pages of its own), unused 3, first page 4, length 4
//! overflow = page header, as many bytes as `free` says, or the whole page where another follows
//! ```
//!
//! Source: berkeleydb/libdb 5.3, `src/dbinc/db_page.h`.

use super::{Error, Take, bytes};

const PAGE_HEADER: usize = 26;
const HASH_UNSORTED: u8 = 2;
const OVERFLOW: u8 = 7;
const HASH_META: u8 = 8;
const HASH: u8 = 13;
/// An item that is stored on its own pages.
const OFF_PAGE: u8 = 3;
const HASH_MAGIC: u32 = 0x0006_1561;
const BTREE_MAGIC: u32 = 0x0005_3162;

/// The byte order of numbers: that of the machine that wrote the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    /// The order of a database with these first bytes; `None` if it is not a hash.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        Self::of_magic(head, HASH_MAGIC)
    }

    fn of_magic(head: &[u8], magic: u32) -> Option<Self> {
        [Self::Little, Self::Big].into_iter().find(|order| order.u32(head, 12) == Some(magic))
    }

    fn u32(self, from: &[u8], at: usize) -> Option<u32> {
        let bytes = bytes(from, at)?;
        Some(if self == Self::Little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn u16(self, from: &[u8], at: usize) -> Option<u16> {
        let bytes = bytes(from, at)?;
        Some(if self == Self::Little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }
}

/// Returns true if a database with these first bytes is a Berkeley DB B-tree, which rpm never used for
/// packages.
pub(super) fn is_btree(head: &[u8]) -> bool {
    Order::of_magic(head, BTREE_MAGIC).is_some()
}

struct File<'d> {
    database: &'d [u8],
    order: Order,
    page_size: usize,
    /// The number of overflow pages that may still be read: each belongs to one value.
    left: usize,
}

/// Passes on the values that are stored on their own pages, in the order of the pages that name them.
pub(super) fn headers(database: &[u8], order: Order, take: &mut Take<'_>) -> Result<(), Error> {
    let meta = |what| Error::Page { page: 0, what };
    let page_size = order.u32(database, 20).ok_or_else(|| meta("it ends too early"))? as usize;
    let last = order.u32(database, 32).ok_or_else(|| meta("it ends too early"))?;
    if database.get(24) != Some(&0) {
        return Err(Error::Unsupported("an encrypted Berkeley DB"));
    }
    if database.get(25) != Some(&HASH_META)
        || !page_size.is_power_of_two()
        || !(512..=65536).contains(&page_size)
    {
        return Err(meta("it is not a page of a hash"));
    }
    let mut file = File { database, order, page_size, left: database.len().div_ceil(page_size) };
    for number in 0..=last {
        let page = file.page(number)?;
        if !matches!(page.get(25), Some(&(HASH | HASH_UNSORTED))) {
            continue;
        }
        let short = || Error::Page { page: number, what: "an item ends too early" };
        let entries = usize::from(order.u16(page, 20).ok_or_else(short)?);
        if entries % 2 != 0 {
            return Err(Error::Page { page: number, what: "a key without a value" });
        }
        // Keys and values alternate.
        for entry in (1..entries).step_by(2) {
            let at = usize::from(order.u16(page, PAGE_HEADER + 2 * entry).ok_or_else(short)?);
            if *page.get(at).ok_or_else(short)? == OFF_PAGE {
                let first = order.u32(page, at + 4).ok_or_else(short)?;
                take(&file.value(first)?)?;
            }
        }
    }
    Ok(())
}

impl<'d> File<'d> {
    fn page(&self, number: u32) -> Result<&'d [u8], Error> {
        let start = (number as usize).checked_mul(self.page_size);
        let page = start.and_then(|start| self.database.get(start..start.checked_add(self.page_size)?));
        page.ok_or(Error::Page { page: number, what: "it is not in the database" })
    }

    /// The content of a chain of overflow pages.
    fn value(&mut self, mut number: u32) -> Result<Vec<u8>, Error> {
        let mut value = Vec::new();
        while number != 0 {
            let wrong = |what| Error::Page { page: number, what };
            self.left =
                self.left.checked_sub(1).ok_or_else(|| wrong("more pages are named than there are"))?;
            let page = self.page(number)?;
            if page.get(25) != Some(&OVERFLOW) {
                return Err(wrong("it is not an overflow page"));
            }
            let next = self.order.u32(page, 16).ok_or_else(|| wrong("it ends too early"))?;
            let end = match next {
                0 => {
                    PAGE_HEADER
                        + usize::from(self.order.u16(page, 22).ok_or_else(|| wrong("it ends too early"))?)
                }
                _ => self.page_size,
            };
            value.extend_from_slice(page.get(PAGE_HEADER..end).ok_or_else(|| wrong("it ends too early"))?);
            number = next;
        }
        Ok(value)
    }
}
