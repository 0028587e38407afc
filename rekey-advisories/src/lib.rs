//! Reads Red Hat's security data, finds the advisories that the packages of an image lack, and computes the
//! grade that follows from them.
//!
//! Bytes go in, values come out: the crate opens no file, knows no clock and uses no network.
#![forbid(unsafe_code)]
// Bad input yields an error, never a panic; each `expect` says why it cannot fail.
#![cfg_attr(
    not(test),
    warn(
        clippy::get_unwrap,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::todo,
        clippy::unimplemented,
        clippy::unwrap_used,
    )
)]

mod arch;
mod compression;
mod cpe;
pub mod csaf;
mod day;
mod document;
mod error;
pub mod evr;
mod grade;
mod index;
mod installed;
mod limits;
mod matcher;
mod products;
mod purl;
pub mod updateinfo;

pub use arch::Arches;
pub use cpe::Cpe;
pub use document::{Advisory, Document, Form, Impact, NoFix, Statement, Status};
pub use error::Error;
pub use evr::Evr;
pub use grade::{Grade, Letter, Step};
pub use index::{Index, IndexBuilder};
pub use installed::Installed;
pub use limits::Limits;
pub use matcher::{Assessment, Gap, Match, MatchedBy, NotCovered, NotCoveredReason, Path};
pub use products::{ContentSets, ProductBasis, ProductEvidence, Products, RepositoryMap};
