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
mod command;
mod diff;
mod format;

pub use self::command::{Streams, run, run_with};
