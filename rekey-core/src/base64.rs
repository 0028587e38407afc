//! Base64 as in RFC 4648: decoding and encoding.
#![allow(clippy::indexing_slicing, reason = "a byte indexes a table of 256, six bits one of 64")]

use zeroize::Zeroizing;

/// The entry in the table of digits for a byte that is not a base64 digit.
const FOREIGN: u8 = 0x80;

/// The value of each digit.
const VALUES: [u8; 256] = values();

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const fn values() -> [u8; 256] {
    let mut out = [FOREIGN; 256];
    let mut at = 0;
    while at < DIGITS.len() {
        out[DIGITS[at] as usize] = at as u8;
        at += 1;
    }
    out
}

/// Returns true if the byte is a digit of base64, not counting `=`.
pub(crate) const fn is_digit(byte: u8) -> bool {
    VALUES[byte as usize] != FOREIGN
}

/// Appends the bytes that whole groups of four digits encode. Returns false if there is any other character.
pub(crate) fn decode_groups(text: &[u8], out: &mut Vec<u8>) -> bool {
    let mut seen = 0;
    let (groups, rest) = text.as_chunks::<4>();
    for group in groups {
        let [a, b, c, d] = group.map(|byte| VALUES[byte as usize]);
        seen |= a | b | c | d;
        let bits = u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d);
        let [_, bytes @ ..] = bits.to_be_bytes();
        out.extend_from_slice(&bytes);
    }
    seen & FOREIGN == 0 && rest.is_empty()
}

/// Returns the bytes that a text encodes, read strictly: whole groups, correct padding, no bits left over.
pub(crate) fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let digits = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    let mut decoder = Decoder::with_capacity(digits.len());
    for byte in digits {
        if !decoder.push(*byte) {
            return None;
        }
    }
    let whole = text.len().is_multiple_of(4) && decoder.left_over() == 0;
    whole.then(|| decoder.into_bytes())
}

/// A decoder that takes one digit at a time, as they are found in a damaged text.
pub(crate) struct Decoder {
    bytes: Zeroizing<Vec<u8>>,
    bits: u32,
    digits: usize,
}

impl Decoder {
    /// Returns a decoder for at most that many digits, which never reallocates its buffer.
    pub(crate) fn with_capacity(digits: usize) -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(digits / 4 * 3 + 3)), bits: 0, digits: 0 }
    }

    /// Reads one digit. Returns false and changes nothing if the byte is not one.
    pub(crate) fn push(&mut self, byte: u8) -> bool {
        let value = VALUES[byte as usize];
        if value == FOREIGN {
            return false;
        }
        self.bits = self.bits << 6 | u32::from(value);
        self.digits += 1;
        if self.digits.is_multiple_of(4) {
            self.bytes.push(self.bits as u8);
        } else {
            let bits = 6 * (self.digits % 4) as u32 % 8;
            if self.digits % 4 > 1 {
                self.bytes.push((self.bits >> bits) as u8);
            }
        }
        true
    }

    /// The number of digits read.
    pub(crate) fn digits(&self) -> usize {
        self.digits
    }

    /// The bits after the last whole byte, which should be zero.
    pub(crate) fn left_over(&self) -> u32 {
        self.bits & ((1 << (6 * (self.digits % 4) % 8)) - 1)
    }

    /// Returns all whole bytes.
    pub(crate) fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.bytes
    }
}

/// Appends the digits that encode the bytes, with padding.
pub(crate) fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= chunk.len() { digit } else { b'=' });
        }
    }
}

/// Returns the digits that encode bytes that are not secret.
pub(crate) fn encoded(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    encode(bytes, &mut out);
    String::from_utf8(out).expect("digits are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_hold() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encoded(bytes.as_bytes()), text);
            assert_eq!(decode(text.as_bytes()).unwrap().as_slice(), bytes.as_bytes());
        }
    }

    #[test]
    fn every_byte_round_trips() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = encoded(&bytes[..255]);
        let mut out = Vec::new();
        assert!(decode_groups(text.as_bytes(), &mut out));
        assert_eq!(out, bytes[..255]);
        assert_eq!(*decode(encoded(&bytes).as_bytes()).unwrap(), bytes);
    }

    #[test]
    fn non_strict_base64_is_rejected() {
        for text in ["Zg=", "Zg", "Zh==", "Zm9=", "Z===", "Zm9v=", "Zm 9", "Zm9-", "=Zm9"] {
            assert!(decode(text.as_bytes()).is_none(), "{text}");
        }
    }
}
