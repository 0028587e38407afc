//! Rules about image tags.

mod already_published;
mod build_metadata;
mod dashed_version;
mod empty_part;
mod floating;
mod latest;
mod leading_zero;
mod malformed;
mod missing_release;
mod mixed_v;
mod placeholder;
mod release_behind;
mod release_gap;
mod release_zero;
mod secret;
mod semver_order;
mod tied;
mod timestamp_release;
mod unnumbered;

use crate::{Tag, mask::Issuer, policy::Policy, rule::Rule, tag::Scan, text::Span};

/// Every rule about tags, in the order in which they run.
pub(crate) static RULES: &[&Rule] = &[
    &secret::RULE,
    &malformed::RULE,
    &placeholder::RULE,
    &build_metadata::RULE,
    &latest::RULE,
    &floating::RULE,
    &missing_release::RULE,
    &unnumbered::RULE,
    &release_zero::RULE,
    &leading_zero::RULE,
    &timestamp_release::RULE,
    &empty_part::RULE,
    &dashed_version::RULE,
    &already_published::RULE,
    &release_behind::RULE,
    &release_gap::RULE,
    &mixed_v::RULE,
    &tied::RULE,
    &semver_order::RULE,
];

/// What a rule about tags looks at.
pub(crate) struct Context<'a> {
    /// What stands in the tag.
    pub(crate) scan: &'a Scan<'a>,
    /// The tags that the image has been published with.
    published: &'a [String],
    /// What it is judged against.
    policy: &'a Policy,
    /// The token that stands in the tag.
    secret: Option<(Span, Issuer)>,
    tag: Option<&'a str>,
    count: Option<(&'a str, Span)>,
}

impl<'a> Context<'a> {
    /// What a text is that holds this token: then no rule speaks of its version.
    pub(crate) fn new(
        scan: &'a Scan<'a>,
        published: &'a [String],
        secret: Option<(Span, Issuer)>,
        policy: &'a Policy,
    ) -> Self {
        let is_tag = scan.problem.is_none() && secret.is_none();
        let tag = if is_tag { std::str::from_utf8(scan.text).ok() } else { None };
        let count = scan.release.and_then(|release| {
            let count = crate::tag::number(tag?.get(release.range())?);
            Some((count, Span { end: release.start + count.len() as u32, ..release }))
        });
        Self { scan, published, policy, secret, tag, count }
    }

    /// The tag, where it is one: rules of policy have nothing to say about a text that is no tag, nor about a token.
    pub(crate) fn tag(&self) -> Option<&'a str> {
        self.tag
    }

    /// What stands before the release of a tag.
    fn version(&self) -> Option<&'a str> {
        self.tag?.get(self.scan.version.range())
    }

    /// The count in the release: what stands before the dot of a timestamp, if one follows.
    fn count(&self) -> Option<(&'a str, Span)> {
        self.count
    }

    /// The published tags as text.
    fn published(&self) -> impl Iterator<Item = &'a str> {
        self.published.iter().map(String::as_str)
    }

    /// The published tags that are tags and have a version.
    fn published_versions(&self) -> impl Iterator<Item = Tag> {
        self.published().filter_map(|tag| Tag::parse(tag).ok()).filter(|tag| !tag.is_floating())
    }

    /// The count that the next build of `version` gets; none after a timestamp.
    fn next_count(&self, version: &str) -> Option<u64> {
        crate::tag::highest_release(version, self.published()).map_or(Some(1), crate::tag::next_number)
    }
}
