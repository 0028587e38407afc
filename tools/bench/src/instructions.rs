//! The hot paths, done so many times that an instrument can count what one costs: `--instructions NAME TIMES`.
//!
//! `cargo xtask bench instructions` runs it.

use crate::works::WORKS;

/// What asks for it.
pub(crate) const FLAG: &str = "--instructions";

/// Does a work so many times; without a name it prints the names.
pub(crate) fn run(words: &[&str]) -> bool {
    match words {
        [] => WORKS.iter().for_each(|(name, _)| println!("{name}")),
        [name, times] => {
            let work = WORKS.iter().find(|(known, _)| known == name);
            let (Some((_, work)), Ok(times)) = (work, times.parse::<u32>()) else { return false };
            (0..times).for_each(|_| work());
        }
        _ => return false,
    }
    true
}
