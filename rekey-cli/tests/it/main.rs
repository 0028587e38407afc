//! The tests of the command, in one binary.

mod adopt;
mod archive;
mod bad_input;
mod canary;
mod command;
mod context;
mod convert;
mod explain;
mod forge;
mod formats;
mod growth;
mod guide;
mod harness;
mod ignored;
#[path = "../../../rekey-image/tests/it/build.rs"]
#[allow(dead_code, reason = "rekey-image's tests need more of it")]
mod image_builder;
mod init;
mod integration;
mod killed;
mod links;
mod partners;
mod push;
mod rehearse;
mod rehearse_hostile;
mod rehearse_secrets;
mod release;
mod repairs;
mod schema;
#[path = "../../../tests/skip.rs"]
mod skip;
mod transports;
mod week;
