//! What a push to a registry logs in with: auth files and registry keys.

pub mod auth_file;
pub mod registry_key;
