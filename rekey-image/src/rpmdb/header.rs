//! The header of a package.
//!
//! ```text
//! header = entries 4, data length 4, entry*, data        numbers with the most significant byte first
//! entry  = tag 4, type 4, offset into data 4, count 4
//! ```
//!
//! Source: rpm 4.18, `lib/header.c`, `include/rpm/rpmtag.h`.

use rekey_core::image::contents::{Package, PackageFile};

use super::{MAX_HEADER_BYTES, bytes};

const NAME: u32 = 1000;
const VERSION: u32 = 1001;
const RELEASE: u32 = 1002;
const EPOCH: u32 = 1003;
const INSTALL_TIME: u32 = 1008;
const VENDOR: u32 = 1011;
const ARCH: u32 = 1022;
const FILE_FLAGS: u32 = 1037;
const DIR_INDEXES: u32 = 1116;
const BASE_NAMES: u32 = 1117;
const DIR_NAMES: u32 = 1118;
/// The first tag that is no region or table of the header itself.
const FIRST: u32 = 100;

const INT32: u32 = 4;
const STRING: u32 = 6;
const STRING_ARRAY: u32 = 8;
const LAST_TYPE: u32 = 9;

/// A package out of its header, or what is wrong with it. Its paths take from `path_bytes`.
pub(super) fn package(header: &[u8], path_bytes: &mut usize) -> Result<Package, &'static str> {
    let number = |at| bytes(header, at).map(u32::from_be_bytes).ok_or("its header ends too early");
    let (count, length) = (number(0)? as usize, number(4)? as usize);
    let start = count.checked_mul(16).and_then(|size| size.checked_add(8)).ok_or("it has too many tags")?;
    let end =
        start.checked_add(length).filter(|end| *end <= MAX_HEADER_BYTES).ok_or("its header is too large")?;
    if count == 0 {
        return Err("its header has no tags");
    }
    let data = header.get(start..end).ok_or("its header ends too early")?;
    let mut package = Package::default();
    let (mut bases, mut folders) = (Vec::new(), Vec::new());
    let (mut indexes, mut flags) = (Vec::new(), Vec::new());
    for entry in 0..count {
        let at = 8 + 16 * entry;
        let [tag, kind, offset, count] = [number(at)?, number(at + 4)?, number(at + 8)?, number(at + 12)?];
        if kind > LAST_TYPE {
            return Err("a tag has no type");
        }
        // Regions point at their trailer, with offsets of their own.
        if tag < FIRST {
            continue;
        }
        let value = data.get(offset as usize..).ok_or("a tag points outside of the header")?;
        let value = Value { kind, count: count as usize, bytes: value };
        match tag {
            NAME => package.name = value.text()?,
            VERSION => package.version = value.text()?,
            RELEASE => package.release = value.text()?,
            ARCH => package.arch = value.text()?,
            VENDOR => {
                package.vendor = value.text()?;
                if package.vendor == "(none)" {
                    package.vendor.clear();
                }
            }
            EPOCH => package.epoch = value.numbers()?.first().copied(),
            INSTALL_TIME => package.install_time = value.numbers()?.first().copied().unwrap_or(0),
            FILE_FLAGS => flags = value.numbers()?,
            DIR_INDEXES => indexes = value.numbers()?,
            BASE_NAMES => bases = value.texts()?,
            DIR_NAMES => folders = value.texts()?,
            _ => {}
        }
    }
    package.files = files(&bases, &folders, &indexes, &flags, path_bytes)?;
    Ok(package)
}

/// Source: rpm, `lib/tagexts.c`, `filenames`; go-rpmdb, `InstalledFileNames`.
fn files(
    bases: &[&[u8]],
    folders: &[&[u8]],
    indexes: &[u32],
    flags: &[u32],
    path_bytes: &mut usize,
) -> Result<Vec<PackageFile>, &'static str> {
    if bases.is_empty() || folders.is_empty() || indexes.is_empty() {
        return Ok(Vec::new());
    }
    if bases.len() != indexes.len() || folders.len() > bases.len() {
        return Err("its lists of files are not of one length");
    }
    let file = |(number, (base, index)): (usize, (&&[u8], &u32))| {
        let folder = folders.get(*index as usize).ok_or("a file is in a directory that is not listed")?;
        let length = folder.len() + base.len();
        *path_bytes = path_bytes.checked_sub(length).ok_or("its paths are longer than is read")?;
        let path = [folder, *base].concat().into();
        Ok(PackageFile { path, flags: flags.get(number).copied().unwrap_or(0) })
    };
    bases.iter().zip(indexes).enumerate().map(file).collect()
}

/// What a tag holds: it reaches as far as its type and count say.
struct Value<'h> {
    kind: u32,
    count: usize,
    bytes: &'h [u8],
}

impl<'h> Value<'h> {
    fn text(&self) -> Result<String, &'static str> {
        if self.kind != STRING {
            return Err("a tag that should be a text is none");
        }
        let text = self.bytes.split(|b| *b == 0).next().unwrap_or_default();
        if text.len() == self.bytes.len() {
            return Err("a text has no end");
        }
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    fn texts(&self) -> Result<Vec<&'h [u8]>, &'static str> {
        if self.kind != STRING_ARRAY {
            return Err("a tag that should be a list of texts is none");
        }
        // Every text has an end, so there are no more of them than bytes.
        let mut texts = Vec::with_capacity(self.count.min(self.bytes.len()));
        let mut rest = self.bytes;
        for _ in 0..self.count {
            let end = rest.iter().position(|b| *b == 0).ok_or("a text has no end")?;
            let (text, after) = rest.split_at(end);
            texts.push(text);
            rest = after.get(1..).unwrap_or_default();
        }
        Ok(texts)
    }

    fn numbers(&self) -> Result<Vec<u32>, &'static str> {
        if self.kind != INT32 {
            return Err("a tag that should be a list of numbers is none");
        }
        let length = self.count.checked_mul(4).ok_or("a list is longer than the header")?;
        let bytes = self.bytes.get(..length).ok_or("a list is longer than the header")?;
        let number = |chunk: &[u8]| chunk.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        Ok(bytes.chunks_exact(4).map(number).collect())
    }
}
