//! Digests of the bytes that are read.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

/// A reader that hashes and counts the bytes.
pub(crate) struct Hashing<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Hashing<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// The digest as written in manifests, and the number of bytes.
    pub(crate) fn finish(self) -> (String, u64) {
        (written(&self.hash.finalize()), self.bytes)
    }

    /// The underlying reader, the digest, and the number of bytes.
    pub(crate) fn into_parts(self) -> (R, String, u64) {
        (self.inner, written(&self.hash.finalize()), self.bytes)
    }

    /// The number of bytes read.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buf)?;
        self.hash.update(buf.get(..got).unwrap_or_default());
        self.bytes += got as u64;
        Ok(got)
    }
}

/// The digest of the bytes as written in manifests.
pub(crate) fn digest(bytes: &[u8]) -> String {
    written(&Sha256::digest(bytes))
}

fn written(hash: &[u8]) -> String {
    use std::fmt::Write as _;

    hash.iter().fold(String::from("sha256:"), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
