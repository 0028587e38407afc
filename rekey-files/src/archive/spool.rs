//! Archives that cannot be read in any order: streams, and files that are compressed as a whole.

use std::{
    fs::File,
    io::{self, ErrorKind, Read, Write as _},
};

use rekey_image::{ArchiveReader, Error, Limits};

use crate::read::Reason;

/// The size of the buffer between the stream and the file.
const BUFFER: usize = 256 << 10;

/// Stores a stream, decompressed, in a temporary file without a name, which disappears with its handle.
pub(super) fn spool(stream: impl Read) -> Result<File, Reason> {
    let mut archive = ArchiveReader::new(stream).map_err(reason)?;
    let unwritten = |error: io::Error| {
        Reason::Other(format!("cannot be stored in a temporary file: {error}; `TMPDIR` sets another folder"))
    };
    let mut file = tempfile::tempfile().map_err(unwritten)?;
    let mut buffer = vec![0; BUFFER];
    let limit = Limits::default().layer_bytes;
    let mut left = limit;
    loop {
        let got = match archive.read(&mut buffer) {
            Ok(0) if left == limit => return Err(Reason::Form("is empty, expected an archive")),
            Ok(0) => return Ok(file),
            Ok(got) => got,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => {
                return Err(reason(if archive.is_compressed() { decoding(error) } else { Error::Io(error) }));
            }
        };
        left =
            left.checked_sub(got as u64).ok_or(Reason::Form("larger than 64 GiB, the limit for an image"))?;
        file.write_all(&buffer[..got]).map_err(unwritten)?;
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
