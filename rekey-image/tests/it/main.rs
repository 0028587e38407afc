//! The tests of image reading, in one binary.

mod build;
mod hostile;
mod images;
mod preflight_judge;
mod rpmdb;
mod scenarios;
#[path = "../../../tests/skip.rs"]
mod skip;
