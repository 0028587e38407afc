//! What an image holds: its config and manifest, and the contents of its layers.

pub mod config;
pub mod contents;
