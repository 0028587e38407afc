//! Reading of tar streams. Go's `archive/tar` is the reference, since preflight and the registries' tools use
//! it.
//!
//! ```text
//! archive = { [pax | gnu-long]* header content padding }* zero-block zero-block
//! header  = 512 bytes: name 100, mode 8, uid 8, gid 8, size 12, mtime 12, checksum 8, type 1, target 100,
//!           magic 6, version 2, user 32, group 32, device 16, prefix 155, padding 12
//! pax     = header of type `x` with records `LENGTH KEY=VALUE\n` as content
//! ```

use std::io::{self, BufRead, ErrorKind, Read};

const BLOCK: usize = 512;

/// A source of a tar: contents are read or skipped.
pub(crate) trait Source: Read {
    /// Skips bytes. Fails with `UnexpectedEof` if there are fewer.
    fn skip(&mut self, bytes: u64) -> io::Result<()>;
}

/// A stream that cannot seek, so skipped bytes have to be read.
pub(crate) struct Stream<R>(pub(crate) R);

impl<R: Read> Read for Stream<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl<R: BufRead> Source for Stream<R> {
    fn skip(&mut self, mut bytes: u64) -> io::Result<()> {
        while bytes > 0 {
            let got = self.0.fill_buf()?.len();
            if got == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let used = usize::try_from(bytes).unwrap_or(usize::MAX).min(got);
            self.0.consume(used);
            bytes -= used as u64;
        }
        Ok(())
    }
}

/// One entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) path: Vec<u8>,
    /// The type byte of the header: `0` a file, `5` a directory, `2` a symbolic link, `1` a hard link.
    pub(crate) kind: u8,
    pub(crate) mode: u32,
    /// The size of the file after extraction.
    pub(crate) size: u64,
    /// The number of bytes in the stream.
    pub(crate) stored: u64,
    pub(crate) target: Vec<u8>,
    pub(crate) capability: bool,
    /// True if only the nonzero parts are stored.
    pub(crate) sparse: bool,
}

/// The reason why a stream is not a tar.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the tar ends within {0}")]
    Short(&'static str),
    #[error("expected a tar header, found a wrong checksum")]
    Checksum,
    #[error("expected a number in the tar header's {0}")]
    Number(&'static str),
    #[error("a record of an extended tar header is malformed")]
    Record,
    #[error("an extended tar header of more than {0} bytes")]
    HeaderBytes(u64),
    #[error("{0}")]
    Io(io::Error),
}

/// A tar, entry by entry.
pub(crate) struct Tar<S> {
    source: S,
    header_bytes: u64,
    /// The number of unread bytes in the current entry's content and padding.
    content: u64,
    padding: u64,
    /// True if the zero blocks at the end were read.
    ended: bool,
}

impl<S: Source> Tar<S> {
    pub(crate) fn new(source: S, header_bytes: u64) -> Self {
        Self { source, header_bytes, content: 0, padding: 0, ended: false }
    }

    /// Returns true if the zero blocks at the end of a tar were read.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    /// The next entry; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Header>, Error> {
        let (mut pax, mut long_path, mut long_target) = (Pax::default(), None, None);
        loop {
            self.skip_rest()?;
            let Some(block) = self.block()? else { return Ok(None) };
            let mut header = parse(&block)?;
            self.follow(header.stored);
            match header.kind {
                b'x' => {
                    pax = Pax::default();
                    let records = self.special(header.stored)?;
                    pax.read(&records)?;
                }
                b'L' => long_path = Some(until_nul(&self.special(header.stored)?).to_vec()),
                b'K' => long_target = Some(until_nul(&self.special(header.stored)?).to_vec()),
                _ => {
                    pax.merge(&mut header);
                    header.path = long_path.take().filter(|path| !path.is_empty()).unwrap_or(header.path);
                    header.target =
                        long_target.take().filter(|target| !target.is_empty()).unwrap_or(header.target);
                    if header.kind == 0 {
                        header.kind = if header.path.ends_with(b"/") { b'5' } else { b'0' };
                    }
                    if header.kind == b'S' {
                        self.sparse_map(&block)?;
                    }
                    // Links, devices, directories and pipes have no content, whatever their size field says.
                    if matches!(header.kind, b'1'..=b'6') {
                        header.stored = 0;
                    }
                    self.follow(header.stored);
                    return Ok(Some(header));
                }
            }
        }
    }

    /// The content of the current entry, or an error if it is incomplete.
    pub(crate) fn content(&mut self) -> Result<Vec<u8>, Error> {
        let length = usize::try_from(self.content).map_err(|_| Error::Short("a file"))?;
        // The size is trusted only as far as bytes follow.
        let mut content = Vec::with_capacity(length.min(1 << 20));
        let got = (&mut self.source).take(self.content).read_to_end(&mut content).map_err(Error::Io)?;
        self.content -= got as u64;
        if self.content > 0 { Err(Error::Short("a file")) } else { Ok(content) }
    }

    /// The underlying source.
    pub(crate) fn source(&self) -> &S {
        &self.source
    }

    /// Sets the length of the current entry's content.
    fn follow(&mut self, stored: u64) {
        self.content = stored;
        self.padding = stored.wrapping_neg() % BLOCK as u64;
    }

    fn skip_rest(&mut self) -> Result<(), Error> {
        self.source.skip(self.content).map_err(|error| short(error, "a file"))?;
        // After the last file the tar may end without padding; the next header shows whether it does.
        match self.source.skip(self.padding) {
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => return Err(Error::Io(error)),
            _ => {}
        }
        (self.content, self.padding) = (0, 0);
        Ok(())
    }

    /// The next header; `None` at the end, which is two zero blocks or the end of the stream.
    fn block(&mut self) -> Result<Option<[u8; BLOCK]>, Error> {
        let Some(first) = self.read_block()? else { return Ok(None) };
        if first.iter().any(|b| *b != 0) {
            return Ok(Some(first));
        }
        self.ended = true;
        match self.read_block()? {
            Some(second) if second.iter().any(|b| *b != 0) => Err(Error::Checksum),
            _ => Ok(None),
        }
    }

    fn read_block(&mut self) -> Result<Option<[u8; BLOCK]>, Error> {
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.source.read(rest) {
                Ok(0) if filled == 0 => return Ok(None),
                Ok(0) => return Err(Error::Short("a header")),
                Ok(got) => filled += got,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::Io(error)),
            }
        }
        Ok(Some(block))
    }

    /// The content of an extended header.
    fn special(&mut self, stored: u64) -> Result<Vec<u8>, Error> {
        if stored > self.header_bytes {
            return Err(Error::HeaderBytes(self.header_bytes));
        }
        self.content().map_err(|error| match error {
            Error::Short(_) => Error::Short("an extended header"),
            other => other,
        })
    }

    /// Skips the blocks that continue the map of an old GNU sparse file.
    fn sparse_map(&mut self, header: &[u8; BLOCK]) -> Result<(), Error> {
        const CONTINUED_IN_HEADER: usize = 482;
        const CONTINUED: usize = 504;
        let mut continued = header.get(CONTINUED_IN_HEADER).is_some_and(|b| *b != 0);
        let mut read = 0;
        while continued {
            let block = self.read_block()?.ok_or(Error::Short("the map of a sparse file"))?;
            continued = block.get(CONTINUED).is_some_and(|b| *b != 0);
            read += BLOCK as u64;
            if read > self.header_bytes {
                return Err(Error::HeaderBytes(self.header_bytes));
            }
        }
        Ok(())
    }
}

fn short(error: io::Error, within: &'static str) -> Error {
    if error.kind() == ErrorKind::UnexpectedEof { Error::Short(within) } else { Error::Io(error) }
}

/// Parses a block, without extended headers.
fn parse(block: &[u8; BLOCK]) -> Result<Header, Error> {
    const MAGIC: usize = 257;
    let field = |start: usize, length: usize| block.get(start..start + length).unwrap_or_default();
    let checksum = number(field(148, 8)).ok_or(Error::Number("checksum"))?;
    let blanked = |at: usize, byte: u8| if (148..156).contains(&at) { b' ' } else { byte };
    let bytes = || block.iter().enumerate().map(|(at, byte)| blanked(at, *byte));
    let unsigned: i64 = bytes().map(i64::from).sum();
    let signed: i64 = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
    if checksum != unsigned && checksum != signed {
        return Err(Error::Checksum);
    }
    let mode = number(field(100, 8)).ok_or(Error::Number("mode"))?;
    let size = number(field(124, 12)).and_then(|size| u64::try_from(size).ok());
    let size = size.ok_or(Error::Number("size"))?;
    let mut path = until_nul(field(0, 100)).to_vec();
    let ustar = field(MAGIC, 6) == b"ustar\0";
    let star = ustar && field(508, 4) == b"tar\0";
    let prefix = if ustar { until_nul(field(345, if star { 131 } else { 155 })) } else { b"" };
    if !prefix.is_empty() {
        path = [prefix, b"/", &path].concat();
    }
    let kind = block.get(156).copied().unwrap_or_default();
    Ok(Header {
        path,
        kind,
        mode: u32::try_from(mode & 0o7777).unwrap_or_default(),
        size,
        stored: size,
        target: until_nul(field(157, 100)).to_vec(),
        capability: false,
        sparse: kind == b'S',
    })
}

/// A number in octal, or in binary if the first bit is set.
fn number(field: &[u8]) -> Option<i64> {
    if let [first, rest @ ..] = field
        && first & 0x80 != 0
    {
        // Two's complement; the second bit is the highest one of the number.
        let negative = first & 0x40 != 0;
        let first = if negative { i64::from(first | 0x80) - 0x100 } else { i64::from(first & 0x7f) };
        return rest
            .iter()
            .try_fold(first, |value, byte| value.checked_mul(256)?.checked_add(i64::from(*byte)));
    }
    let text: &[u8] = field;
    let trim = |b: &u8| matches!(b, b' ' | 0);
    let start = text.iter().position(|b| !trim(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !trim(b)).map_or(start, |end| end + 1);
    let digits = until_nul(text.get(start..end)?);
    digits.iter().try_fold(0_i64, |value, byte| {
        let digit = matches!(byte, b'0'..=b'7').then(|| i64::from(byte - b'0'))?;
        value.checked_mul(8)?.checked_add(digit)
    })
}

fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|b| *b == 0).next().unwrap_or_default()
}

/// The values of an extended header.
#[derive(Default)]
struct Pax {
    path: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
    size: Option<u64>,
    real_size: Option<u64>,
    sparse: bool,
    capability: bool,
}

impl Pax {
    fn read(&mut self, mut records: &[u8]) -> Result<(), Error> {
        while !records.is_empty() {
            let blank = records.iter().position(|b| *b == b' ').ok_or(Error::Record)?;
            let digits = records.get(..blank).unwrap_or_default();
            if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) || digits.len() > 10 {
                return Err(Error::Record);
            }
            let length = digits.iter().fold(0_usize, |value, digit| value * 10 + usize::from(digit - b'0'));
            let (record, rest) = records.split_at_checked(length).ok_or(Error::Record)?;
            let record = record.get(blank + 1..).and_then(|record| record.strip_suffix(b"\n"));
            let record = record.ok_or(Error::Record)?;
            let equals = record.iter().position(|b| *b == b'=').ok_or(Error::Record)?;
            let (key, value) = record.split_at(equals);
            self.set(key, value.get(1..).unwrap_or_default())?;
            records = rest;
        }
        Ok(())
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        let decimal = || {
            let text =
                std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
            text.and_then(|text| text.parse().ok()).ok_or(Error::Record)
        };
        match key {
            b"path" | b"linkpath" if value.contains(&0) => return Err(Error::Record),
            // An empty value cancels an earlier one.
            b"path" => self.path = (!value.is_empty()).then(|| value.to_vec()),
            b"linkpath" => self.target = (!value.is_empty()).then(|| value.to_vec()),
            b"size" if value.is_empty() => self.size = None,
            b"size" => self.size = Some(decimal()?),
            b"GNU.sparse.name" => {
                self.path = Some(value.to_vec());
                self.sparse = true;
            }
            b"GNU.sparse.realsize" | b"GNU.sparse.size" => {
                self.real_size = Some(decimal()?);
                self.sparse = true;
            }
            b"SCHILY.xattr.security.capability" => self.capability = true,
            _ => {}
        }
        Ok(())
    }

    fn merge(&mut self, header: &mut Header) {
        let this = std::mem::take(self);
        header.path = this.path.unwrap_or_else(|| std::mem::take(&mut header.path));
        header.target = this.target.unwrap_or_else(|| std::mem::take(&mut header.target));
        header.stored = this.size.unwrap_or(header.stored);
        header.size = this.real_size.unwrap_or(header.stored);
        header.sparse |= this.sparse;
        header.capability = this.capability;
    }
}
