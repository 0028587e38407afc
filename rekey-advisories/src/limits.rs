//! Limits on reading documents that may be designed to exhaust their reader.

/// The limits on documents and indexes.
///
/// The largest real document has 6.3 MB. An `updateinfo` of a large repository has some 100 MB.
///
/// ```
/// use rekey_advisories::Limits;
///
/// let strict = Limits { document_bytes: 1 << 20, ..Limits::default() };
/// assert!(strict.document_bytes < Limits::default().document_bytes);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The maximum size of one document, decompressed, in bytes: 512 MiB.
    pub document_bytes: u64,
    /// The maximum number of elements around an element of XML: 32. JSON may be nested 128 levels deep, which
    /// is the limit of its reader.
    pub depth: usize,
    /// The maximum number of statements of one document, and of one index: 16,000,000.
    pub statements: usize,
    /// The maximum size of all names, versions and ids of one index in bytes: 256 MiB.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { document_bytes: 512 << 20, depth: 32, statements: 16_000_000, text_bytes: 256 << 20 }
    }
}

/// The maximum ratio of decompressed to stored bytes, beyond [`FREE_BYTES`]. Security data compressed with zstd has
/// ratios of up to 40.
pub(crate) const RATIO: u64 = 200;
/// The size up to which a document may expand at any ratio.
pub(crate) const FREE_BYTES: u64 = 1 << 20;
