//! The tests of reading and matching Red Hat's security data, in one binary.

mod evr;
mod random;
#[path = "../../../tests/skip.rs"]
mod skip;
