//! Image references, and what is known of an image.

pub mod facts;
