//! Archives that cannot be read in any order: streams, and files that are compressed as a whole.

use std::{
    fs::File,
    io::{self, Cursor, ErrorKind, Read, Write as _},
};

use rekey_image::{ArchiveReader, Error, Limits, TarParts};

use crate::read::Reason;

/// The size of the buffer between the stream and the file.
const BUFFER: usize = 256 << 10;
/// The size of a block of a tar.
const BLOCK: usize = 512;

/// Stores a stream, decompressed, in a temporary file without a name, which disappears with its handle.
pub(super) fn spool(stream: impl Read) -> Result<File, Reason> {
    let mut archive = ArchiveReader::new(stream).map_err(reason)?;
    let unwritten = |error: io::Error| {
        Reason::Other(format!("cannot be stored in a temporary file: {error}; `TMPDIR` sets another folder"))
    };
    let mut read = |buffer: &mut [u8]| loop {
        match archive.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if archive.is_compressed() => return Err(reason(decoding(error))),
            read => return read.map_err(Reason::from),
        }
    };
    let mut buffer = vec![0; BUFFER];
    let mut got = 0;
    while got < BLOCK {
        match read(&mut buffer[got..])? {
            0 => break,
            more => got += more,
        }
    }
    check_head(&buffer[..got.min(BLOCK)])?;
    let mut file = tempfile::tempfile().map_err(unwritten)?;
    let mut space = Space::default();
    while got > 0 {
        space.take(&file, got)?;
        file.write_all(&buffer[..got]).map_err(unwritten)?;
        got = read(&mut buffer)?;
    }
    Ok(file)
}

/// Rejects what is no tar before it is stored, by its first block.
fn check_head(block: &[u8]) -> Result<(), Reason> {
    if block.iter().all(|byte| *byte == 0) {
        return Err(Reason::Form("is empty, expected an archive"));
    }
    match TarParts::new(Cursor::new(block)) {
        Err(error @ (Error::NotAnArchive(_) | Error::Archive(_))) => Err(reason(error)),
        // Of a longer tar, a block is only the beginning.
        _ => Ok(()),
    }
}

/// The space for one temporary file: at most 64 GiB, and 1 GiB or a tenth of the file system stays free.
#[derive(Default)]
struct Space {
    taken: u64,
    /// The number of bytes up to which the file system was asked.
    checked: u64,
}

impl Space {
    /// The number of bytes between two questions to the file system.
    const STEP: u64 = 64 << 20;

    fn take(&mut self, file: &File, bytes: usize) -> Result<(), Reason> {
        self.taken += bytes as u64;
        if self.taken > Limits::default().layer_bytes {
            return Err(Reason::Form("larger than 64 GiB, the limit for an image"));
        }
        if self.taken > self.checked {
            self.checked = self.taken + Self::STEP;
            if !has_space(file) {
                return Err(Reason::Form(
                    "too large for the folder of temporary files, where 1 GiB or a tenth stays free; `TMPDIR` sets another folder",
                ));
            }
        }
        Ok(())
    }
}

/// Returns true if 1 GiB or a tenth of the file system is free, or if that is unknown.
fn has_space(file: &File) -> bool {
    #[cfg(unix)]
    return rustix::fs::fstatvfs(file).map_or(true, |all| {
        let free = all.f_bavail.saturating_mul(all.f_frsize);
        free >= 1 << 30 || all.f_bavail >= all.f_blocks / 10
    });
    #[cfg(not(unix))]
    {
        let _ = file;
        true
    }
}

/// The error for a compressed archive that cannot be decompressed.
fn decoding(error: io::Error) -> Error {
    match error.kind() {
        ErrorKind::UnexpectedEof => Error::CutOff(String::new()),
        _ => Error::Io(error),
    }
}

fn reason(error: Error) -> Reason {
    match error {
        Error::Io(error) => error.into(),
        error => Reason::Other(error.to_string()),
    }
}
