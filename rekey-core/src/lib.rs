//! Checks what a software partner submits to Red Hat's container certification: the image tag, the git source URL,
//! the private key, the Dockerfile and the image reference. Offline, in microseconds, with the exact place, the reason,
//! who requires it, and the fix.
//!
//! ```
//! use rekey_core::{Policy, check_tag};
//!
//! let report = check_tag("1.0", &Policy::default());
//! for finding in report.findings() {
//!     println!("{}: {} ({})", finding.severity(), finding.message(), finding.help());
//! }
//! assert!(!report.passed());
//! ```
//!
//! `scan` reads what is there and never fails, `parse` gives a value that is always right, `check_*` gives a [`Report`].
#![forbid(unsafe_code)]
// What is not so is a finding or a problem. Where something cannot be, `expect` says why.
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

mod base64;
mod check;
pub mod finding;
mod fix;
mod forecast;
mod input;
pub mod mask;
pub mod policy;
pub mod preflight;
pub mod report;
pub mod rule;
mod rules;
mod selector;
pub mod suggest;
pub mod text;

pub mod dockerfile;
pub mod git_url;
pub mod image;
pub mod private_key;
pub mod submission;
pub mod tag;

pub use check::*;
pub use dockerfile::Dockerfile;
pub use finding::{Basis, Edit, Finding, Fix, Place, Safety, Severity, Source, Subject};
pub use fix::apply_fixes;
pub use forecast::{Forecast, Outcome};
pub use git_url::GitUrl;
pub use image::ImageReference;
pub use input::{Origin, Text};
pub use policy::{Date, Flow, Override, Policy, PolicyError, PolicyKind, PreflightVersion};
pub use private_key::PrivateKey;
pub use report::{Counts, Facts, Report, Section};
pub use rule::Rule;
pub use rules::{rule, rules};
pub use selector::{OverrideError, UnknownSelector, check_selector};
pub use submission::Submission;
pub use tag::Tag;
pub use text::Span;

/// The examples of the repository's first page, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The example of the guide to private keys, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/keys.md")]
pub struct GuideToKeys;

/// The example of the guide to installing, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/install.md")]
pub struct GuideToInstalling;
