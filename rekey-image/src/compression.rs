//! Stored layers: plain, gzip or zstd, recognized by their first bytes.

use std::{
    fmt,
    io::{self, BufRead, BufReader, Chain, Cursor, ErrorKind, Read},
};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

use crate::{Error, limits::Limits};

/// The compression of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    Plain,
    Gzip,
    Zstd,
    /// A compression that is recognized but not supported.
    Other(Other),
}

/// An unsupported compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Other {
    Xz,
    Bzip2,
    Lz4,
}

impl Compression {
    /// The compression of a stream with these first bytes.
    pub(crate) fn of(head: &[u8]) -> Self {
        // A zstd stream may begin with a skippable frame, of one of sixteen kinds.
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Other(Other::Xz),
            [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', ..] => Self::Other(Other::Bzip2),
            [0x04, 0x22, 0x4d, 0x18, ..] => Self::Other(Other::Lz4),
            _ => Self::Plain,
        }
    }

    /// The program that decompresses it.
    pub(crate) const fn program(self) -> &'static str {
        match self {
            Self::Plain => "cat",
            Self::Gzip => "gunzip",
            Self::Zstd => "unzstd",
            Self::Other(Other::Xz) => "unxz",
            Self::Other(Other::Bzip2) => "bunzip2",
            Self::Other(Other::Lz4) => "unlz4",
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Other(Other::Xz) => "xz",
            Self::Other(Other::Bzip2) => "bzip2",
            Self::Other(Other::Lz4) => "lz4",
        }
    }
}

/// An archive as a stream, without the gzip or zstd around the whole of it.
///
/// ```
/// use std::io::Read;
///
/// use rekey_image::ArchiveReader;
///
/// let mut text = String::new();
/// ArchiveReader::new(&b"index.json"[..])?.read_to_string(&mut text)?;
/// assert_eq!(text, "index.json");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ArchiveReader<R: Read> {
    inner: Decompressed<BufReader<Stored<R>>>,
    compression: Compression,
    read: u64,
    /// The number of bytes up to which it may expand at any ratio.
    free: u64,
}

/// The maximum ratio of decompressed to stored bytes of a large archive.
const RATIO: u64 = 200;

impl<R: Read> ArchiveReader<R> {
    /// Recognizes the compression by the first bytes.
    ///
    /// # Errors
    /// Returns an error if they cannot be read or show another compression, such as xz.
    pub fn new(mut archive: R) -> Result<Self, Error> {
        let head = head(&mut archive).map_err(Error::Io)?;
        let compression = Compression::of(&head);
        if let Compression::Other(_) = compression {
            return Err(Error::Compressed(compression.as_str(), compression.program()));
        }
        let stored = Stored { inner: Cursor::new(head).chain(archive), bytes: 0 };
        let inner = Decompressed::new(compression, buffered(stored), Limits::default().window_bytes);
        Ok(Self { inner, compression, read: 0, free: 1 << 30 })
    }

    /// Returns true if the archive is compressed as a whole.
    pub fn is_compressed(&self) -> bool {
        self.compression != Compression::Plain
    }
}

impl<R: Read> Read for ArchiveReader<R> {
    /// Fails if a compressed archive expands to more than 200 times its size, beyond 1 GiB.
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buf)?;
        self.read += got as u64;
        let stored = self.inner.get_ref().get_ref().bytes;
        if self.is_compressed() && self.read > self.free.max(stored.saturating_mul(RATIO)) {
            let message = format!("the archive expands to more than {RATIO} times its size");
            return Err(io::Error::new(ErrorKind::InvalidData, message));
        }
        Ok(got)
    }
}

impl<R: Read> fmt::Debug for ArchiveReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArchiveReader").field("compression", &self.compression).finish_non_exhaustive()
    }
}

/// The bytes as stored, counted.
struct Stored<R> {
    inner: Chain<Cursor<Vec<u8>>, R>,
    bytes: u64,
}

impl<R: Read> Read for Stored<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buf)?;
        self.bytes += got as u64;
        Ok(got)
    }
}

/// The first bytes of a stream, enough to recognize its compression.
pub(crate) fn head(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    stream.take(8).read_to_end(&mut head)?;
    Ok(head)
}

/// A decompressed stream.
pub(crate) enum Decompressed<R: BufRead> {
    Plain(R),
    Gzip(Box<MultiGzDecoder<R>>),
    Zstd(Box<Frames<R>>),
}

impl<R: BufRead> Decompressed<R> {
    pub(crate) fn new(compression: Compression, stored: R, window_bytes: u64) -> Self {
        match compression {
            Compression::Plain | Compression::Other(_) => Self::Plain(stored),
            Compression::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(stored))),
            Compression::Zstd => Self::Zstd(Box::new(Frames::new(stored, window_bytes))),
        }
    }

    /// The underlying reader.
    fn get_ref(&self) -> &R {
        match self {
            Self::Plain(stored) => stored,
            Self::Gzip(decoder) => decoder.get_ref(),
            Self::Zstd(frames) => &frames.stored,
        }
    }

    /// Returns the underlying reader.
    pub(crate) fn into_inner(self) -> R {
        match self {
            Self::Plain(stored) => stored,
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zstd(frames) => frames.stored,
        }
    }
}

impl<R: BufRead> Read for Decompressed<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stored) => stored.read(buf),
            Self::Gzip(decoder) => decoder.read(buf),
            Self::Zstd(frames) => frames.read(buf),
        }
    }
}

/// All frames of a zstd stream; `zstd:chunked` layers have many, some of which are skippable.
pub(crate) struct Frames<R> {
    stored: R,
    decoder: FrameDecoder,
    within: bool,
}

/// The size of the buffer for decoded bytes.
const DECODED: usize = 128 << 10;

impl<R: BufRead> Frames<R> {
    fn new(stored: R, window_bytes: u64) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(window_bytes);
        Self { stored, decoder, within: false }
    }

    /// Moves to the next frame. Returns false at the end.
    fn next_frame(&mut self) -> io::Result<bool> {
        while !self.stored.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.stored) {
                Ok(()) => {
                    self.within = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let skipped = io::copy(&mut (&mut self.stored).take(u64::from(length)), &mut io::sink())?;
                    if skipped < u64::from(length) {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(invalid(&error)),
            }
        }
        Ok(false)
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.within && !self.next_frame()? {
                return Ok(0);
            }
            let got = self.decoder.read(buf)?;
            if got > 0 {
                return Ok(got);
            }
            if self.decoder.is_finished() {
                self.within = false;
            } else {
                let upto = BlockDecodingStrategy::UptoBytes(DECODED);
                self.decoder.decode_blocks(&mut self.stored, upto).map_err(|error| invalid(&error))?;
            }
        }
    }
}

fn invalid(error: &FrameDecoderError) -> io::Error {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = source {
        let io = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if io == Some(ErrorKind::UnexpectedEof) {
            return io::Error::new(ErrorKind::UnexpectedEof, "zstd: the stream is cut off");
        }
        source = error.source();
    }
    io::Error::new(ErrorKind::InvalidData, format!("zstd: {error}"))
}

/// A reader with a buffer large enough that the cost of calls is negligible.
pub(crate) fn buffered<R: Read>(reader: R) -> BufReader<R> {
    BufReader::with_capacity(256 << 10, reader)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        io::Write::write_all(&mut encoder, bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn an_archive_may_not_expand_without_limit() {
        let zeros = vec![0; 1 << 20];
        for (free, expected) in [(1 << 20, Ok(1 << 20)), (1 << 19, Err(ErrorKind::InvalidData))] {
            let stored = gzip(&zeros);
            assert!(stored.len() as u64 * RATIO < 1 << 20);
            let mut archive = ArchiveReader { free, ..ArchiveReader::new(&*stored).unwrap() };
            assert!(archive.is_compressed());
            let copied = io::copy(&mut archive, &mut io::sink());
            assert_eq!(copied.map_err(|error| error.kind()), expected);
        }
        let mut plain = ArchiveReader { free: 0, ..ArchiveReader::new(&*zeros).unwrap() };
        assert_eq!(io::copy(&mut plain, &mut io::sink()).unwrap(), 1 << 20);
    }
}
