//! RPM databases.
use rekey_core::image::contents::Package;
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct Error;
pub fn is_database(_: &[u8]) -> bool {
    true
}
pub fn packages(_: &[u8]) -> Result<Vec<Package>, Error> {
    Err(Error)
}
