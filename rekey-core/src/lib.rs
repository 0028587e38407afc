//! Checks what a software partner submits to Red Hat's container certification.
#![forbid(unsafe_code)]

pub mod text;

#[cfg(feature = "dockerfile")]
pub mod dockerfile;
#[cfg(feature = "git-url")]
pub mod git_url;
#[cfg(feature = "image")]
pub mod image;
#[cfg(feature = "private-key")]
pub mod private_key;
#[cfg(feature = "tag")]
pub mod tag;

pub use text::Span;
