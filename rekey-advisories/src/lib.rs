//! Reads Red Hat's security data, finds the advisories that the packages of an image lack, and computes the
//! grade that follows from them.
//!
//! Bytes go in, values come out: the crate opens no file, knows no clock and uses no network. [`csaf`] and [`updateinfo`]
//! read documents into [`Statement`]s, an [`IndexBuilder`] collects them into an [`Index`], [`Index::assess`] compares
//! packages with it, and [`Assessment::grade`] computes the grade on a day.
//!
//! Data that is missing or cannot be read is a [`Gap`] and never looks clean: an assessment with gaps has no grade.
//!
//! ```
//! use rekey_advisories::{Evr, IndexBuilder, Installed, Letter, Limits, ProductEvidence, Products, RepositoryMap};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The products of the image, by its release; content sets and the history of dnf are more exact.
//! let evidence = ProductEvidence { release_id: "rhel", release_version: "9.5", ..ProductEvidence::default() };
//! let products = Products::find(&evidence, &RepositoryMap::default());
//!
//! // Red Hat's data, here one advisory of a repository.
//! let updateinfo = br#"<updates><update type="security"><id>RHSA-2026:1</id><issued date="2026-01-01"/>
//!   <severity>Important</severity><references><reference type="cve" id="CVE-2026-1"/></references><pkglist><collection>
//!   <package name="openssl-libs" epoch="1" version="3.2.2" release="7.el9_5" arch="x86_64"/>
//!   </collection></pkglist></update></updates>"#;
//! let mut builder = IndexBuilder::new(Limits::default());
//! for product in products.iter().flat_map(Products::cpes) {
//!     builder.add_updateinfo(updateinfo, product)?;
//! }
//! let index = builder.build()?;
//!
//! let package = Installed::new("openssl-libs", Evr::new(Some(1), "3.2.2", "6.el9_5"), "x86_64").vendor("Red Hat, Inc.");
//! let assessment = index.assess(&[package], products.as_ref());
//! for found in assessment.matches() {
//!     println!("{} {} {}: {}", found.impact, found.advisory, found.status, found.decision);
//! }
//! let grade = assessment.grade("2026-01-15".parse()?).map_err(|gaps| format!("unknown: {}", gaps[0]))?;
//! assert_eq!(grade.letter(), Some(Letter::B));
//! assert!(!grade.is_publishable());
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

mod arch;
mod compression;
mod cpe;
pub mod csaf;
mod day;
mod document;
mod error;
pub mod evr;
mod grade;
mod index;
mod installed;
mod limits;
mod matcher;
mod products;
mod purl;
pub mod updateinfo;

pub use arch::Arches;
pub use cpe::Cpe;
pub use document::{Advisory, DataForm, Document, Impact, NoFix, Statement, Status};
pub use error::Error;
pub use evr::Evr;
pub use grade::{Grade, GradeStep, Letter};
pub use index::{Index, IndexBuilder};
pub use installed::Installed;
pub use limits::Limits;
pub use matcher::{Assessment, Decision, FlawMatch, Gap, MatchedBy, NotCovered, NotCoveredReason};
pub use products::{ContentSets, ProductBasis, ProductEvidence, Products, RepositoryMap};
