//! One file of bytes with the statements of many documents, sorted by the name of the package.
//!
//! All numbers are little-endian. After a header of [`HEADER`] bytes follow the ends of the texts, the texts in order, the
//! numbers of the products' texts, the advisories, the statements, and the SHA-256 of everything before.

use std::collections::HashMap;

use rekey_core::Date;
use sha2::{Digest as _, Sha256};

use crate::{
    Advisory, Cpe, DataForm, Document, Error, Impact, Limits, Statement, csaf, day,
    document::{AdvisoryRow, Row, Strings, join},
    updateinfo,
};

/// The version of the format.
const VERSION: u32 = 1;
const MAGIC: &[u8; 8] = b"RKADVIS\0";
/// Magic, version, four lengths, three numbers of documents, the newest day, and the digest of the inputs.
const HEADER: usize = 8 + 4 * 10 + 32;
const ROW: usize = 32;
const ADVISORY: usize = 12;
const DIGEST: usize = 32;
/// The number for a missing day.
const NO_DAY: i32 = i32::MIN;
/// The number for a missing impact.
const NO_IMPACT: u8 = u8::MAX;

/// Collects documents into an [`Index`].
///
/// A document with the id of an earlier one replaces it, unless it is older; so an archive and the files that changed since
/// may be added in turn. A document that cannot be read is counted: without it, no image is known to be clean.
///
/// ```
/// use rekey_advisories::{Index, IndexBuilder, Limits};
///
/// let mut builder = IndexBuilder::new(Limits::default());
/// assert!(builder.add_csaf(b"{").is_err());
/// let bytes = builder.build()?.into_bytes();
/// let index = Index::from_bytes(bytes)?;
/// assert_eq!((index.documents(), index.unreadable()), (0, 1));
/// # Ok::<(), rekey_advisories::Error>(())
/// ```
#[derive(Debug)]
pub struct IndexBuilder {
    limits: Limits,
    strings: Strings,
    rows: Vec<(u32, Row)>,
    advisories: HashMap<u32, (AdvisoryRow, bool)>,
    /// The number of the document in force for each form and id.
    in_force: HashMap<(DataForm, String), u32>,
    documents: Vec<Added>,
    digests: Vec<[u8; DIGEST]>,
    updated: Option<Date>,
    unreadable: u32,
    skipped: usize,
}

#[derive(Debug)]
struct Added {
    updated: Option<Date>,
    is_in_force: bool,
}

impl IndexBuilder {
    /// A builder without documents.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            strings: Strings::new(limits.text_bytes),
            rows: Vec::new(),
            advisories: HashMap::new(),
            in_force: HashMap::new(),
            documents: Vec::new(),
            digests: Vec::new(),
            updated: None,
            unreadable: 0,
            skipped: 0,
        }
    }

    /// Reads and adds a CSAF document: [`csaf::parse`].
    ///
    /// # Errors
    /// Returns an error if it cannot be read or exceeds a limit; it then counts as unreadable.
    pub fn add_csaf(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.add_parsed(bytes, csaf::parse(bytes, &self.limits))
    }

    /// Reads and adds an `updateinfo` of a product: [`updateinfo::parse`].
    ///
    /// # Errors
    /// Returns an error if it cannot be read or exceeds a limit; it then counts as unreadable.
    pub fn add_updateinfo(&mut self, bytes: &[u8], product: &Cpe) -> Result<(), Error> {
        self.add_parsed(bytes, updateinfo::parse(bytes, product, &self.limits))
    }

    /// Adds the result of reading a document, for callers that read on multiple threads.
    ///
    /// # Errors
    /// Returns the error of the document, or that of a limit; it then counts as unreadable.
    pub fn add_parsed(&mut self, bytes: &[u8], document: Result<Document, Error>) -> Result<(), Error> {
        let added = document.and_then(|document| self.add(&document));
        if added.is_ok() {
            self.digests.push(Sha256::digest(bytes).into());
        } else {
            self.unreadable = self.unreadable.saturating_add(1);
        }
        added
    }

    fn add(&mut self, document: &Document) -> Result<(), Error> {
        if self.rows.len().saturating_add(document.rows.len()) > self.limits.statements {
            return Err(Error::Statements(self.limits.statements));
        }
        let maximum = self.limits.statements;
        let number = u32::try_from(self.documents.len()).map_err(|_| Error::Statements(maximum))?;
        let texts = document.strings.all();
        let mut numbers = Vec::with_capacity(texts.len());
        for text in texts {
            numbers.push(self.strings.add(text)?);
        }
        let of = |text: u32| numbers.get(text as usize).copied().unwrap_or_default();
        self.skipped = self.skipped.saturating_add(document.skipped);
        let is_in_force = self.take_force(document, number);
        self.documents.push(Added { updated: document.updated, is_in_force });
        self.updated = self.updated.max(document.updated);
        if !is_in_force {
            return Ok(());
        }
        for row in &document.rows {
            let texts = [row.name, row.cves, row.advisory, row.product, row.evr, row.module];
            let [name, cves, advisory, product, evr, module] = texts.map(of);
            self.rows.push((number, Row { name, cves, advisory, product, evr, module, ..*row }));
        }
        for row in &document.advisories {
            // The day in an advisory or an `updateinfo` is its own; that in a VEX document is a copy.
            let is_own = document.form != DataForm::Vex;
            let row = AdvisoryRow { id: of(row.id), ..*row };
            let known = self.advisories.entry(row.id).or_insert((row, is_own));
            let is_earlier =
                known.0.issued.is_none_or(|known| row.issued.is_some_and(|issued| issued < known));
            if row.issued.is_some()
                && (is_own && !known.1 || is_own == known.1 && is_earlier || known.0.issued.is_none())
            {
                known.0.issued = row.issued;
                known.1 |= is_own;
            }
            known.0.impact = known.0.impact.max(row.impact);
        }
        Ok(())
    }

    /// Returns true if a document is in force; an older one with its id is not any longer.
    fn take_force(&mut self, document: &Document, number: u32) -> bool {
        if document.id.is_empty() {
            return true;
        }
        let key = (document.form, document.id.clone());
        let known = self.in_force.get(&key).and_then(|known| self.documents.get_mut(*known as usize));
        if let Some(known) = known {
            if known.updated > document.updated {
                return false;
            }
            known.is_in_force = false;
        }
        self.in_force.insert(key, number);
        true
    }

    /// Builds the index. It does not depend on the order of the documents, except that of those with one id and day.
    ///
    /// # Errors
    /// Returns an error if the index would exceed 4 GiB.
    pub fn build(mut self) -> Result<Index, Error> {
        let documents = &self.documents;
        let is_in_force = |number: u32| documents.get(number as usize).is_some_and(|added| added.is_in_force);
        let mut rows: Vec<Row> =
            self.rows.iter().filter(|(number, _)| is_in_force(*number)).map(|(_, row)| *row).collect();
        self.rows = Vec::new();
        self.digests.sort_unstable();
        let mut advisories: Vec<AdvisoryRow> = self.advisories.values().map(|(row, _)| *row).collect();
        let (texts, numbers) = self.sorted_texts(&rows, &advisories);
        let of = |text: u32| numbers.get(text as usize).copied().unwrap_or_default();
        for row in &mut rows {
            let texts = [row.name, row.cves, row.advisory, row.product, row.evr, row.module];
            [row.name, row.cves, row.advisory, row.product, row.evr, row.module] = texts.map(of);
        }
        for row in &mut advisories {
            row.id = of(row.id);
        }
        join(&mut rows);
        advisories.retain(|row| row.id != 0);
        advisories.sort_unstable_by_key(|row| row.id);
        let mut products: Vec<u32> = rows.iter().map(|row| row.product).collect();
        products.sort_unstable();
        products.dedup();
        let mut inputs = Sha256::new();
        self.digests.iter().for_each(|digest| inputs.update(digest));

        let mut bytes = Vec::new();
        bytes.extend_from_slice(MAGIC);
        let mut put = |number: u32| bytes.extend_from_slice(&number.to_le_bytes());
        let length = |length: usize| u32::try_from(length).map_err(|_| Error::Text(self.limits.text_bytes));
        put(VERSION);
        put(length(texts.len())?);
        put(length(products.len())?);
        put(length(advisories.len())?);
        put(length(rows.len())?);
        put(length(self.documents.len())?);
        put(self.unreadable);
        put(u32::try_from(self.skipped).unwrap_or(u32::MAX));
        put(day_number(self.updated).cast_unsigned());
        put(length(texts.iter().map(|text| text.len()).sum())?);
        bytes.extend_from_slice(&inputs.finalize());
        let mut end = 0;
        for text in &texts {
            end += text.len();
            bytes.extend_from_slice(&length(end)?.to_le_bytes());
        }
        for text in &texts {
            bytes.extend_from_slice(text.as_bytes());
        }
        for product in &products {
            bytes.extend_from_slice(&product.to_le_bytes());
        }
        for row in &advisories {
            bytes.extend_from_slice(&row.id.to_le_bytes());
            bytes.extend_from_slice(&day_number(row.issued).to_le_bytes());
            bytes.extend_from_slice(&[row.impact.map_or(NO_IMPACT, |impact| impact as u8), 0, 0, 0]);
        }
        for row in &rows {
            let product = products.binary_search(&row.product).unwrap_or_default();
            put_row(&mut bytes, row, length(product)?);
        }
        let digest: [u8; DIGEST] = Sha256::digest(&bytes).into();
        bytes.extend_from_slice(&digest);
        Index::from_bytes(bytes)
    }

    /// Returns the texts in use, sorted, and their numbers by the old ones.
    fn sorted_texts(&self, rows: &[Row], advisories: &[AdvisoryRow]) -> (Vec<&str>, Vec<u32>) {
        let mut is_used = vec![false; self.strings.all().len()];
        let of_rows =
            rows.iter().flat_map(|row| [row.name, row.cves, row.advisory, row.product, row.evr, row.module]);
        let of_advisories = advisories.iter().map(|row| row.id);
        for text in of_rows.chain(of_advisories).chain([0]) {
            if let Some(is_used) = is_used.get_mut(text as usize) {
                *is_used = true;
            }
        }
        let used = self.strings.all().iter().enumerate().zip(is_used).filter(|(_, is_used)| *is_used);
        let mut texts: Vec<(&str, usize)> = used.map(|((old, text), _)| (&**text, old)).collect();
        texts.sort_unstable();
        let mut numbers = vec![0; self.strings.all().len()];
        for (new, (_, old)) in (0..).zip(&texts) {
            if let Some(number) = numbers.get_mut(*old) {
                *number = new;
            }
        }
        (texts.into_iter().map(|(text, _)| text).collect(), numbers)
    }
}

fn day_number(day: Option<Date>) -> i32 {
    day.and_then(|day| i32::try_from(day::number(day)).ok()).unwrap_or(NO_DAY)
}

fn put_row(bytes: &mut Vec<u8>, row: &Row, product: u32) {
    for number in [row.name, row.cves, row.advisory, product, row.evr, row.module] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&row.arches.to_le_bytes());
    bytes.extend_from_slice(&[row.status, row.impact, row.no_fix, row.flags, 0, 0]);
}

/// The statements of many documents as one file of bytes, which is all that it keeps in memory.
///
/// [`IndexBuilder`] builds it. `from_bytes` reads it back and verifies its digest, its lengths and its numbers.
#[derive(Clone)]
pub struct Index {
    bytes: Vec<u8>,
    header: Header,
}

#[derive(Clone, Debug)]
struct Header {
    texts: usize,
    products: usize,
    advisories: usize,
    rows: usize,
    documents: u32,
    unreadable: u32,
    skipped: u32,
    updated: Option<Date>,
    /// The place of the first text.
    text_start: usize,
    product_start: usize,
    advisory_start: usize,
    row_start: usize,
}

impl Index {
    /// Reads an index. Its size bounds the memory that it takes.
    ///
    /// # Errors
    /// Returns an error if the bytes are not an index of this version, or are damaged.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        if bytes.get(..8) != Some(MAGIC) || number(&bytes, 8) != Some(VERSION) {
            return Err(Error::NotAnIndex(VERSION));
        }
        let header = Header::read(&bytes).ok_or(Error::Damaged)?;
        let end = bytes.len().checked_sub(DIGEST).ok_or(Error::Damaged)?;
        let (content, digest) = bytes.split_at_checked(end).ok_or(Error::Damaged)?;
        if Sha256::digest(content).as_slice() != digest {
            return Err(Error::Damaged);
        }
        let index = Self { bytes, header };
        index.is_consistent().then_some(index).ok_or(Error::Damaged)
    }

    /// Returns true if all numbers name something, so that lookups cannot fail later.
    fn is_consistent(&self) -> bool {
        let Header { texts, products, text_start, product_start, .. } = self.header;
        let Some(Ok(all)) = self.bytes.get(text_start..product_start).map(std::str::from_utf8) else {
            return false;
        };
        let ends = (0..texts).map(|text| self.text_end(text));
        let mut previous = 0;
        for end in ends {
            if end < previous || !all.is_char_boundary(end) {
                return false;
            }
            previous = end;
        }
        let mut name = 0;
        let is_text = |text: u32| (text as usize) < texts;
        previous == all.len()
            && texts > 0
            && self.text(0).is_empty()
            && (0..products).all(|product| is_text(self.product_number(product)))
            && self.advisory_rows().all(|row| is_text(row.id))
            && self.rows(0..self.header.rows).all(|row| {
                let is_sorted = name <= row.name;
                name = row.name;
                is_sorted
                    && [row.name, row.cves, row.advisory, row.evr, row.module].into_iter().all(is_text)
                    && (row.product as usize) < products
            })
    }

    /// The file of bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file of bytes, without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The number of statements.
    pub const fn len(&self) -> usize {
        self.header.rows
    }

    /// Returns true if it has no statement: nothing is known about any package then.
    pub const fn is_empty(&self) -> bool {
        self.header.rows == 0
    }

    /// The number of documents that were read.
    pub const fn documents(&self) -> u32 {
        self.header.documents
    }

    /// The number of documents that could not be read.
    pub const fn unreadable(&self) -> u32 {
        self.header.unreadable
    }

    /// The number of entries that are not about RPMs of Red Hat.
    pub const fn skipped(&self) -> u32 {
        self.header.skipped
    }

    /// The newest day in the documents: later advisories are unknown.
    pub const fn updated(&self) -> Option<Date> {
        self.header.updated
    }

    /// The SHA-256 of the sorted SHA-256 digests of the documents, in hexadecimal digits.
    pub fn inputs_digest(&self) -> String {
        let digest = self.bytes.get(HEADER - DIGEST..HEADER).unwrap_or_default();
        digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    /// The statements about packages of a name.
    pub fn statements(&self, name: &str) -> impl Iterator<Item = Statement<'_>> {
        self.rows_of(name).map(|row| self.statement(&row))
    }

    /// An advisory by its id.
    pub fn advisory(&self, id: &str) -> Option<Advisory<'_>> {
        let number = self.find_text(id)?;
        let mut range = 0..self.header.advisories;
        while !range.is_empty() {
            let middle = usize::midpoint(range.start, range.end);
            let row = self.advisory_row(middle);
            match row.id.cmp(&number) {
                std::cmp::Ordering::Less => range.start = middle + 1,
                std::cmp::Ordering::Greater => range.end = middle,
                std::cmp::Ordering::Equal => return Some(row.advisory(self.text(row.id as usize))),
            }
        }
        None
    }

    /// The CPEs of its products, by their numbers.
    pub(crate) fn products(&self) -> impl Iterator<Item = &str> {
        (0..self.header.products).map(|product| self.product(product))
    }

    pub(crate) fn product(&self, product: usize) -> &str {
        self.text(self.product_number(product) as usize)
    }

    pub(crate) fn statement(&self, row: &Row) -> Statement<'_> {
        let mut statement = row.statement(|text| self.text(text as usize));
        statement.product = self.product(row.product as usize);
        statement
    }

    /// The rows of a name; their products are numbers of [`products`](Self::products).
    pub(crate) fn rows_of(&self, name: &str) -> impl Iterator<Item = Row> {
        let range = self.find_text(name).map_or(0..0, |name| {
            let bound = |is_before: &dyn Fn(u32) -> bool| {
                let mut range = 0..self.header.rows;
                while !range.is_empty() {
                    let middle = usize::midpoint(range.start, range.end);
                    let of = number(&self.bytes, self.header.row_start + middle * ROW).unwrap_or(u32::MAX);
                    if is_before(of) {
                        range.start = middle + 1;
                    } else {
                        range.end = middle;
                    }
                }
                range.start
            };
            bound(&|of| of < name)..bound(&|of| of <= name)
        });
        self.rows(range)
    }

    fn rows(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = Row> {
        let start = self.header.row_start;
        let bytes = self.bytes.get(start + range.start * ROW..start + range.end * ROW).unwrap_or_default();
        bytes.as_chunks::<ROW>().0.iter().map(read_row)
    }

    fn advisory_rows(&self) -> impl Iterator<Item = AdvisoryRow> {
        (0..self.header.advisories).map(|row| self.advisory_row(row))
    }

    fn advisory_row(&self, row: usize) -> AdvisoryRow {
        let at = self.header.advisory_start + row * ADVISORY;
        let issued = number(&self.bytes, at + 4).map(u32::cast_signed).filter(|day| *day != NO_DAY);
        let impact = self.bytes.get(at + 8).and_then(|impact| Impact::ALL.get(usize::from(*impact)));
        AdvisoryRow {
            id: number(&self.bytes, at).unwrap_or_default(),
            issued: issued.and_then(|day| day::date(day.into())),
            impact: impact.copied(),
        }
    }

    fn product_number(&self, product: usize) -> u32 {
        number(&self.bytes, self.header.product_start + 4 * product).unwrap_or_default()
    }

    fn text_end(&self, text: usize) -> usize {
        number(&self.bytes, HEADER + 4 * text).unwrap_or_default() as usize
    }

    fn text(&self, text: usize) -> &str {
        let start = text.checked_sub(1).map_or(0, |previous| self.text_end(previous));
        let (start, end) = (self.header.text_start + start, self.header.text_start + self.text_end(text));
        self.bytes.get(start..end).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// Returns the number of a text, if the index has it.
    fn find_text(&self, wanted: &str) -> Option<u32> {
        let mut range = 0..self.header.texts;
        while !range.is_empty() {
            let middle = usize::midpoint(range.start, range.end);
            match self.text(middle).cmp(wanted) {
                std::cmp::Ordering::Less => range.start = middle + 1,
                std::cmp::Ordering::Greater => range.end = middle,
                std::cmp::Ordering::Equal => return u32::try_from(middle).ok(),
            }
        }
        None
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("header", &self.header).finish_non_exhaustive()
    }
}

impl Header {
    /// Returns `None` if the lengths do not add up to that of the file.
    fn read(bytes: &[u8]) -> Option<Self> {
        let field = |field: usize| number(bytes, 8 + 4 * field);
        let length = |of: usize| usize::try_from(field(of)?).ok();
        let (texts, products, advisories, rows) = (length(1)?, length(2)?, length(3)?, length(4)?);
        let text_start = HEADER.checked_add(texts.checked_mul(4)?)?;
        let product_start = text_start.checked_add(length(9)?)?;
        let advisory_start = product_start.checked_add(products.checked_mul(4)?)?;
        let row_start = advisory_start.checked_add(advisories.checked_mul(ADVISORY)?)?;
        let end = row_start.checked_add(rows.checked_mul(ROW)?)?.checked_add(DIGEST)?;
        let updated = Some(field(8)?.cast_signed()).filter(|day| *day != NO_DAY);
        let header = Self {
            texts,
            products,
            advisories,
            rows,
            documents: field(5)?,
            unreadable: field(6)?,
            skipped: field(7)?,
            updated: updated.and_then(|day| day::date(day.into())),
            text_start,
            product_start,
            advisory_start,
            row_start,
        };
        (end == bytes.len()).then_some(header)
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

fn read_row(bytes: &[u8; ROW]) -> Row {
    let of = |at: usize| number(bytes, at).unwrap_or_default();
    let [.., a, b, status, impact, no_fix, flags, _, _] = *bytes;
    Row {
        name: of(0),
        cves: of(4),
        advisory: of(8),
        product: of(12),
        evr: of(16),
        module: of(20),
        status,
        impact,
        no_fix,
        flags,
        arches: u16::from_le_bytes([a, b]),
    }
}
