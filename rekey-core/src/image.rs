//! Image references and what is known of an image.

pub mod reference;

pub use reference::ImageReference;
