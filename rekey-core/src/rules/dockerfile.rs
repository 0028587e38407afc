//! Rules about the subject `dockerfile`.

mod commands;

use crate::rule::Rule;

/// Every rule of the subject, in the order in which they run.
pub(crate) static RULES: &[&Rule] = &[];

/// What a rule of this subject looks at.
pub(crate) struct Context<'a> {
    /// What it is judged against.
    pub(crate) policy: &'a crate::Policy,
}
