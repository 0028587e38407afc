//! All rules, in one table per subject; each file contains the rules of one topic.

pub(crate) mod credentials;
pub(crate) mod dockerfile;
pub(crate) mod git_url;
pub(crate) mod image;
pub(crate) mod preflight_run;
pub(crate) mod private_key;
pub(crate) mod reference;
pub(crate) mod rehearsal;
pub(crate) mod submission;
pub(crate) mod tag;

mod filler;
mod source;

use crate::rule::{Entry, Rule};

/// All rules, by subject in the order of reports and then in the order of their tables.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    fn of<F>(table: &'static [&'static Entry<F>]) -> impl Iterator<Item = &'static Rule> {
        table.iter().map(|entry| &entry.rule)
    }
    of(submission::RULES)
        .chain(of(git_url::RULES))
        .chain(of(private_key::RULES))
        .chain(of(dockerfile::RULES))
        .chain(of(dockerfile::IGNORE_FILE_RULES))
        .chain(of(tag::RULES))
        .chain(of(reference::RULES))
        .chain(of(image::RULES))
        .chain(of(credentials::RULES))
        .chain(of(preflight_run::RULES))
        .chain(of(rehearsal::RULES))
}

/// The rule with that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}
