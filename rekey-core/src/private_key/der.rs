//! The part of the distinguished encoding rules (ITU-T X.690) that keys need.
//!
//! There are two readers of the same grammar: the strict one reports what is wrong and where; the lax one
//! accepts what libcrypto's `d2i` functions accept, to decide whether a broken file would load.

use std::ops::Range;

/// The tags that occur in keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum Tag {
    /// INTEGER.
    Integer = 0x02,
    /// BIT STRING.
    BitString = 0x03,
    /// OCTET STRING.
    OctetString = 0x04,
    /// NULL.
    Null = 0x05,
    /// OBJECT IDENTIFIER.
    ObjectIdentifier = 0x06,
    /// SEQUENCE.
    Sequence = 0x30,
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Integer => "an INTEGER",
            Self::BitString => "a BIT STRING",
            Self::OctetString => "an OCTET STRING",
            Self::Null => "a NULL",
            Self::ObjectIdentifier => "an OBJECT IDENTIFIER",
            Self::Sequence => "a SEQUENCE",
        })
    }
}

/// A defect of the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The bytes end within a value.
    #[error("expected more bytes, found the end")]
    End,
    /// A value has another type than the expected one.
    #[error("expected {0}, found another type")]
    Type(Tag),
    /// A length is indefinite, which BER allows and DER does not.
    #[error("expected a definite length, found an indefinite one")]
    Indefinite,
    /// A length has more bytes than necessary.
    #[error("expected the shortest form of a length, found a longer one")]
    LongLength,
    /// A length has more than four bytes.
    #[error("expected a length of at most four bytes, found more")]
    HugeLength,
    /// A number has leading zeros.
    #[error("expected the shortest form of a number, found leading zeros")]
    PaddedInteger,
    /// A number is negative.
    #[error("expected a positive number, found a negative one")]
    Negative,
    /// A number has no digits.
    #[error("expected a number, found none")]
    EmptyInteger,
    /// There are bytes after the last value.
    #[error("expected the end, found more bytes")]
    Trailing,
}

/// A defect, and the offset of its byte in the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DerError {
    pub(super) reason: Reason,
    pub(super) offset: usize,
}

/// A reader of consecutive values.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    lax: bool,
}

impl<'a> Reader<'a> {
    /// A reader that accepts only DER.
    pub(super) fn strict(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, end: bytes.len(), lax: false }
    }

    /// A reader that accepts what libcrypto accepts.
    pub(super) fn lax(bytes: &'a [u8]) -> Self {
        Self { lax: true, ..Self::strict(bytes) }
    }

    /// The offset of the next byte.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.end
    }

    /// Returns true if the next value has that type.
    pub(super) fn is_next(&self, tag: Tag) -> bool {
        self.is_next_byte(tag as u8)
    }

    /// Returns true if that byte is next.
    pub(super) fn is_next_byte(&self, byte: u8) -> bool {
        self.at < self.end && self.bytes[self.at] == byte
    }

    /// Skips the rest of the value that is being read.
    pub(super) fn skip_rest(&mut self) {
        self.at = self.end;
    }

    /// The bytes of a range that was read.
    pub(super) fn bytes_of(&self, range: Range<usize>) -> &'a [u8] {
        &self.bytes[range]
    }

    fn fail<T>(&self, reason: Reason) -> Result<T, DerError> {
        Err(DerError { reason, offset: self.at })
    }

    fn byte(&mut self) -> Result<u8, DerError> {
        if self.at >= self.end {
            return self.fail(Reason::End);
        }
        self.at += 1;
        Ok(self.bytes[self.at - 1])
    }

    /// Reads a length; `None` for an indefinite one, which only the lax reader accepts.
    fn length(&mut self) -> Result<Option<usize>, DerError> {
        let start = self.at;
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(Some(usize::from(first)));
        }
        let error = |reason| Err(DerError { reason, offset: start });
        if first == 0x80 {
            return if self.lax { Ok(None) } else { error(Reason::Indefinite) };
        }
        let mut size = usize::from(first & 0x7f);
        if self.lax {
            while size > 0 && self.at < self.end && self.bytes[self.at] == 0 {
                self.at += 1;
                size -= 1;
            }
        }
        if size > 4 {
            return error(Reason::HugeLength);
        }
        let mut length = 0;
        for _ in 0..size {
            length = length << 8 | usize::from(self.byte()?);
        }
        let minimal = length >= 0x80 && length >> (8 * (size.max(1) - 1)) != 0;
        if !minimal && !self.lax { error(Reason::LongLength) } else { Ok(Some(length)) }
    }

    /// The content of the next value, which must have that type.
    pub(super) fn value(&mut self, tag: Tag) -> Result<Range<usize>, DerError> {
        if self.at >= self.end {
            return self.fail(Reason::End);
        }
        if !self.is_next(tag) {
            return self.fail(Reason::Type(tag));
        }
        let start = self.at;
        self.at += 1;
        let Some(length) = self.length()? else {
            return Err(DerError { reason: Reason::Indefinite, offset: start });
        };
        if length > self.end - self.at {
            return Err(DerError { reason: Reason::End, offset: self.end });
        }
        let content = self.at..self.at + length;
        self.at = content.end;
        Ok(content)
    }

    /// Reads the content of the next value, a SEQUENCE, and moves past it.
    pub(super) fn sequence<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, DerError>,
    ) -> Result<T, DerError> {
        if self.at >= self.end {
            return self.fail(Reason::End);
        }
        if !self.is_next(Tag::Sequence) {
            return self.fail(Reason::Type(Tag::Sequence));
        }
        self.at += 1;
        let outer = self.end;
        let Some(length) = self.length()? else {
            let value = read(self)?;
            let end = [self.byte()?, self.byte()?];
            return if end == [0, 0] { Ok(value) } else { self.fail(Reason::Trailing) };
        };
        if length > outer - self.at {
            return Err(DerError { reason: Reason::End, offset: outer });
        }
        self.end = self.at + length;
        let value = read(self)?;
        if !self.is_at_end() {
            return self.fail(Reason::Trailing);
        }
        self.end = outer;
        Ok(value)
    }

    /// The digits of a positive number without leading zeros; empty for zero.
    pub(super) fn number(&mut self) -> Result<Range<usize>, DerError> {
        let start = self.at;
        let content = self.value(Tag::Integer)?;
        let error = |reason| Err(DerError { reason, offset: start });
        let digits = &self.bytes[content.clone()];
        if self.lax {
            // libcrypto reads the digits as an unsigned number.
            let zeros = digits.iter().take_while(|byte| **byte == 0).count();
            return Ok(content.start + zeros..content.end);
        }
        match digits {
            [] => error(Reason::EmptyInteger),
            [0] => Ok(content.end..content.end),
            [0, next, ..] if *next < 0x80 => error(Reason::PaddedInteger),
            [0, ..] => Ok(content.start + 1..content.end),
            [first, ..] if *first >= 0x80 => error(Reason::Negative),
            _ => Ok(content),
        }
    }

    /// A version as libcrypto reads it: a signed 32-bit number in the shortest encoding; an empty one is zero.
    pub(super) fn lax_version(&mut self) -> Result<i64, DerError> {
        let start = self.at;
        let content = self.value(Tag::Integer)?;
        let digits = &self.bytes[content];
        let padded = matches!(digits, [0, next, ..] if *next < 0x80)
            || matches!(digits, [0xff, next, ..] if *next >= 0x80);
        if padded || digits.len() > 4 {
            return Err(DerError { reason: Reason::PaddedInteger, offset: start });
        }
        let sign = if digits.first().is_some_and(|first| *first >= 0x80) { -1 } else { 0 };
        Ok(digits.iter().fold(sign, |value, byte| value << 8 | i64::from(*byte)))
    }

    /// A small number: a version.
    pub(super) fn version(&mut self) -> Result<u64, DerError> {
        let start = self.at;
        let digits = self.number()?;
        if digits.len() > 8 {
            return Err(DerError { reason: Reason::HugeLength, offset: start });
        }
        Ok(self.bytes[digits].iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }
}

/// The length of the outermost value according to its header, including its tag and length.
pub(super) fn declared_length(bytes: &[u8]) -> Option<usize> {
    let mut reader = Reader::strict(bytes);
    if reader.byte().ok()? != Tag::Sequence as u8 {
        return None;
    }
    let length = reader.length().ok()??;
    Some(reader.at + length)
}

/// Appends the tag and length of a value.
pub(super) fn header(tag: Tag, length: usize, out: &mut Vec<u8>) {
    out.push(tag as u8);
    if length < 0x80 {
        out.push(length as u8);
        return;
    }
    let bytes = length.to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    out.push(0x80 | (bytes.len() - zeros) as u8);
    out.extend_from_slice(&bytes[zeros..]);
}

/// The number of bytes that [`header`] appends.
pub(super) fn header_length(length: usize) -> usize {
    if length < 0x80 { 2 } else { 2 + (usize::BITS - length.leading_zeros()).div_ceil(8) as usize }
}

/// Appends a number from its digits without leading zeros.
pub(super) fn number(digits: &[u8], out: &mut Vec<u8>) {
    let sign = digits.first().is_none_or(|first| *first >= 0x80);
    header(Tag::Integer, digits.len() + usize::from(sign), out);
    if sign {
        out.push(0);
    }
    out.extend_from_slice(digits);
}

/// The number of bytes that [`number`] appends.
pub(super) fn number_length(digits: &[u8]) -> usize {
    let content = digits.len() + usize::from(digits.first().is_none_or(|first| *first >= 0x80));
    header_length(content) + content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn number_of(bytes: &[u8]) -> Result<Vec<u8>, Reason> {
        Reader::strict(bytes).number().map(|range| bytes[range].to_vec()).map_err(|error| error.reason)
    }

    #[test]
    fn numbers_are_positive_and_short() {
        for (bytes, expected) in [
            (&[2, 1, 0][..], Ok(vec![])),
            (&[2, 1, 5], Ok(vec![5])),
            (&[2, 2, 0, 0x80], Ok(vec![0x80])),
            (&[2, 2, 0, 5], Err(Reason::PaddedInteger)),
            (&[2, 1, 0x80], Err(Reason::Negative)),
            (&[2, 0], Err(Reason::EmptyInteger)),
            (&[2, 2, 1], Err(Reason::End)),
            (&[2], Err(Reason::End)),
            (&[], Err(Reason::End)),
            (&[4, 1, 5], Err(Reason::Type(Tag::Integer))),
            (&[2, 0x81, 1, 5], Err(Reason::LongLength)),
            (&[2, 0x80, 5, 0, 0], Err(Reason::Indefinite)),
            (&[2, 0x85, 0, 0, 0, 0, 1, 5], Err(Reason::HugeLength)),
        ] {
            assert_eq!(number_of(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn the_lax_reader_accepts_the_same_as_libcrypto() {
        for bytes in [&[2, 2, 0, 5][..], &[2, 0x81, 1, 5], &[2, 0x85, 0, 0, 0, 0, 1, 5]] {
            assert_eq!(bytes[Reader::lax(bytes).number().unwrap()], [5], "{bytes:?}");
        }
        // A length with leading zeros, before content that begins with zeros.
        assert_eq!(Reader::lax(&[0x30, 0x82, 0, 0, 0, 0]).value(Tag::Sequence), Ok(4..4));
        let indefinite = [0x30, 0x80, 2, 1, 5, 0, 0];
        assert_eq!(Reader::lax(&indefinite).sequence(Reader::number), Ok(4..5));
    }

    #[test]
    fn encoded_values_can_be_decoded() {
        for length in [0, 1, 127, 128, 255, 256, 65535, 65536] {
            let mut out = Vec::new();
            header(Tag::Sequence, length, &mut out);
            assert_eq!(out.len(), header_length(length));
            assert_eq!(declared_length(&out), Some(out.len() + length));
        }
        for digits in [&[][..], &[5], &[0x80], &[1, 2, 3]] {
            let mut out = Vec::new();
            number(digits, &mut out);
            assert_eq!(out.len(), number_length(digits));
            assert_eq!(number_of(&out), Ok(digits.to_vec()));
        }
    }
}
