//! Reads a built container image out of an archive, for `rekey-core` to judge.
#![forbid(unsafe_code)]

pub mod rpmdb;
