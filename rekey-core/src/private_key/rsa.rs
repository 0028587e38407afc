//! The numbers of an RSA private key, and the structures of PKCS#1 and PKCS#8 around them.

use std::ops::Range;

use zeroize::Zeroizing;

use super::{
    bignum::Nat,
    der::{self, DerError, Reader, Tag},
    kind::{Algorithm, Kind},
    problem::ProblemKind,
};

/// A number of a key, in the order of PKCS#1.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Modulus,
    PublicExponent,
    PrivateExponent,
    FirstPrime,
    SecondPrime,
    FirstExponent,
    SecondExponent,
    Coefficient,
}

/// A private key: its PKCS#1 in DER, wiped when dropped, and the places of the numbers in it.
pub(super) struct RsaKey {
    der: Zeroizing<Vec<u8>>,
    parts: [Range<usize>; 8],
}

impl RsaKey {
    /// Reads PKCS#1.
    pub(super) fn read(der: Zeroizing<Vec<u8>>) -> Result<Self, ProblemKind> {
        let mut reader = Reader::strict(&der);
        let parts = pkcs1(&mut reader).map_err(|problem| match problem {
            ProblemKind::MultiPrime if !is_multi_prime(&der) => ProblemKind::Version(1),
            other => other,
        })?;
        if !reader.is_at_end() {
            return Err(ProblemKind::TrailingBytes { declared: reader.offset(), found: der.len() });
        }
        Ok(Self { der, parts })
    }

    /// Reads PKCS#1 as libcrypto does; the value is then encoded correctly.
    pub(super) fn read_lax(der: &[u8]) -> Option<Self> {
        let parts = pkcs1_lax(&mut Reader::lax(der))?;
        Some(Self::of_numbers(&parts.map(|range| &der[range])))
    }

    /// Reads PKCS#8, which contains PKCS#1.
    pub(super) fn read_pkcs8(der: &[u8]) -> Result<Self, ProblemKind> {
        let mut reader = Reader::strict(der);
        let (version, _, key) = pkcs8(&mut reader)?;
        if version > 1 {
            return Err(ProblemKind::Version(version));
        }
        if !reader.is_at_end() {
            return Err(ProblemKind::TrailingBytes { declared: reader.offset(), found: der.len() });
        }
        let start = key.start;
        Self::read(Zeroizing::new(der[key].to_vec())).map_err(|problem| match problem {
            ProblemKind::Der { reason, offset } => ProblemKind::Der { reason, offset: offset + start },
            other => other,
        })
    }

    /// Reads PKCS#8 as libcrypto does.
    pub(super) fn read_pkcs8_lax(der: &[u8]) -> Option<Self> {
        let (_, algorithm, key) = pkcs8(&mut Reader::lax(der)).ok()?;
        (algorithm == Algorithm::Rsa).then(|| Self::read_lax(&der[key]))?
    }

    /// Encodes the numbers as PKCS#1.
    pub(super) fn of_numbers(numbers: &[&[u8]; 8]) -> Self {
        let content: usize = 3 + numbers.iter().map(|digits| der::number_length(digits)).sum::<usize>();
        let mut out = Zeroizing::new(Vec::with_capacity(der::header_length(content) + content));
        der::header(Tag::Sequence, content, &mut out);
        der::number(&[], &mut out);
        let parts = numbers.map(|digits| {
            der::number(digits, &mut out);
            out.len() - digits.len()..out.len()
        });
        Self { der: out, parts }
    }

    /// Completes the numbers that OpenSSH's format has: n, e, d, q⁻¹ mod p, p, q.
    #[expect(clippy::many_single_char_names, reason = "the names of RFC 8017")]
    pub(super) fn of_openssh([n, e, d, coefficient, p, q]: [&[u8]; 6]) -> Self {
        let private = Nat::from_be(d);
        let reduced = |prime: &[u8]| private.modulo(&Nat::from_be(prime).minus_one()).to_be();
        let (first, second) = (reduced(p), reduced(q));
        Self::of_numbers(&[n, e, d, p, q, &first, &second, coefficient])
    }

    /// The key as PKCS#1 in DER.
    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }

    /// A number's digits, big-endian without leading zeros.
    pub(super) fn digits(&self, part: Part) -> &[u8] {
        &self.der[self.parts[part as usize].clone()]
    }

    /// A number.
    pub(super) fn number(&self, part: Part) -> Nat {
        Nat::from_be(self.digits(part))
    }

    /// The length of the modulus in bits.
    pub(super) fn bits(&self) -> u32 {
        let digits = self.digits(Part::Modulus);
        digits.first().map_or(0, |first| digits.len() as u32 * 8 - first.leading_zeros())
    }

    /// A copy for another owner, also wiped when dropped.
    pub(super) fn duplicate(&self) -> Self {
        Self { der: self.der.clone(), parts: self.parts.clone() }
    }
}

impl From<DerError> for ProblemKind {
    fn from(error: DerError) -> Self {
        Self::Der { reason: error.reason, offset: error.offset }
    }
}

/// Reads the structure of RFC 8017 A.1.2: version, the eight numbers, and for version 1 the other primes.
fn pkcs1(reader: &mut Reader<'_>) -> Result<[Range<usize>; 8], ProblemKind> {
    let mut version = 0;
    let read = reader.sequence(|reader| {
        version = reader.version()?;
        eight(reader)
    });
    match (version, read) {
        (1, _) => Err(ProblemKind::MultiPrime),
        (version @ 2.., _) => Err(ProblemKind::Version(version)),
        (_, parts) => Ok(parts?),
    }
}

fn eight(reader: &mut Reader<'_>) -> Result<[Range<usize>; 8], DerError> {
    let mut parts = [const { 0..0 }; 8];
    for part in &mut parts {
        *part = reader.number()?;
    }
    Ok(parts)
}

/// Reads what libcrypto's `d2i_RSAPrivateKey` accepts as a key with two primes: any version but 1, and other
/// primes, which it then ignores.
fn pkcs1_lax(reader: &mut Reader<'_>) -> Option<[Range<usize>; 8]> {
    let (version, parts, _) = lax_values(reader)?;
    (version != 1).then_some(parts)
}

/// Returns true if libcrypto accepts it as a key with more than two primes, each with exponent and
/// coefficient.
pub(super) fn is_multi_prime(der: &[u8]) -> bool {
    matches!(lax_values(&mut Reader::lax(der)), Some((1, _, 1..)))
}

/// Like [`is_multi_prime`], for the key in PKCS#8.
pub(super) fn is_multi_prime_pkcs8(der: &[u8]) -> bool {
    let read = pkcs8(&mut Reader::lax(der));
    read.is_ok_and(|(_, algorithm, key)| algorithm == Algorithm::Rsa && is_multi_prime(&der[key]))
}

/// Reads the version, the numbers, and the number of other primes.
fn lax_values(reader: &mut Reader<'_>) -> Option<(i64, [Range<usize>; 8], usize)> {
    let read = reader.sequence(|reader| {
        let version = reader.lax_version()?;
        let parts = eight(reader)?;
        let mut count = 0;
        if reader.is_next(Tag::Sequence) {
            reader.sequence(|reader| {
                while reader.is_next(Tag::Sequence) {
                    reader.sequence(|reader| (0..3).try_for_each(|_| reader.number().map(|_| ())))?;
                    count += 1;
                }
                Ok(())
            })?;
        }
        Ok((version, parts, count))
    });
    read.ok()
}

/// Reads the structure of RFC 5958: version, algorithm, key, and optional fields. Returns the version, the
/// algorithm, and the place of the key.
fn pkcs8(reader: &mut Reader<'_>) -> Result<(u64, Algorithm, Range<usize>), DerError> {
    reader.sequence(|reader| {
        let version = reader.version()?;
        let algorithm = reader.sequence(|reader| {
            let oid = reader.value(Tag::ObjectIdentifier)?;
            let algorithm = Algorithm::of_oid(reader.bytes_of(oid));
            reader.skip_rest();
            Ok(algorithm)
        })?;
        let key = reader.value(Tag::OctetString)?;
        if reader.is_next_byte(0xa0) || reader.is_next_byte(0xa1) {
            reader.skip_rest();
        }
        Ok((version, algorithm, key))
    })
}

/// The kind of the bytes, recognized by the types of their first values; the rest may be missing.
pub(super) fn content(der: &[u8]) -> Option<Kind> {
    if der.starts_with(b"openssh-key-v1\0") {
        return Some(Kind::OpenSsh { algorithm: Algorithm::Other, encrypted: false });
    }
    let types = Outline::of(der)?;
    let algorithm = types.algorithm;
    Some(match &types.tags[..types.count] {
        [0x02, 0x30, 0x04, ..] => Kind::Pkcs8(algorithm?),
        [0x02, 0x30, 0x30, ..] => Kind::Pkcs12,
        [0x02, 0x30] if types.cut => Kind::Pkcs8(algorithm?),
        [0x02, 0x04, ..] => Kind::Sec1,
        [0x02, 0x02, 0x02, 0x02, 0x02, 0x02] if !types.cut => Kind::DsaKey,
        [0x02, 0x02] if !types.cut => Kind::PublicKey(Algorithm::Rsa),
        [0x02, 0x02, ..] => Kind::Pkcs1,
        [0x02] if types.cut => Kind::Pkcs1,
        [0x30, 0x03] if algorithm.is_some() => Kind::PublicKey(algorithm?),
        [0x30, 0x04] if algorithm.is_some() => Kind::EncryptedPkcs8,
        [0x30, 0x30, 0x03] => Kind::Certificate,
        [0x06, 0xa0] => Kind::Pkcs7,
        _ => return None,
    })
}

/// The types of the values in the outermost SEQUENCE.
struct Outline {
    tags: [u8; 10],
    count: usize,
    /// True if the bytes end before the values do.
    cut: bool,
    /// The algorithm, if the first or second value is an AlgorithmIdentifier.
    algorithm: Option<Algorithm>,
}

impl Outline {
    fn of(der: &[u8]) -> Option<Self> {
        let mut out = Self { tags: [0; 10], count: 0, cut: false, algorithm: None };
        let declared = der::declared_length(der)?;
        let mut at = declared - content_length(declared, der)?;
        out.cut = declared > der.len();
        let end = declared.min(der.len());
        while at < end && out.count < out.tags.len() {
            out.tags[out.count] = der[at];
            out.count += 1;
            let Some((content, length)) = length_at(&der[at + 1..end]) else { break };
            let content = at + 1 + content;
            if out.count <= 2 && der[at] == 0x30 && out.algorithm.is_none() {
                out.algorithm = oid_at(&der[content.min(end)..end]).map(Algorithm::of_oid);
            }
            at = content.saturating_add(length);
        }
        Some(out)
    }
}

fn content_length(declared: usize, der: &[u8]) -> Option<usize> {
    let (header, length) = length_at(der.get(1..)?)?;
    (declared == 1 + header + length).then_some(length)
}

/// A length, and the number of bytes that it takes.
fn length_at(bytes: &[u8]) -> Option<(usize, usize)> {
    let first = *bytes.first()?;
    if first < 0x80 {
        return Some((1, usize::from(first)));
    }
    let size = usize::from(first & 0x7f);
    let digits = bytes.get(1..=size).filter(|_| (1..=4).contains(&size))?;
    Some((1 + size, digits.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))))
}

fn oid_at(bytes: &[u8]) -> Option<&[u8]> {
    let [0x06, length, rest @ ..] = bytes else { return None };
    rest.get(..usize::from(*length))
}
