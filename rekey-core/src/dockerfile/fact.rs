//! Facts about the image. They are three-valued, since a file does not show its base.

use super::{problem::SubstitutionError, shape::Shape};
use crate::{mask::Quoted, text::Span};

/// A fact about the final image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// Known, whatever the base is.
    Known(String),
    /// Inherited from the base image; nothing here sets it.
    Inherited,
    /// Dependent on something outside the file; the shape is what is certain anyway.
    Unresolved(Cause, Shape),
    /// An error: BuildKit cannot compute it.
    Error(SubstitutionError),
}

/// The reason why something is unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// A build argument without a default was not given.
    #[error("build argument `{}` has no default and was not given", Quoted::from(.0))]
    NoValue(String),
    /// The base image may set the variable.
    #[error("`{}` is not set here; the base image may set it", Quoted::from(.0))]
    FromBase(String),
    /// A relative path depends on the working directory of the base image.
    #[error("the working directory of the base image is not known")]
    BaseWorkdir,
    /// A variable has a value that could not be computed.
    #[error("`{}` has no value because of an error above", Quoted::from(.0))]
    Broken(String),
}

/// A fact and the step that decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting {
    /// The fact.
    pub fact: Fact,
    /// The step that set it; `None` if it is inherited.
    pub step: Option<usize>,
    /// The place of the value.
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

    /// The reason why there is no value.
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
    /// A setting inherited from the base image.
    pub const INHERITED: Self = Self { fact: Fact::Inherited, step: None, span: None };

    /// The value, if it is known.
    pub fn value(&self) -> Option<&str> {
        self.fact.value()
    }

    /// The reason why there is no value.
    pub fn reason(&self) -> Option<String> {
        self.fact.reason()
    }
}
