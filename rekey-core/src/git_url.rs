//! Git source URLs: what git makes of a text, what is wrong with it, and its form for the other transport.
//!
//! git is the judge. [`scan`] reads any text in the way git does and notes what no careful program accepts; a
//! [`GitUrl`] is a text without such problems; [`Scan::repair`] is what was probably meant.
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
