//! Digests that identify a key.

use std::fmt;

use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::Sha256;

use crate::base64;

/// The digest of a public key, as a git host shows it.
///
/// # Syntax
/// `SHA256:` and 43 characters of base64; or 16 bytes in hexadecimal joined by colons, with or without
/// `MD5:`; or 20 such bytes, as AWS shows for a key pair that it created.
///
/// ```
/// use rekey_core::private_key::Fingerprint;
///
/// let shown: Fingerprint = "SHA256:1M4RzhMyWuFS/86uPY/ce2prh/dVTHW7iD2RhpquOZA".parse()?;
/// assert_eq!(shown.to_string().parse(), Ok(shown));
/// # Ok::<(), rekey_core::private_key::FingerprintProblem>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fingerprint {
    /// SHA-256 of the public key in the encoding of RFC 4253, as `ssh-keygen -l` prints it.
    Sha256([u8; 32]),
    /// 16 bytes: MD5 of the same encoding (`ssh-keygen -l -E md5`), or of the public key in DER (AWS, for an
    /// imported key).
    Md5([u8; 16]),
    /// 20 bytes: SHA-1 of the private key in PKCS#8 (AWS, for a key that it created).
    Sha1([u8; 20]),
}

impl Fingerprint {
    /// The SHA-256 fingerprint of a public key in the encoding of RFC 4253.
    pub fn of(blob: &[u8]) -> Self {
        Self::Sha256(Sha256::digest(blob).into())
    }

    pub(super) fn md5_of(bytes: &[u8]) -> Self {
        Self::Md5(Md5::digest(bytes).into())
    }

    pub(super) fn sha1_of(bytes: &[u8]) -> Self {
        Self::Sha1(Sha1::digest(bytes).into())
    }

    /// Parses a fingerprint.
    ///
    /// # Errors
    /// Returns an error if the text has none of these formats.
    pub fn parse(text: &str) -> Result<Self, FingerprintProblem> {
        Self::read(text.trim()).ok_or(FingerprintProblem)
    }

    fn read(text: &str) -> Option<Self> {
        if let Some(digits) = text.strip_prefix("SHA256:") {
            let padded = format!("{}=", digits.trim_end_matches('='));
            let bytes = base64::decode(padded.as_bytes())?;
            return Some(Self::Sha256(bytes.as_slice().try_into().ok()?));
        }
        let text = text.strip_prefix("MD5:").or_else(|| text.strip_prefix("md5:")).unwrap_or(text);
        let mut bytes = Vec::with_capacity(20);
        for pair in text.split(':') {
            let digits = pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
            bytes.push(u8::from_str_radix(pair, 16).ok().filter(|_| digits)?);
        }
        match bytes.len() {
            16 => Some(Self::Md5(bytes.try_into().ok()?)),
            20 => Some(Self::Sha1(bytes.try_into().ok()?)),
            _ => None,
        }
    }
}

/// The error for a text that is not a fingerprint. It contains nothing of the text, which may be a private
/// key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("expected a fingerprint such as `SHA256:` and 43 characters of base64, found something else")]
pub struct FingerprintProblem;

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":");
        match self {
            Self::Sha256(bytes) => {
                write!(f, "SHA256:{}", base64::encoded(bytes).trim_end_matches('='))
            }
            Self::Md5(bytes) => write!(f, "MD5:{}", hex(bytes)),
            Self::Sha1(bytes) => f.write_str(&hex(bytes)),
        }
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = FingerprintProblem;

    fn from_str(text: &str) -> Result<Self, FingerprintProblem> {
        Self::parse(text)
    }
}

written_as_text!(Fingerprint, FingerprintProblem);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_fingerprint_can_be_parsed() {
        for fingerprint in [Fingerprint::of(b"a"), Fingerprint::md5_of(b"a"), Fingerprint::sha1_of(b"a")] {
            assert_eq!(Fingerprint::parse(&fingerprint.to_string()), Ok(fingerprint));
        }
    }

    #[test]
    fn a_text_that_is_not_a_fingerprint_is_rejected() {
        for text in
            ["", "SHA256:", "SHA256:AAAA", "MD5:", "00:11", "SHA512:AAAA", "0:1:2:3:4:5:6:7:8:9:a:b:c:d:e:f"]
        {
            assert_eq!(Fingerprint::parse(text), Err(FingerprintProblem), "{text}");
        }
    }
}
