//! Image references, and what is known of an image.

pub mod auth_file;
pub mod base;
pub(crate) mod base_files;
pub mod config;
pub mod contents;
pub(crate) mod effects;
pub mod facts;
pub mod foreign;
pub(crate) mod from_dockerfile;
pub(crate) mod inspection;
#[cfg(feature = "oci-spec")]
mod interop;
pub(crate) mod licenses;
pub(crate) mod mistaken;
pub(crate) mod packages;
pub mod reference;
pub mod registry;
pub mod registry_key;

pub use reference::ImageReference;
