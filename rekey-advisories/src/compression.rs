//! Documents that are plain, gzip or zstd.

use std::{borrow::Cow, io::Read};

use rekey_image::ArchiveReader;

use crate::{
    Error, Limits,
    limits::{FREE_BYTES, RATIO},
};

/// Returns the document without the gzip or zstd around it; the first bytes decide.
pub(crate) fn decompressed<'a>(stored: &'a [u8], limits: &Limits) -> Result<Cow<'a, [u8]>, Error> {
    let compression = |error: &dyn std::error::Error| Error::Compression(error.to_string());
    let mut reader = ArchiveReader::new(stored).map_err(|error| compression(&error))?;
    if !reader.is_compressed() {
        if stored.len() as u64 > limits.document_bytes {
            return Err(Error::TooLarge(limits.document_bytes));
        }
        return Ok(Cow::Borrowed(stored));
    }
    let ratio = FREE_BYTES.max((stored.len() as u64).saturating_mul(RATIO));
    let maximum = ratio.min(limits.document_bytes);
    let mut document = Vec::new();
    let got = (&mut reader)
        .take(maximum.saturating_add(1))
        .read_to_end(&mut document)
        .map_err(|error| compression(&error))?;
    match got as u64 > maximum {
        true if maximum == limits.document_bytes => Err(Error::TooLarge(maximum)),
        true => Err(Error::Ratio(RATIO)),
        false => Ok(Cow::Owned(document)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut encoder, bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn documents_are_bounded() {
        let small = Limits { document_bytes: 1 << 18, ..Limits::default() };
        let large = Limits::default();
        for (limits, stored, expected) in [
            (small, b"{}".to_vec(), Ok(2)),
            (small, gzip(b"{}"), Ok(2)),
            (small, vec![b' '; 1 << 18], Ok(1 << 18)),
            (small, vec![b' '; (1 << 18) + 1], Err(Error::TooLarge(1 << 18))),
            (small, gzip(&vec![0; 1 << 18]), Ok(1 << 18)),
            (small, gzip(&vec![0; 1 << 19]), Err(Error::TooLarge(1 << 18))),
            // Zeros have a ratio of about 1,000.
            (large, gzip(&vec![0; 1 << 20]), Ok(1 << 20)),
            (large, gzip(&vec![0; 2 << 20]), Err(Error::Ratio(200))),
        ] {
            let got = decompressed(&stored, &limits);
            assert_eq!(got.map(|document| document.len()), expected);
        }
    }

    #[test]
    fn damaged_and_unknown_compressions_are_errors() {
        let cut = gzip(b"a text that is longer than its first bytes");
        for stored in [&cut[..cut.len() - 4], b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"] {
            let error = decompressed(stored, &Limits::default()).unwrap_err();
            assert!(matches!(error, Error::Compression(_)), "{error}");
        }
    }
}
