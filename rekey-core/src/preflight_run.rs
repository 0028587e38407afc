//! What a run of openshift-preflight leaves behind: its results, its log and what it keeps of the image.

pub mod artifacts;
pub(crate) mod explanation;
pub(crate) mod log;
pub(crate) mod remedy;
