//! Image tags.

pub mod order;
