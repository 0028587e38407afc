//! The tests of reading and matching Red Hat's security data, in one binary.

mod corpus;
mod dnf;
mod evr;
mod forms;
mod grade;
mod index;
mod matching;
mod mutations;
mod oracles;
mod random;
mod readers;
#[path = "../../../tests/skip.rs"]
mod skip;
