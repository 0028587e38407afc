//! Reads images straight from registries, and from the storage of podman and docker, for `rekey-image`.
//!
//! A [`RegistryImage`] streams the parts of an image and writes nothing to disk. Credentials, certificates
//! and proxies are those that podman and docker use. Everything is bounded: the size of documents, redirects,
//! tries, the time without a byte, and the memory of downloads in the background.
//!
//! ```no_run
//! use rekey_core::ImageReference;
//! use rekey_image::{Budget, Format, Limits, Parts as _, list, read};
//! use rekey_registry::{Options, Registry};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let registry = Registry::new(Options::default())?;
//! let reference = ImageReference::parse("quay.io/team/app:1.0-1")?;
//! let mut parts = registry.image(&reference)?;
//! let mut budget = Budget::new(Limits::default());
//! for image in list(&mut parts, Format::Oci, None)?.images {
//!     let contents = read(&mut parts, &image, &mut budget)?;
//!     if let Some(failure) = parts.take_failure() {
//!         return Err(failure.into());
//!     }
//!     println!("{}: {} layers", contents.platform, contents.layers.len());
//! }
//! println!("{} tags", registry.tags(&reference)?.len());
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]
// Bad input yields an error, never a panic; each `expect` says why it cannot fail.
#![cfg_attr(
    not(test),
    warn(
        clippy::get_unwrap,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::todo,
        clippy::unimplemented,
        clippy::unwrap_used,
    )
)]

mod address;
mod agents;
mod ahead;
mod challenge;
mod credentials;
mod download;
#[cfg(unix)]
pub mod engine;
mod error;
mod image;
mod options;
mod registry;
mod retry_after;
mod session;

pub use self::{
    error::{CredentialsOrigin, Error},
    image::{Progress, RegistryImage},
    options::{Clock, Credentials, Environment, Helpers, Options, Protocol, SystemClock},
    registry::Registry,
};
