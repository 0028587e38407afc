//! Image references, and what is known of an image.

pub mod base;
pub mod facts;
pub mod reference;
pub mod registry;

pub use reference::ImageReference;
