//! Rules about image tags.

mod order;
mod release;
mod text;

use crate::{Tag, finding::Findings, mask::Issuer, tag::Scan, target::Target, text::Span};

/// All rules about tags, in the order in which they run.
pub(crate) static RULES: &[&Entry] = &[
    &text::SECRET,
    &text::INVALID,
    &text::PLACEHOLDER,
    &text::BUILD_METADATA,
    &release::LATEST,
    &release::FLOATING,
    &release::MISSING_RELEASE,
    &release::UNNUMBERED,
    &release::RELEASE_ZERO,
    &release::LEADING_ZERO,
    &release::TIMESTAMP_RELEASE,
    &text::EMPTY_PART,
    &text::DASHED_VERSION,
    &order::ALREADY_PUBLISHED,
    &order::RELEASE_BEHIND,
    &order::RELEASE_GAP,
    &order::INCONSISTENT_V_PREFIX,
    &order::AMBIGUOUS_ORDER,
    &order::SEMVER_ORDER,
];

/// The rules about tags that also apply to a reference's tag. Rules about references cover the rest, and a
/// pushed tag needs no release, since no service increments it.
pub(crate) static RULES_OF_REFERENCES: &[&Entry] = &[
    &text::SECRET,
    &text::PLACEHOLDER,
    &release::FLOATING,
    &release::UNNUMBERED,
    &release::RELEASE_ZERO,
    &release::LEADING_ZERO,
    &release::TIMESTAMP_RELEASE,
    &text::EMPTY_PART,
    &text::DASHED_VERSION,
    &order::ALREADY_PUBLISHED,
    &order::RELEASE_BEHIND,
    &order::RELEASE_GAP,
    &order::INCONSISTENT_V_PREFIX,
    &order::AMBIGUOUS_ORDER,
    &order::SEMVER_ORDER,
];

/// A row of this table.
pub(crate) type Entry = crate::rule::Entry<fn(&Context<'_>, &mut Findings)>;

/// The input of rules about tags.
pub(crate) struct Context<'a> {
    /// The scan of the tag.
    pub(crate) scan: &'a Scan<'a>,
    /// The tags that the image was already published with.
    published: &'a [String],
    /// The target that it is checked against.
    target: &'a Target,
    /// The token in the tag, if any.
    secret: Option<(Span, Issuer)>,
    tag: Option<&'a str>,
    count: Option<(&'a str, Span)>,
}

impl<'a> Context<'a> {
    /// The context for a text, with the token that it contains: then rules about its version do not apply.
    pub(crate) fn new(
        scan: &'a Scan<'a>,
        published: &'a [String],
        secret: Option<(Span, Issuer)>,
        target: &'a Target,
    ) -> Self {
        let is_tag = scan.problem.is_none() && secret.is_none();
        let tag = if is_tag { std::str::from_utf8(scan.text).ok() } else { None };
        let count = scan.release.and_then(|release| {
            let count = crate::tag::number(tag?.get(release.range())?);
            Some((count, Span { end: release.start + count.len() as u32, ..release }))
        });
        Self { scan, published, target, secret, tag, count }
    }

    /// The tag, if it is valid: rules of policy apply neither to other texts nor to a token.
    pub(crate) fn tag(&self) -> Option<&'a str> {
        self.tag
    }

    /// The text before the release of a tag.
    fn version(&self) -> Option<&'a str> {
        self.tag?.get(self.scan.version.range())
    }

    /// The count in the release: the number before the dot of a timestamp, if there is one.
    fn count(&self) -> Option<(&'a str, Span)> {
        self.count
    }

    /// The published tags as text.
    fn published(&self) -> impl Iterator<Item = &'a str> {
        self.published.iter().map(String::as_str)
    }

    /// The published tags that are valid and have a version.
    fn published_versions(&self) -> impl Iterator<Item = Tag> {
        self.published().filter_map(|tag| Tag::parse(tag).ok()).filter(|tag| !tag.is_floating())
    }

    /// The count of the next build of `version`; `None` after a timestamp.
    fn next_count(&self, version: &str) -> Option<u64> {
        crate::tag::highest_release(version, self.published()).map_or(Some(1), crate::tag::next_number)
    }
}
