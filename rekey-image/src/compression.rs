//! Stored layers: plain, gzip or zstd, recognized by their first bytes.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

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
    io::Error::new(ErrorKind::InvalidData, format!("zstd: {error}"))
}

/// A reader with a buffer large enough that the cost of calls is negligible.
pub(crate) fn buffered<R: Read>(reader: R) -> BufReader<R> {
    BufReader::with_capacity(256 << 10, reader)
}
