//! `check_tag`.

use super::{
    causes::{by_severity, find_causes},
    run,
    secrets::Secrets,
    section,
};
use crate::{
    input::Text,
    report::{Facts, Report},
    rule::Subject,
    rules::tag::{Context, RULES},
    tag::{Tag, scan},
    target::Target,
};

/// Checks an image tag.
///
/// ```
/// use rekey_core::{Target, check_tag};
///
/// let report = check_tag("1.0", &Target::default());
/// let finding = report.findings().next().unwrap();
/// assert_eq!(finding.rule().id, "tag-missing-release");
/// assert!(!report.passed());
/// assert!(check_tag("1.0-1", &Target::default()).passed());
/// ```
pub fn check_tag<'a>(input: impl Into<TagInput<'a>>, target: &Target) -> Report {
    let input = input.into();
    let scan = scan(input.text.bytes());
    // A token in the wrong field has the syntax of a tag, but is not one.
    let secrets = Secrets::by_form(input.text.bytes());
    let context = Context::new(&scan, input.published, secrets.certain_token(input.text.bytes()), target);
    let mut drafts = run(RULES, target, |entry, findings| (entry.check)(&context, findings));
    find_causes(&mut drafts, input.text.bytes(), by_severity, |text| {
        let scan = crate::tag::scan(text);
        let context = Context::new(&scan, input.published, None, target);
        run(RULES, target, |entry, findings| (entry.check)(&context, findings))
    });
    let facts = context
        .tag()
        .filter(|_| secrets.spans.is_empty())
        .map_or(Facts::None, |text| Facts::Tag(Tag::scanned(text, scan.release)));
    Report::of(target, section(Subject::Tag, &input.text, "tag", drafts, target, facts, secrets))
}

/// The input of [`check_tag`].
#[derive(Clone, Debug)]
pub struct TagInput<'a> {
    text: Text<'a>,
    published: &'a [String],
}

impl<'a> TagInput<'a> {
    /// A tag alone.
    pub fn new(text: impl Into<Text<'a>>) -> Self {
        Self { text: text.into(), published: &[] }
    }

    /// The tags that the image was already published with.
    #[must_use]
    pub fn published(mut self, tags: &'a [String]) -> Self {
        self.published = tags;
        self
    }
}

impl<'a, T: Into<Text<'a>>> From<T> for TagInput<'a> {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}
