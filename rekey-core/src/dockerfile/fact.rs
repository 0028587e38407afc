//! What is known about the image: three-valued, for a file does not show its base.

use super::{problem::SubstitutionError, shape::Shape};
use crate::{mask::Quoted, text::Span};

/// Something about the final image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// This, whatever the base is.
    Known(String),
    /// What the base image has; nothing here sets it.
    Inherited,
    /// It depends on something that is not here; what is certain of it all the same.
    Unresolved(Cause, Shape),
    /// BuildKit cannot make it.
    Error(SubstitutionError),
}

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// A build argument without default was not given.
    #[error("build argument `{}` has no default and was not given", Quoted::from(.0))]
    NoValue(String),
    /// The base image may set the variable.
    #[error("`{}` is not set here; the base image may set it", Quoted::from(.0))]
    FromBase(String),
    /// A relative path depends on the working directory of the base image.
    #[error("the working directory of the base image is not known")]
    BaseWorkdir,
    /// A variable has a value that could not be made.
    #[error("`{}` has no value because of an error above", Quoted::from(.0))]
    Broken(String),
}

/// A fact and what decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting {
    /// The fact.
    pub fact: Fact,
    /// Which of the effective steps set it; none when it is inherited.
    pub step: Option<usize>,
    /// Where the value stands.
    pub span: Option<Span>,
}

impl Fact {
    /// The value, if it is known.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Why there is no value.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Known(_) => None,
            Self::Inherited => Some("not set here; the base image decides".to_owned()),
            Self::Unresolved(cause, _) => Some(cause.to_string()),
            Self::Error(error) => Some(error.to_string()),
        }
    }
}

impl Setting {
    /// What the base image has.
    pub const INHERITED: Self = Self { fact: Fact::Inherited, step: None, span: None };

    /// The value, if it is known.
    pub fn value(&self) -> Option<&str> {
        self.fact.value()
    }

    /// Why there is no value.
    pub fn reason(&self) -> Option<String> {
        self.fact.reason()
    }
}
