//! Dockerfiles.

mod arguments;
mod bytes;
mod duration;
mod flags;
mod heredoc;
mod instruction;
mod json;
mod keyword;
mod lexer;
pub mod limits;
mod line;
mod mount;
mod pattern;
mod problem;
mod syntax;
mod word;

pub use instruction::{
    Arguments, Command, Flag, Heredoc, Instruction, Pair, Script, Trigger, Variable,
};
pub use keyword::Keyword;
pub use problem::{Deviation, Phase, Problem, ProblemKind, Severity, SubstitutionError};
pub use syntax::{Comment, Directive, Syntax};
pub use word::{Quote, Word};
