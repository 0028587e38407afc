//! The `rekey` command as a library: it reads files, calls `rekey_core` and prints.
//!
//! ```
//! let (mut input, mut output, mut errors) = (std::io::empty(), Vec::new(), Vec::new());
//! let mut streams = rekey_cli::Streams::new(&mut input, &mut output, &mut errors);
//! let status = rekey_cli::run_with(["rekey", "tag", "1.0-1"].map(Into::into), &mut streams);
//! assert_eq!(status, 0);
//! ```
#![forbid(unsafe_code)]

mod args;
mod artifacts;
mod baseline;
mod command;
mod diff;
mod discover;
mod fix;
mod git_config;
mod published;
mod scope;
mod today;

pub mod archive;
pub mod build_context;
pub mod config;
pub mod read;
pub mod render;
pub mod settings;
pub mod submission;

pub use self::command::{Streams, run, run_with};

pub(crate) use rekey_core::text::printable;

/// A name that was typed or read, as a message repeats it.
pub(crate) fn shown(name: &str) -> String {
    printable(&rekey_core::mask::masked(name)).into_owned()
}
