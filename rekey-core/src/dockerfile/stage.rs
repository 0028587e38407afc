//! Build stages.

use std::ops::Range;

use super::fact::Cause;

/// What a `FROM` begins.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stage {
    /// Its number, from zero.
    pub index: usize,
    /// Its name in lower case.
    pub name: Option<String>,
    /// The base as written.
    pub raw_base: String,
    /// What it begins with.
    pub base: Base,
    /// The instruction that begins it.
    pub from: usize,
    /// The instructions after that, up to the next `FROM`.
    pub instructions: Range<usize>,
    /// Whether the target needs it.
    pub reachable: bool,
}

/// What a stage begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base {
    /// Nothing.
    Scratch,
    /// An earlier stage, by number.
    Stage(usize),
    /// An image, as written but for its variables.
    Image(String),
    /// A reference that depends on something that is not here.
    Unresolved(Cause),
    /// No reference; there is a problem.
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
