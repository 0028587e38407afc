//! The source of an image: named parts in a directory or a tar.

use std::{
    collections::HashMap,
    fmt,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use rekey_core::image::contents::clean_path;

use crate::{
    Error,
    compression::{Compression, head},
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

    /// Returns the source as one whose parts can be read at the same time, if it is one.
    fn apart(&mut self) -> Option<&mut dyn PartsApart> {
        None
    }

    /// Returns the error that kept a part from being read, if the source failed and not the image.
    fn take_failure(&mut self) -> Option<io::Error> {
        None
    }
}

/// Parts that can be read at the same time, so that the layers of an image are read by multiple threads.
pub trait PartsApart {
    /// Opens a part like [`Parts::open`], for another thread.
    ///
    /// # Errors
    /// Returns an error if it cannot be read.
    fn open_apart(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + Send>>>;
}

/// The parts of a tar: an OCI archive or a docker archive.
pub struct TarParts<R> {
    reader: R,
    parts: HashMap<Vec<u8>, Part>,
    /// True if the tar has its end marker.
    ended: bool,
    range: Option<OpenRange<R>>,
}

/// Opens a range of bytes for another thread, by its first byte and its length.
type OpenRange<R> = fn(&R, u64, u64) -> io::Result<Box<dyn Read + Send>>;

impl<R> fmt::Debug for TarParts<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TarParts").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
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
        let compression = Compression::of(&head(&mut reader).map_err(Error::Io)?);
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
                Err(tar::Error::Io(error)) => return Err(Error::Io(error)),
                Err(error) if parts.is_empty() => return Err(Error::NotAnArchive(error.to_string())),
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
        Ok(Self { reader, parts, ended, range: None })
    }

    /// Lists the parts of a tar whose clones have positions of their own, so that its parts can be read at the
    /// same time.
    ///
    /// # Errors
    /// Returns an error if it is not a tar, or is cut off or compressed, which prevents lookups.
    pub fn shared(reader: R) -> Result<Self, Error>
    where
        R: Clone + Send + 'static,
    {
        let range = |reader: &R, start, length| -> io::Result<Box<dyn Read + Send>> {
            let mut reader = reader.clone();
            reader.seek(SeekFrom::Start(start))?;
            Ok(Box::new(reader.take(length)))
        };
        Ok(Self { range: Some(range), ..Self::new(reader)? })
    }
}

impl<R> TarParts<R> {
    /// The first byte and the length of a part.
    fn find(&self, name: &str) -> Option<(u64, u64)> {
        let mut part = self.parts.get(name.as_bytes());
        for _ in 0..LINKS {
            match part? {
                Part::Link(name) => part = self.parts.get(name),
                Part::Bytes { start, length } => return Some((*start, *length)),
            }
        }
        None
    }
}

impl<R: Read + Seek> Parts for TarParts<R> {
    fn open(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        let Some((start, length)) = self.find(name) else { return Ok(None) };
        self.reader.seek(SeekFrom::Start(start))?;
        Ok(Some(Box::new((&mut self.reader).take(length))))
    }

    fn is_cut_off(&self) -> bool {
        !self.ended
    }

    fn apart(&mut self) -> Option<&mut dyn PartsApart> {
        self.range.is_some().then_some(self)
    }
}

impl<R> PartsApart for TarParts<R> {
    fn open_apart(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + Send>>> {
        match (self.find(name), self.range) {
            (Some((start, length)), Some(range)) => range(&self.reader, start, length).map(Some),
            _ => Ok(None),
        }
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
