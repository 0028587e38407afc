//! The reasons why a document or an index cannot be read.

/// The reason why a document or an index cannot be read.
///
/// A document that cannot be read is never the same as one without advisories: the result that it belongs to is
/// unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The document is larger than a limit.
    #[error("the document is larger than {0} bytes")]
    TooLarge(u64),
    /// The document expands to more than 200 times its size.
    #[error("the document expands to more than {0} times its size")]
    Ratio(u64),
    /// The document is compressed and cannot be decompressed.
    #[error("{0}")]
    Compression(String),
    /// The document is not JSON, or a field has an unexpected type.
    #[error("invalid JSON: line {line}, column {column}")]
    Json {
        /// The line, from 1.
        line: usize,
        /// The column, from 1, in bytes.
        column: usize,
    },
    /// The JSON is not a CSAF document with products and vulnerabilities.
    #[error("the document is not a CSAF document of the category `csaf_vex` or `csaf_security_advisory`")]
    NotCsaf,
    /// The JSON does not map repositories to products.
    #[error("the document is not a map of repositories to products")]
    NotRepositories,
    /// The XML cannot be read.
    #[error("invalid XML at byte {0}")]
    Xml(u64),
    /// The XML has a document type, which may define entities.
    #[error("the XML has a document type, which is not read")]
    DocumentType,
    /// The XML is nested more deeply than a limit.
    #[error("the XML is nested more deeply than {0} elements")]
    Depth(usize),
    /// The XML is not an `updateinfo`.
    #[error("the document is not an `updateinfo`: its root is not `updates`")]
    NotUpdateinfo,
    /// The documents contain more statements than a limit.
    #[error("more than {0} statements")]
    Statements(usize),
    /// The documents contain more text than a limit.
    #[error("more than {0} bytes of names, versions and ids")]
    Text(usize),
    /// The file is not an index, or an index of another version.
    #[error("the file is not an index of version {0}: build it again")]
    NotAnIndex(u32),
    /// The index is damaged.
    #[error("the index is damaged: build it again")]
    Damaged,
}
