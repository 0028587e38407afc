//! The header of a package.
//!
//! ```text
//! header  = entries 4, data length 4, entry*, data        numbers with the most significant byte first
//! entry   = tag 4, type 4, offset into data 4, count 4
//! entries = the region's entry, those of the package as it was built, those that rpm added when it was installed
//! ```
//!
//! The entry of a region points at a trailer in the data, an entry whose negative offset says how many are in the region.
//!
//! Source: rpm 4.14, `lib/header.c`; go-rpmdb 0.1.1, `pkg/entry.go` and `pkg/package.go`. Both reject what is
//! rejected here, or go-rpmdb would not terminate.

use std::ops::Range;

use rekey_core::image::contents::{Package, PackageFile};

use super::{MAX_HEADER_BYTES, PackageLimits, bytes};

const PGP: u32 = 259;
const NAME: u32 = 1000;
const VERSION: u32 = 1001;
const RELEASE: u32 = 1002;
const EPOCH: u32 = 1003;
const SUMMARY: u32 = 1004;
const INSTALL_TIME: u32 = 1008;
const SIZE: u32 = 1009;
const VENDOR: u32 = 1011;
const LICENSE: u32 = 1014;
const ARCH: u32 = 1022;
const FILE_SIZES: u32 = 1028;
const FILE_MODES: u32 = 1030;
const FILE_DIGESTS: u32 = 1035;
const FILE_FLAGS: u32 = 1037;
const FILE_USER: u32 = 1039;
const FILE_GROUP: u32 = 1040;
const SOURCE_RPM: u32 = 1044;
const PROVIDE_NAME: u32 = 1047;
const REQUIRE_NAME: u32 = 1049;
const DIR_INDEXES: u32 = 1116;
const BASE_NAMES: u32 = 1117;
const DIR_NAMES: u32 = 1118;
const FILE_DIGEST_ALGORITHM: u32 = 5011;
const MODULARITY_LABEL: u32 = 5096;
/// The regions of a header: image, signatures, immutable.
const REGIONS: Range<u32> = 61..64;
/// The tags of a package: from the first that is not part of the header itself, to the largest non-negative
/// number.
const TAGS: Range<u32> = 100..1 << 31;

const INT16: u32 = 3;
const INT32: u32 = 4;
const INT64: u32 = 5;
const STRING: u32 = 6;
const BIN: u32 = 7;
const STRING_ARRAY: u32 = 8;
const I18N_STRING: u32 = 9;

const ENTRY_BYTES: usize = 16;
/// The limit of rpm's `hdrchkTags`.
const MAX_TAGS: usize = 0xffff;

/// Reads a package from its header, or returns the defect. Its files are taken from the budget.
pub(super) fn package(header: &[u8], budget: &mut PackageLimits) -> Result<Package, &'static str> {
    let header = Header::new(header)?;
    let mut package = Package::default();
    let (mut bases, mut folders) = (Vec::new(), Vec::new());
    let (mut indexes, mut flags) = (Vec::new(), Vec::new());
    // For a repeated tag the last value wins.
    for value in header.values()? {
        match value.tag {
            NAME => package.name = value.text(),
            VERSION => package.version = value.text(),
            RELEASE => package.release = value.text(),
            ARCH => package.arch = value.text(),
            VENDOR => package.vendor = Some(value.text()).filter(|text| text != "(none)").unwrap_or_default(),
            EPOCH => package.epoch = value.numbers().next(),
            INSTALL_TIME => package.install_time = value.numbers().next().unwrap_or(0),
            FILE_FLAGS => flags = budget.list(value.numbers())?,
            DIR_INDEXES => indexes = budget.list(value.numbers())?,
            BASE_NAMES => bases = budget.list(value.texts())?,
            DIR_NAMES => folders = budget.list(value.texts())?,
            _ => {}
        }
    }
    let Package { name, version, release, arch, vendor, .. } = &package;
    budget.take_name([name, version, release, arch, vendor].iter().map(|text| text.len()).sum())?;
    package.files = files(&bases, &folders, &indexes, &flags, budget)?;
    Ok(package)
}

/// Source: rpm, `lib/tagexts.c`, `filenames`; go-rpmdb, `InstalledFileNames`.
fn files(
    bases: &[&[u8]],
    folders: &[&[u8]],
    indexes: &[u32],
    flags: &[u32],
    budget: &mut PackageLimits,
) -> Result<Vec<PackageFile>, &'static str> {
    if bases.is_empty() || folders.is_empty() || indexes.is_empty() {
        return Ok(Vec::new());
    }
    if bases.len() != indexes.len() || folders.len() > bases.len() {
        return Err("its lists of files are not of one length");
    }
    let file = |(number, (base, index)): (usize, (&&[u8], &u32))| {
        let folder = folders.get(*index as usize).ok_or("a file is in a directory that is not listed")?;
        budget.take_file(folder.len() + base.len())?;
        let path = [folder, *base].concat().into();
        Ok(PackageFile { path, flags: flags.get(number).copied().unwrap_or(0) })
    };
    bases.iter().zip(indexes).enumerate().map(file).collect()
}

/// The entries, which were validated, and the data.
struct Header<'h> {
    entries: Vec<Entry>,
    data: &'h [u8],
    region: Option<Region>,
}

#[derive(Clone, Copy)]
struct Entry {
    tag: u32,
    kind: u32,
    offset: usize,
    /// The length of its value in bytes, including the end of a text.
    length: usize,
}

/// The tags that were there when the package was built.
struct Region {
    /// The number of entries, including that of the region.
    entries: usize,
    /// True for an old header that rpm converted: all its entries are in the region, whatever the trailer
    /// says.
    old: bool,
}

impl<'h> Header<'h> {
    /// Source: rpm, `lib/header.c`, `hdrblobInit`.
    fn new(header: &'h [u8]) -> Result<Self, &'static str> {
        const SHORT: &str = "its header ends too early";
        let number = |at| bytes(header, at).map(u32::from_be_bytes).ok_or(SHORT);
        let (count, length) = (number(0)? as usize, number(4)? as usize);
        if count == 0 {
            return Err("its header has no tags");
        }
        if count > MAX_TAGS {
            return Err("its header has too many tags");
        }
        let start = 8 + ENTRY_BYTES * count;
        let end = start.checked_add(length).filter(|end| *end < MAX_HEADER_BYTES);
        let data = header.get(start..end.ok_or("its header is too large")?).ok_or(SHORT)?;
        let index = header.get(8..start).ok_or(SHORT)?;
        let mut raw = index.as_chunks::<ENTRY_BYTES>().0.iter().map(raw);
        let (region, rest) = match raw.clone().next() {
            Some(first) if REGIONS.contains(&first[0]) => {
                raw.next();
                (Some(Region::new(first, count, data)?), raw)
            }
            _ => (None, raw),
        };
        let mut entries = Vec::with_capacity(count);
        let mut end = 0;
        for raw in rest {
            let entry = Entry::new(raw, data)?;
            // Source: rpm, `hdrblobVerifyInfo`. It also keeps the work in proportion to the header.
            if entry.offset < end {
                return Err("two tags share their bytes");
            }
            end = entry.offset + entry.length;
            entries.push(entry);
        }
        Ok(Self { entries, data, region })
    }

    /// The values of all tags.
    ///
    /// Source: rpm, `hdrblobImport` and `regionSwab`. A text extends to the next tag of its part, and the
    /// lengths must add up to the length of the data.
    fn values(&self) -> Result<Vec<Value<'h>>, &'static str> {
        let wrong = || "its region has more tags than there are";
        let (built, added) = match &self.region {
            None => (&*self.entries, &[][..]),
            Some(region) if region.old => (&*self.entries, &[][..]),
            Some(region) => {
                let built = region.entries.checked_sub(1).ok_or("its region has no tags")?;
                let (built, added) = self.entries.split_at_checked(built).ok_or_else(wrong)?;
                // rpm and go-rpmdb skip a single one, and then miss its bytes.
                (built, if added.len() > 1 { added } else { &[] })
            }
        };
        let mut values = Vec::with_capacity(self.entries.len());
        let mut total = 0_usize;
        for part in [built, added] {
            for (number, entry) in part.iter().enumerate() {
                let length = match part.get(number + 1) {
                    Some(next) if matches!(entry.kind, STRING | STRING_ARRAY | I18N_STRING) => {
                        next.offset - entry.offset
                    }
                    _ => entry.length,
                };
                total += length + padding(entry.kind, total);
                let bytes = self.data.get(entry.offset..entry.offset + length).ok_or_else(wrong)?;
                values.push(Value { tag: entry.tag, bytes });
            }
        }
        if self.region.is_some() {
            total += ENTRY_BYTES;
        }
        if total != self.data.len() {
            return Err("its tags are not as long as its data");
        }
        Ok(values)
    }
}

impl Region {
    /// Source: rpm, `hdrblobVerifyRegion`, except for what go-rpmdb ignores: tag and type of the trailer.
    fn new([_tag, kind, offset, count]: [u32; 4], entries: usize, data: &[u8]) -> Result<Self, &'static str> {
        if (kind, count as usize) != (BIN, ENTRY_BYTES) {
            return Err("its region is malformed");
        }
        let trailer = bytes(data, offset as usize).ok_or("its region points outside of the header")?;
        // A negative number; the smallest one has no positive counterpart.
        let size = raw(&trailer)[2].wrapping_neg() as usize;
        if !size.is_multiple_of(ENTRY_BYTES) || size / ENTRY_BYTES > entries {
            return Err("its region has more tags than there are");
        }
        Ok(Self { entries: size / ENTRY_BYTES, old: offset == 0 })
    }
}

impl Entry {
    fn new([tag, kind, offset, count]: [u32; 4], data: &[u8]) -> Result<Self, &'static str> {
        let (offset, count) = (offset as usize, count as usize);
        if !TAGS.contains(&tag) {
            return Err("a tag has a number that does not exist");
        }
        if kind > I18N_STRING {
            return Err("a tag has no type");
        }
        if kinds(tag).is_some_and(|kinds| !kinds.contains(&kind)) {
            return Err("a tag does not have the type that rpm gives it");
        }
        if !offset.is_multiple_of(size(kind).max(1)) {
            return Err("a tag is not aligned");
        }
        let rest = data.get(offset..).ok_or("a tag points outside of the header")?;
        let length = match kind {
            STRING if count != 1 => return Err("a tag should have one text"),
            STRING | STRING_ARRAY | I18N_STRING => texts_length(rest, count).ok_or("a text has no end")?,
            _ => size(kind)
                .checked_mul(count)
                .filter(|length| *length <= rest.len())
                .ok_or("a list is longer than the header")?,
        };
        if length == 0 {
            return Err("a tag has no value");
        }
        Ok(Self { tag, kind, offset, length })
    }
}

/// The types that go-rpmdb accepts for a tag that it reads; with any other it accepts no package at all.
fn kinds(tag: u32) -> Option<&'static [u32]> {
    Some(match tag {
        NAME | VERSION | RELEASE | VENDOR | LICENSE | ARCH | SOURCE_RPM | MODULARITY_LABEL => &[STRING],
        EPOCH | INSTALL_TIME | SIZE | FILE_SIZES | FILE_FLAGS | DIR_INDEXES | FILE_DIGEST_ALGORITHM => {
            &[INT32]
        }
        FILE_DIGESTS | FILE_USER | FILE_GROUP | PROVIDE_NAME | REQUIRE_NAME | BASE_NAMES | DIR_NAMES => {
            &[STRING_ARRAY]
        }
        FILE_MODES => &[INT16],
        SUMMARY => &[STRING, I18N_STRING],
        PGP => &[BIN],
        _ => return None,
    })
}

/// The size of a value of this type; `None` if the type has no fixed size.
fn size(kind: u32) -> usize {
    match kind {
        1 | 2 | BIN => 1,
        INT16 => 2,
        INT32 => 4,
        INT64 => 8,
        _ => 0,
    }
}

/// The padding before a value, for alignment.
fn padding(kind: u32, at: usize) -> usize {
    let size = size(kind).max(1);
    at.next_multiple_of(size) - at
}

/// The length of `count` texts with their ends.
fn texts_length(bytes: &[u8], count: usize) -> Option<usize> {
    let mut at = 0;
    for _ in 0..count {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0)? + 1;
    }
    Some(at)
}

/// Tag, type, offset and count.
fn raw(entry: &[u8; ENTRY_BYTES]) -> [u32; 4] {
    let (numbers, _) = entry.as_chunks::<4>();
    std::array::from_fn(|at| numbers.get(at).map_or(0, |number| u32::from_be_bytes(*number)))
}

/// The value of a tag, of a type that [`kinds`] allows.
struct Value<'h> {
    tag: u32,
    bytes: &'h [u8],
}

impl<'h> Value<'h> {
    /// Its bytes without the end of the text and the padding before the next tag.
    fn trimmed(&self) -> &'h [u8] {
        let end = self.bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        self.bytes.get(..end).unwrap_or_default()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(self.trimmed()).into_owned()
    }

    fn texts(&self) -> impl Iterator<Item = &'h [u8]> + use<'h> {
        self.trimmed().split(|byte| *byte == 0)
    }

    fn numbers(&self) -> impl Iterator<Item = u32> + use<'h> {
        self.bytes.as_chunks::<4>().0.iter().map(|number| u32::from_be_bytes(*number))
    }
}
