//! Git source URLs: how git parses a text, what is wrong with it, and its form for the other transport.
//!
//! git is the reference. [`scan`] parses any text as git does and records everything that a strict parser
//! would reject; a [`GitUrl`] is a text without such problems; [`Scan::repair`] is the URL that was probably
//! meant.
#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "places were found in the same text; the fuzz target git_url holds it"
)]

mod host;
mod hosts;
mod problem;
mod repair;
mod scan;
mod secret;
mod value;

pub use host::{Reach, pretends_to_be, to_unicode};
pub use hosts::{Forge, NameDefect, Page, PageKind, owner_defect, repository_defect};
pub(crate) use hosts::{is_codecommit, organization_user, ssh_user};
pub use problem::{Problem, ProblemKind};
pub use repair::{Repair, RepairTarget};
pub use scan::{Form, MAX_LENGTH, Scan, Transport, scan};
pub use secret::Secret;
pub use value::{ConversionError, GitUrl};
