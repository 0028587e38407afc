//! Layers as they are stored: plain, gzip or zstd, told by their first bytes.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

/// How a stream is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    Plain,
    Gzip,
    Zstd,
    /// One that is named and not read.
    Other(Other),
}

/// A compression that layers do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Other {
    Xz,
    Bzip2,
    Lz4,
}

impl Compression {
    /// How a stream with these first bytes is.
    pub(crate) fn of(head: &[u8]) -> Self {
        // A zstd stream may begin with a frame to be skipped, of one of sixteen kinds.
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Other(Other::Xz),
            [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', ..] => Self::Other(Other::Bzip2),
            [0x04, 0x22, 0x4d, 0x18, ..] => Self::Other(Other::Lz4),
            _ => Self::Plain,
        }
    }

    /// The program that takes it off.
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

/// A stream without its compression.
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

    /// What it was read from.
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

/// Every frame of a zstd stream, one after the other; `zstd:chunked` layers have many, and some to be skipped.
pub(crate) struct Frames<R> {
    stored: R,
    decoder: FrameDecoder,
    within: bool,
}

/// How much is decoded before it is handed on.
const DECODED: usize = 128 << 10;

impl<R: BufRead> Frames<R> {
    fn new(stored: R, window_bytes: u64) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(window_bytes);
        Self { stored, decoder, within: false }
    }

    /// Goes to the next frame; false at the end.
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

/// A reader in a buffer large enough that calls do not count.
pub(crate) fn buffered<R: Read>(reader: R) -> BufReader<R> {
    BufReader::with_capacity(256 << 10, reader)
}
