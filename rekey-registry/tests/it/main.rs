//! The tests of access to registries and engines, in one binary.

#[path = "../../../rekey-image/tests/it/build.rs"]
#[allow(dead_code, reason = "rekey-image needs the rest")]
mod build;
mod cases;
#[cfg(unix)]
mod engines;
mod harness;
mod logins;
mod proxy;
#[path = "../../../tests/skip.rs"]
mod skip;
mod tunnels;
