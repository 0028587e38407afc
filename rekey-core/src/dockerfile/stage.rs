//! Build stages.

use std::ops::Range;

use super::fact::Cause;

/// A stage, which a `FROM` begins.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stage {
    /// Its number, from 0.
    pub index: usize,
    /// Its name in lowercase.
    pub name: Option<String>,
    /// The base as written.
    pub raw_base: String,
    /// The base after parsing.
    pub base: Base,
    /// The instruction that begins it.
    pub from: usize,
    /// The instructions after it, up to the next `FROM`.
    pub instructions: Range<usize>,
    /// True if the target needs it.
    pub reachable: bool,
}

/// The base of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base {
    /// `scratch`, an empty image.
    Scratch,
    /// An earlier stage, by number.
    Stage(usize),
    /// An image, as written except for its variables.
    Image(String),
    /// A reference that depends on something outside the file.
    Unresolved(Cause),
    /// An invalid reference; a problem reports it.
    Error,
}

impl Stage {
    /// The stage that this one begins with.
    pub const fn parent(&self) -> Option<usize> {
        match self.base {
            Base::Stage(index) => Some(index),
            _ => None,
        }
    }
}
