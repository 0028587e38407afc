//! Every rule, one file each, in tables by subject.

pub(crate) mod dockerfile;
pub(crate) mod git_url;
pub(crate) mod image;
pub(crate) mod private_key;
pub(crate) mod submission;
pub(crate) mod tag;

mod filler;
mod source;

use crate::rule::Rule;

/// Every rule, by subject in the order of reports and then in the order of their tables.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    static TABLES: &[&[&Rule]] = &[
        submission::RULES,
        git_url::RULES,
        private_key::RULES,
        dockerfile::RULES,
        dockerfile::IGNORE_FILE_RULES,
        tag::RULES,
        image::RULES,
    ];
    TABLES.iter().copied().flatten().copied()
}

/// The rule with that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}
