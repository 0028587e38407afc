//! Credentials for a push to a registry: auth files and registry keys.

pub mod auth_file;
pub mod registry_key;
