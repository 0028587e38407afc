//! Image references, and what is known of an image.

pub mod base;
pub mod facts;
