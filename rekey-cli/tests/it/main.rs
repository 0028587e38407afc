//! The tests of the command, in one binary.

mod adopt;
mod archive;
mod bad_input;
mod canary;
mod command;
mod context;
mod convert;
mod explain;
mod formats;
mod growth;
mod guide;
mod harness;
mod ignored;
mod init;
mod integration;
mod killed;
mod links;
mod partners;
mod push;
mod release;
mod repairs;
mod schema;
#[path = "../../../tests/skip.rs"]
mod skip;
mod week;
