//! RSA private keys in PEM: the kind of a text that should be one, whether OpenSSH would load it, and whether
//! its numbers are consistent.
//!
//! Secrets are not shown or kept: everything that may contain a key's bytes is wiped when dropped and never
//! printed, and problems have a class and a place but no text. Two copies are out of reach: the input, which
//! the caller owns, and intermediate values of multiplications on the stack.
#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "places were found in the same text, limbs have fixed lengths; the fuzz target private_key holds it"
)]

mod armor;
mod audit;
mod bignum;
mod der;
mod fingerprint;
mod form;
#[cfg(feature = "ssh-key")]
mod interop;
mod kind;
mod known;
mod libcrypto;
mod limits;
mod openssh;
mod plain;
mod primality;
mod problem;
mod public;
mod recognize;
mod rsa;
mod scan;
mod shared_prime;
mod small_primes;
mod summary;
mod wire;
mod wrapped;

use std::fmt;

use zeroize::Zeroizing;

pub(crate) use self::shared_prime::shared_primes;
pub use self::{
    audit::{Audit, Flaw, Primality, Prime},
    der::{Reason, Tag},
    fingerprint::{Fingerprint, FingerprintProblem},
    form::Form,
    kind::{Algorithm, Kind, Label},
    known::KnownKey,
    limits::{MAX_BITS, MAX_BYTES, MAX_DECODED_BYTES},
    problem::{ContainerFault, Problem, ProblemKind},
    public::{Comment, MAX_PUBLIC_KEYS, Match, PublicKey, PublicKeyForm, PublicKeyProblem},
    scan::{FoundBlock, Scan, Verdict, scan},
    small_primes::SMALL_PRIME_LIMIT,
    summary::Summary,
    wrapped::Wrapping,
};
use self::{
    public::{RSA_ALGORITHM, rsa_blob, rsa_spki},
    rsa::{Part, RsaKey},
};

/// The maximum number of bits of a prime that is tested.
pub const MAX_TESTED_PRIME_BITS: u32 = primality::MAX_TESTED_BITS;

/// An RSA private key without a passphrase.
///
/// # Syntax
/// PKCS#1 (`BEGIN RSA PRIVATE KEY`), PKCS#8 (`BEGIN PRIVATE KEY`) or OpenSSH's format
/// (`BEGIN OPENSSH PRIVATE KEY`), in a text that OpenSSH loads and in strict DER. Not allowed: a key with a
/// passphrase, with another algorithm, or with more than two primes; an indented PEM header or footer; an
/// empty line among the digits; a text without the footer (`END`).
///
/// # Deviation
/// OpenSSH accepts numbers with leading zeros, lengths in a longer encoding and versions that do not exist;
/// these are rejected here, and so are keys with more than two primes, since other programs reject them.
/// OpenSSH skips a block that it cannot read and loads the next one; here the first private key block counts.
/// OpenSSH rejects moduli that are even or have fewer than 1024 bits; these are keys here, and rules report
/// them.
///
/// It cannot be copied, printed, compared or serialized, and is wiped when dropped. `Debug` shows its length
/// and fingerprint.
///
/// ```
/// use rekey_core::private_key::PrivateKey;
///
/// let problem = "ssh-rsa AAAA".parse::<PrivateKey>().unwrap_err();
/// assert_eq!(PrivateKey::parse(b"ssh-rsa AAAA").unwrap_err(), problem);
/// ```
pub struct PrivateKey {
    key: RsaKey,
}

impl PrivateKey {
    /// Parses a private key.
    ///
    /// # Errors
    /// Returns the first problem that keeps the text from being one.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, Problem> {
        scan(text.as_ref()).into_key()
    }

    fn of(key: RsaKey) -> Self {
        Self { key }
    }

    /// The length of the modulus in bits.
    pub fn bits(&self) -> u32 {
        self.key.bits()
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::of_blob(PublicKeyForm::Line, self.blob(), None).expect("the blob was written just now")
    }

    /// The fingerprint that `ssh-keygen -l` prints and git hosts show.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.blob())
    }

    /// The fingerprint that `ssh-keygen -l -E md5` prints.
    pub fn md5_fingerprint(&self) -> Fingerprint {
        Fingerprint::md5_of(&self.blob())
    }

    /// The key in the format that the service asks for, byte for byte as `ssh-keygen -p -m PEM` writes it.
    pub fn to_pkcs1_pem(&self) -> Zeroizing<String> {
        const BEGIN: &str = "-----BEGIN RSA PRIVATE KEY-----\n";
        const END: &str = "-----END RSA PRIVATE KEY-----\n";
        let der = self.key.der();
        let lines = der.len().div_ceil(48);
        let mut out = Vec::with_capacity(BEGIN.len() + lines * 65 + END.len());
        out.extend_from_slice(BEGIN.as_bytes());
        for line in der.chunks(48) {
            crate::base64::encode(line, &mut out);
            out.push(b'\n');
        }
        out.extend_from_slice(END.as_bytes());
        Zeroizing::new(String::from_utf8(out).expect("PEM is ASCII"))
    }

    /// Checks the numbers of the key.
    pub fn audit(&self, primality: Primality) -> Audit {
        audit::audit(&self.key, primality)
    }

    /// The published list that contains the key, if any.
    pub fn known(&self) -> Option<&'static KnownKey> {
        known::find(&self.fingerprint())
    }

    /// Returns whether a public key or a fingerprint belongs to this key.
    pub fn matches(&self, public: &PublicKey) -> Match {
        if public.form() == PublicKeyForm::HostKey {
            return Match::HostKey;
        }
        let theirs = public.fingerprint();
        let (e, n) = (self.key.digits(Part::PublicExponent), self.key.digits(Part::Modulus));
        let candidates = match theirs {
            Fingerprint::Sha256(_) => vec![self.fingerprint()],
            Fingerprint::Md5(_) => vec![self.md5_fingerprint(), Fingerprint::md5_of(&rsa_spki(e, n))],
            Fingerprint::Sha1(_) => vec![self.pkcs8_fingerprint()],
        };
        match candidates.first() {
            _ if candidates.contains(&theirs) => Match::Same,
            Some(ours) => Match::Different { private: *ours, public: theirs },
            None => Match::HostKey,
        }
    }

    /// The SHA-1 of the private key in PKCS#8, which AWS shows for keys that it created.
    fn pkcs8_fingerprint(&self) -> Fingerprint {
        let key = self.key.der();
        let content = 3 + RSA_ALGORITHM.len() + der::header_length(key.len()) + key.len();
        let mut out = Zeroizing::new(Vec::with_capacity(der::header_length(content) + content));
        der::header(Tag::Sequence, content, &mut out);
        der::number(&[], &mut out);
        out.extend_from_slice(RSA_ALGORITHM);
        der::header(Tag::OctetString, key.len(), &mut out);
        out.extend_from_slice(key);
        Fingerprint::sha1_of(&out)
    }

    /// The public key in the encoding of RFC 4253.
    fn blob(&self) -> Vec<u8> {
        rsa_blob(self.key.digits(Part::PublicExponent), self.key.digits(Part::Modulus))
    }
}

impl std::str::FromStr for PrivateKey {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for PrivateKey {
    type Error = Problem;

    fn try_from(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

impl TryFrom<&[u8]> for PrivateKey {
    type Error = Problem;

    fn try_from(text: &[u8]) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("bits", &self.bits())
            .field("fingerprint", &self.fingerprint())
            .finish_non_exhaustive()
    }
}
