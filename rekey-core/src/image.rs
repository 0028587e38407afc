//! Image references, and what is known of an image.

pub mod auth_file;
pub mod base;
pub mod config;
pub mod contents;
pub mod facts;
pub(crate) mod from_dockerfile;
pub(crate) mod inspection;
pub(crate) mod licenses;
pub(crate) mod packages;
pub mod reference;
pub mod registry;
pub mod registry_key;

pub use reference::ImageReference;
