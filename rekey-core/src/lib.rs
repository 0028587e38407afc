//! Checks what a software partner submits to Red Hat's container certification: the image tag, the git source URL,
//! the private key, the Dockerfile and the image reference. Offline, in microseconds, with the exact place, the reason,
//! who requires it, and the fix.
//!
//! ```
//! use rekey_core::{Target, check_tag};
//!
//! let report = check_tag("1.0", &Target::default());
//! for finding in report.findings() {
//!     println!("{}: {} ({})", finding.severity(), finding.message(), finding.help());
//! }
//! assert!(!report.passed());
//! ```
//!
//! `scan` parses any text and never fails, `parse` returns a valid value or one problem, `check_*` returns a
//! [`Report`].
#![forbid(unsafe_code)]
// Bad input yields a finding or a problem, never a panic; each `expect` says why it cannot fail.
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

#[macro_use]
mod standard;

mod base64;
mod check;
pub mod finding;
mod fix;
mod forecast;
mod input;
pub mod mask;
pub mod preflight;
pub mod report;
pub mod rule;
mod rules;
mod selector;
pub mod severity;
pub mod suggest;
pub mod target;
pub mod text;

pub mod credentials;
pub mod dockerfile;
pub mod facts;
pub mod git_url;
pub mod image;
pub mod preflight_run;
pub mod private_key;
pub mod reference;
pub mod rehearsal;
pub mod submission;
pub mod tag;

#[doc(inline)]
pub use check::*;
#[doc(inline)]
pub use dockerfile::Dockerfile;
#[doc(inline)]
pub use finding::{Edit, Finding, Fix, Place, Safety, Source};
#[doc(inline)]
pub use fix::apply_fixes;
#[doc(inline)]
pub use forecast::{Forecast, Outcome};
#[doc(inline)]
pub use git_url::GitUrl;
#[doc(inline)]
pub use input::{Origin, Text};
#[doc(inline)]
pub use private_key::PrivateKey;
#[doc(inline)]
pub use reference::ImageReference;
#[doc(inline)]
pub use report::{Counts, Facts, Report, Section};
#[doc(inline)]
pub use rule::{Basis, DOCS, Rule, Subject};
#[doc(inline)]
pub use rules::{rule, rules};
#[doc(inline)]
pub use selector::{OverrideError, UnknownSelector, check_selector};
#[doc(inline)]
pub use severity::{Severity, UnknownName};
#[doc(inline)]
pub use submission::Submission;
#[doc(inline)]
pub use tag::Tag;
#[doc(inline)]
pub use target::{Date, Flow, Override, Policy, PreflightVersion, Target, TargetError};
#[doc(inline)]
pub use text::Span;

/// The examples in the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The example in the guide to private keys, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/keys.md")]
pub struct GuideToKeys;

/// The example in the installation guide, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/install.md")]
pub struct GuideToInstalling;
