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

pub mod evr;

pub use evr::Evr;
