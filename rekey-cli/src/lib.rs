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
mod discover;
mod fix;
mod git_config;
mod published;
mod today;

pub mod config;
pub mod read;
pub mod render;
pub mod settings;
pub mod submission;

use std::borrow::Cow;

pub use self::command::{Streams, run, run_with};

/// A text that may be written to a terminal: every control character is shown rather than obeyed.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| c.is_control() || is_bidi_control(c);
    if !text.contains(harmful) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if harmful(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown.into()
}

/// Whether a character changes the direction in which others are shown, which can hide what a text says.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
