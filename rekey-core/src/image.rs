//! The contents of an image: its config and manifest, and the files in its layers.

pub mod config;
pub mod contents;
