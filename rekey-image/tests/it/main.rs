//! The tests of the readers of images, in one binary.

mod build;
mod hostile;
mod images;
mod preflight_judge;
mod rpmdb;
mod scenarios;
