//! The data types of RFC 4251, section 5, in which SSH encodes keys.

use super::problem::ContainerFault;

/// A reader of consecutive values.
pub(super) struct Wire<'a>(pub(super) &'a [u8]);

impl<'a> Wire<'a> {
    /// `uint32`.
    pub(super) fn number(&mut self) -> Result<u32, ContainerFault> {
        let (number, rest) = self.0.split_first_chunk::<4>().ok_or(ContainerFault::End)?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*number))
    }

    /// `string`.
    pub(super) fn string(&mut self) -> Result<&'a [u8], ContainerFault> {
        let length = self.number()? as usize;
        let (string, rest) = self.0.split_at_checked(length).ok_or(ContainerFault::End)?;
        self.0 = rest;
        Ok(string)
    }

    /// A non-negative `mpint`, as its digits without leading zeros.
    pub(super) fn positive(&mut self) -> Result<&'a [u8], ContainerFault> {
        let digits = self.string()?;
        if digits.first().is_some_and(|first| *first >= 0x80) {
            return Err(ContainerFault::Negative);
        }
        let zeros = digits.iter().take_while(|byte| **byte == 0).count();
        Ok(&digits[zeros..])
    }
}

/// Appends a `string`.
pub(super) fn string(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// Appends an `mpint` from its digits without leading zeros.
pub(super) fn mpint(digits: &[u8], out: &mut Vec<u8>) {
    let sign = digits.first().is_some_and(|first| *first >= 0x80);
    out.extend_from_slice(&((digits.len() + usize::from(sign)) as u32).to_be_bytes());
    if sign {
        out.push(0);
    }
    out.extend_from_slice(digits);
}
