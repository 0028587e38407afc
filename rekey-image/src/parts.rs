//! The source of an image: named parts in a directory or a tar.

use std::{
    collections::HashMap,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use rekey_core::image::contents::clean_path;

use crate::{
    Error,
    compression::Compression,
    limits::{Limits, PARTS},
    tar::{self, Source, Tar},
};

/// The named parts of an image's archive: `index.json`, `blobs/sha256/…`, `manifest.json`.
///
/// For a directory, implement this trait by opening the file of a name. Names come from the archive and are
/// not trusted: they are cleaned, and never begin with a slash or with `..`.
pub trait Parts {
    /// Opens a part; `None` if there is no part with this name.
    ///
    /// # Errors
    /// Returns an error if it cannot be read.
    fn open(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>>;

    /// Returns true if the parts end too early, so that some may be missing.
    fn is_cut_off(&self) -> bool {
        false
    }

    /// Announces the parts that will be opened next, in this order, so that a source can fetch ahead.
    fn announce(&mut self, names: &[String]) {
        let _ = names;
    }

    /// Returns the error that kept a part from being read, if the source failed and not the image.
    fn take_failure(&mut self) -> Option<io::Error> {
        None
    }
}

/// The parts of a tar: an OCI archive or a docker archive.
#[derive(Debug)]
pub struct TarParts<R> {
    reader: R,
    parts: HashMap<Vec<u8>, Part>,
    /// True if the tar has its end marker.
    ended: bool,
}

#[derive(Clone, Debug)]
enum Part {
    /// A range of bytes in the tar.
    Bytes { start: u64, length: u64 },
    /// Another part, by name.
    Link(Vec<u8>),
}

/// The maximum number of links to a part.
const LINKS: usize = 8;

impl<R: Read + Seek> TarParts<R> {
    /// Lists the parts of a tar without reading their contents.
    ///
    /// # Errors
    /// Returns an error if it is not a tar, or is cut off or compressed, which prevents lookups.
    pub fn new(mut reader: R) -> Result<Self, Error> {
        let mut head = [0; 8];
        let mut got = 0;
        while let Some(rest) = head.get_mut(got..).filter(|rest| !rest.is_empty()) {
            match reader.read(rest).map_err(Error::Io)? {
                0 => break,
                more => got += more,
            }
        }
        let compression = Compression::of(head.get(..got).unwrap_or_default());
        if compression != Compression::Plain {
            return Err(Error::Compressed(compression.as_str(), compression.program()));
        }
        let end = reader.seek(SeekFrom::End(0)).map_err(Error::Io)?;
        reader.seek(SeekFrom::Start(0)).map_err(Error::Io)?;
        let mut parts = HashMap::new();
        let seeking = Seeking { inner: BufReader::new(&mut reader), at: 0 };
        let mut tar = Tar::new(seeking, Limits::default().header_bytes);
        loop {
            let header = match tar.next() {
                Ok(Some(header)) => header,
                Ok(None) => break,
                Err(tar::Error::Short(_)) if !parts.is_empty() => return Err(Error::CutOff(String::new())),
                Err(error) => return Err(Error::Archive(error.to_string())),
            };
            if parts.len() == PARTS {
                return Err(Error::Archive(format!("more than {PARTS} entries")));
            }
            let name = clean_path(header.path.strip_prefix(b"/").unwrap_or(&header.path)).into_vec();
            let start = tar.source().at;
            if start.saturating_add(header.stored) > end {
                let (length, there) = (header.stored, end.saturating_sub(start));
                let name = String::from_utf8_lossy(&name);
                return Err(Error::CutOff(format!(" within `{name}`, after {there} of {length} bytes")));
            }
            let part = match header.kind {
                b'0' => Part::Bytes { start, length: header.stored },
                // Old versions of `docker save` link a layer to the same one of another image.
                b'2' => {
                    let folder = name.iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
                    let folder = name.get(..folder).unwrap_or_default();
                    Part::Link(clean_path(&[folder, &header.target].concat()).into_vec())
                }
                b'1' => Part::Link(clean_path(&header.target).into_vec()),
                _ => continue,
            };
            parts.insert(name, part);
        }
        let ended = tar.has_ended();
        Ok(Self { reader, parts, ended })
    }
}

impl<R: Read + Seek> Parts for TarParts<R> {
    fn open(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        let mut part = self.parts.get(name.as_bytes());
        for _ in 0..LINKS {
            match part {
                Some(Part::Link(name)) => part = self.parts.get(name),
                Some(Part::Bytes { start, length }) => {
                    let length = *length;
                    self.reader.seek(SeekFrom::Start(*start))?;
                    return Ok(Some(Box::new((&mut self.reader).take(length))));
                }
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    fn is_cut_off(&self) -> bool {
        !self.ended
    }
}

/// A reader that seeks instead of reading what is skipped.
struct Seeking<R> {
    inner: BufReader<R>,
    /// The offset of the next byte.
    at: u64,
}

impl<R: Read> Read for Seeking<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buf)?;
        self.at += got as u64;
        Ok(got)
    }
}

impl<R: Read + Seek> Source for Seeking<R> {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let distance = i64::try_from(bytes).map_err(|_| io::ErrorKind::UnexpectedEof)?;
        self.inner.seek_relative(distance)?;
        self.at = self.at.checked_add(bytes).ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(())
    }
}
