//! A model of `ssh-keygen -y -P ''`, which decides whether OpenSSH would load a file.
//!
//! OpenSSH tries its own format first and passes everything else to libcrypto, whose reader is lax about text
//! around a block and about DER, and strict about lines. Sources: OpenSSH 9.2 `sshkey.c`
//! (`private2_uudecode`, `sshkey_parse_private_pem_fileblob`) and OpenSSL 3.0 `crypto/pem/pem_lib.c`
//! (`get_name`, `get_header_and_data`, `sanitize_line`), `crypto/evp/encode.c`; the tests compare it with the
//! programs.

use memchr::memmem;
use zeroize::Zeroizing;

use super::{
    kind::Label,
    openssh::{self, Container},
    rsa::{self, Part, RsaKey},
};
use crate::base64;

/// The minimum length of a modulus in OpenSSH (`SSH_RSA_MINIMUM_MODULUS_SIZE`).
const MIN_BITS: u32 = 1024;

/// The maximum length of a modulus in libcrypto (`OPENSSL_RSA_MAX_MODULUS_BITS`).
const MAX_BITS: u32 = 16384;

/// The number of bytes of a line that libcrypto reads at once: 255 with the terminating zero.
const LINE_BYTES: usize = 254;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// The result of loading a text with OpenSSH.
pub(super) struct Loading {
    /// The first block that can be read as text, whatever its content.
    pub(super) block: Option<LoadedBlock>,
    /// True if its key is loaded.
    pub(super) loads: bool,
}

/// A block whose text can be read.
pub(super) struct LoadedBlock {
    pub(super) label: Label,
    /// The decoded bytes.
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

/// Loads a text as OpenSSH does.
pub(super) fn load(text: &[u8]) -> Loading {
    if let Some(bytes) = openssh_armor(text) {
        let container = openssh::read(&bytes);
        let loads = container.is_ok_and(|container| container_loads(&container));
        return Loading { block: Some(LoadedBlock { label: Label::OpenSshPrivateKey, bytes }), loads };
    }
    let mut reader = PemReader { text, at: 0, first: true };
    let mut kept = None;
    while reader.at < text.len() {
        let Some(block) = reader.block().filter(|block| block.label != Label::OpenSshPrivateKey) else {
            continue;
        };
        let Some(key) = pem_key(&block) else { continue };
        let loads = key.is_none_or(|key| takes_numbers(&key));
        if loads {
            return Loading { block: Some(block), loads };
        }
        kept = Some(block);
        break;
    }
    if kept.is_none() {
        kept = first_block(text);
    }
    Loading { block: kept, loads: false }
}

/// The first private key block that can be read as text.
fn first_block(text: &[u8]) -> Option<LoadedBlock> {
    let mut reader = PemReader { text, at: 0, first: true };
    while reader.at < text.len() {
        let block = reader.block().filter(|block| block.label.is_private_key());
        if block.as_ref().is_some_and(|block| block.label != Label::OpenSshPrivateKey) {
            return block;
        }
    }
    None
}

fn container_loads(container: &Container) -> bool {
    let sized = container.key.as_ref().is_none_or(takes_numbers);
    container.fault.is_none() && !container.encrypted && sized
}

/// Returns true if OpenSSH accepts the numbers: it checks only the length of the modulus, which must be odd
/// for the blinding that it sets up (`RSA_blinding_on`).
pub(super) fn takes_numbers(key: &RsaKey) -> bool {
    let odd = key.digits(Part::Modulus).last().is_some_and(|last| last % 2 == 1);
    odd && (MIN_BITS..=MAX_BITS).contains(&key.bits())
}

/// The key of a block: `None` if libcrypto finds no key, `Some(None)` if it finds one whose numbers are not
/// supported here.
#[expect(clippy::option_option, reason = "whether it loads, and what is known of it then")]
fn pem_key(block: &LoadedBlock) -> Option<Option<RsaKey>> {
    match block.label {
        Label::RsaPrivateKey
            if rsa::is_multi_prime(&block.bytes) || rsa::is_multi_prime_pkcs8(&block.bytes) =>
        {
            Some(None)
        }
        Label::RsaPrivateKey => {
            RsaKey::read_lax(&block.bytes).or_else(|| RsaKey::read_pkcs8_lax(&block.bytes)).map(Some)
        }
        Label::PrivateKey | Label::EncryptedPrivateKey => match rsa::content(&block.bytes)? {
            super::Kind::Pkcs8(super::Algorithm::Rsa) if rsa::is_multi_prime_pkcs8(&block.bytes) => {
                Some(None)
            }
            super::Kind::Pkcs8(super::Algorithm::Rsa) => RsaKey::read_pkcs8_lax(&block.bytes).map(Some),
            super::Kind::Pkcs8(super::Algorithm::Ec | super::Algorithm::Dsa) => Some(None),
            _ => None,
        },
        Label::EcPrivateKey => (rsa::content(&block.bytes)? == super::Kind::Sec1).then_some(None),
        Label::DsaPrivateKey => (rsa::content(&block.bytes)? == super::Kind::DsaKey).then_some(None),
        _ => None,
    }
}

/// The body of a key in OpenSSH's format, which must begin at the first byte and end with a line feed.
fn openssh_armor(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let rest = text.strip_prefix(b"-----BEGIN OPENSSH PRIVATE KEY-----\n")?;
    let mark = b"\n-----END OPENSSH PRIVATE KEY-----\n";
    let end = memmem::find(rest, mark)?;
    let mut digits = Zeroizing::new(Vec::with_capacity(end));
    digits.extend(rest[..end].iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != 0x0b));
    base64::decode(&digits)
}

/// A reader of consecutive blocks, like `PEM_read_bio`.
struct PemReader<'a> {
    text: &'a [u8],
    at: usize,
    first: bool,
}

impl<'a> PemReader<'a> {
    /// The next piece of a line, without newline and trailing spaces, and true if it had a newline.
    fn line(&mut self) -> Option<(&'a [u8], bool)> {
        let rest = &self.text[self.at.min(self.text.len())..];
        if rest.is_empty() {
            return None;
        }
        let piece = &rest[..rest.len().min(LINE_BYTES)];
        let piece = piece.iter().position(|byte| *byte == b'\n').map_or(piece, |end| &piece[..=end]);
        self.at += piece.len();
        let full = piece.len() == LINE_BYTES && !piece.ends_with(b"\n");
        let mut line = piece;
        if std::mem::take(&mut self.first) && line.len() > 3 {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        // `char` is signed there: bytes from 0x80 on count as spaces.
        let ink = line.iter().rposition(|byte| (0x21..0x80).contains(byte)).map_or(0, |last| last + 1);
        Some((&line[..ink], full))
    }

    /// The next block, if it can be read; otherwise the reader moves past the unreadable part.
    fn block(&mut self) -> Option<LoadedBlock> {
        let name = loop {
            let (line, _) = self.line()?;
            if let Some(name) = line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(DASHES)) {
                break name;
            }
        };
        let (headers, digits) = self.headers_and_digits(name)?;
        // Headers this short are ignored; all others must describe the encryption of the body.
        let encrypted = headers.len() > 10;
        let bytes = evp_decode(&digits)?;
        let (label, case, blanks) = Label::read(name);
        let right = case && blanks && !encrypted;
        Some(LoadedBlock { label: if right { label } else { Label::Other }, bytes })
    }

    #[expect(clippy::type_complexity, reason = "headers and digits")]
    fn headers_and_digits(&mut self, name: &[u8]) -> Option<(Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>)> {
        #[derive(PartialEq)]
        enum Header {
            Maybe,
            Inside,
            Passed,
        }
        let room = self.text.len() - self.at + LINE_BYTES;
        let mut parts = [Zeroizing::new(Vec::with_capacity(room)), Zeroizing::new(Vec::new())];
        let (mut header, mut ended, mut partial) = (Header::Maybe, false, false);
        loop {
            let (line, full) = self.line()?;
            let was_partial = std::mem::replace(&mut partial, full);
            if header == Header::Maybe && line.contains(&b':') {
                header = Header::Inside;
            }
            if line.is_empty() {
                if !was_partial {
                    if header == Header::Passed {
                        return None;
                    }
                    header = Header::Passed;
                    parts[1] = Zeroizing::new(Vec::with_capacity(room));
                }
                continue;
            }
            if let Some(rest) = line.strip_prefix(END) {
                let right = rest.strip_prefix(name) == Some(DASHES);
                if !right || header == Header::Inside {
                    return None;
                }
                let [first, second] = parts;
                let none = Zeroizing::new(Vec::new());
                return Some(if header == Header::Maybe { (none, first) } else { (first, second) });
            }
            if ended {
                return None;
            }
            let part = &mut parts[usize::from(header == Header::Passed)];
            part.extend_from_slice(line);
            part.push(b'\n');
            if header == Header::Passed {
                if line.len() > 64 {
                    return None;
                }
                ended = line.len() < 64;
            }
        }
    }
}

/// Decodes a text like libcrypto's `EVP_DecodeUpdate` and `EVP_DecodeFinal`: spaces may be anywhere, and a
/// `-` ends it.
fn evp_decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut padding = 0;
    for byte in text {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'-' => break,
            b'=' if padding < 2 => {
                padding += 1;
                digits.push(b'A');
            }
            byte if base64::is_digit(*byte) && padding == 0 => digits.push(*byte),
            _ => return None,
        }
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() / 4 * 3 + 3));
    if !base64::decode_groups(&digits, &mut bytes) {
        return None;
    }
    let length = bytes.len().saturating_sub(padding);
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private_key::der::{self, Tag};

    fn key(modulus: &[u8]) -> RsaKey {
        let one: &[u8] = &[1];
        RsaKey::of_numbers(&[modulus, one, one, one, one, one, one, one])
    }

    #[test]
    fn an_even_modulus_is_rejected() {
        let mut modulus = [0x80; 128];
        assert!(!takes_numbers(&key(&modulus)));
        modulus[127] = 0x81;
        assert!(takes_numbers(&key(&modulus)));
        assert!(!takes_numbers(&key(&modulus[1..])));
    }

    #[test]
    fn more_than_two_primes_are_accepted_in_either_format() {
        let sequence = |values: &[&[u8]]| {
            let mut out = Zeroizing::new(Vec::new());
            der::header(Tag::Sequence, values.concat().len(), &mut out);
            [&out[..], &values.concat()].concat()
        };
        let one: &[u8] = &[2, 1, 1];
        // There is no maximum: four other primes are accepted too.
        let primes = sequence(&[&sequence(&[one, one, one]).repeat(4)]);
        let pkcs1 = sequence(&[&[one; 9].concat(), &primes]);
        let algorithm: &[u8] = &[0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
        let mut octets = Zeroizing::new(Vec::new());
        der::header(Tag::OctetString, pkcs1.len(), &mut octets);
        let pkcs8 = sequence(&[&[2, 1, 0], algorithm, &octets, &pkcs1]);
        for (label, bytes) in
            [(Label::RsaPrivateKey, &pkcs1), (Label::RsaPrivateKey, &pkcs8), (Label::PrivateKey, &pkcs8)]
        {
            let block = LoadedBlock { label, bytes: Zeroizing::new(bytes.clone()) };
            assert!(matches!(pem_key(&block), Some(None)), "{label}");
        }
        let block = LoadedBlock { label: Label::PrivateKey, bytes: Zeroizing::new(pkcs1) };
        assert!(pem_key(&block).is_none());
    }
}
