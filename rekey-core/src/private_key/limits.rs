//! Limits on the size of a key.

/// The maximum length of a text in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// The maximum number of bytes that the base64 digits of a key may decode to.
pub const MAX_DECODED_BYTES: usize = 16 * 1024;

/// The maximum number of bits of a modulus: libcrypto accepts no more.
pub const MAX_BITS: u32 = 16384;
