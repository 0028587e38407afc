//! The output of an openshift-preflight run: its results, its log and its files about the image.

pub mod artifacts;
pub(crate) mod explanation;
pub(crate) mod log;
pub(crate) mod remedy;
