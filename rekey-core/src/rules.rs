//! Every rule, one file each, in tables by subject.

#[cfg(feature = "dockerfile")]
pub(crate) mod dockerfile;
#[cfg(feature = "git-url")]
pub(crate) mod git_url;
#[cfg(feature = "image")]
pub(crate) mod image;
#[cfg(feature = "private-key")]
pub(crate) mod private_key;
#[cfg(all(
    feature = "dockerfile",
    feature = "git-url",
    feature = "image",
    feature = "private-key",
    feature = "tag"
))]
pub(crate) mod submission;
#[cfg(feature = "tag")]
pub(crate) mod tag;

#[cfg(any(feature = "dockerfile", feature = "git-url", feature = "image", feature = "tag"))]
mod filler;
mod source;

use crate::rule::Rule;

/// Every rule, by subject in the order of reports and then in the order of their tables.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    static TABLES: &[&[&Rule]] = &[
        #[cfg(all(
            feature = "dockerfile",
            feature = "git-url",
            feature = "image",
            feature = "private-key",
            feature = "tag"
        ))]
        submission::RULES,
        #[cfg(feature = "git-url")]
        git_url::RULES,
        #[cfg(feature = "private-key")]
        private_key::RULES,
        #[cfg(feature = "dockerfile")]
        dockerfile::RULES,
        #[cfg(feature = "dockerfile")]
        dockerfile::IGNORE_FILE_RULES,
        #[cfg(feature = "tag")]
        tag::RULES,
        #[cfg(feature = "image")]
        image::RULES,
    ];
    TABLES.iter().copied().flatten().copied()
}

/// The rule with that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}
