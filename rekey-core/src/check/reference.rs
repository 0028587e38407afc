//! `check_reference`.

use super::{
    causes::{by_severity, find_causes},
    run,
    secrets::Secrets,
    section,
};
use crate::{
    facts::{Evidence, Fact, ImageFacts, Settle},
    finding::Draft,
    input::Text,
    reference::{ImageReference, ReferenceScan, mistaken::Mistaken, scan},
    report::{Facts, Report, Section},
    rule::Subject,
    rules::{
        reference::{Context, RULES},
        tag,
    },
    target::Target,
};

/// Checks the reference that an image is pushed to.
///
/// ```
/// use rekey_core::{Target, check_reference};
///
/// let report = check_reference("registry.connect.redhat.com/acme/app:1.0-1", &Target::default());
/// assert_eq!(report.findings().next().unwrap().rule().id, "reference-pull-registry");
/// ```
pub fn check_reference<'a>(input: impl Into<ReferenceInput<'a>>, target: &Target) -> Report {
    let input = input.into();
    let read = ScannedReference::of(&input.text);
    let mut section = read.section(input.published, target);
    section.image =
        read.reference.as_ref().map(|reference| Box::new(image_facts(reference, Evidence::Reference)));
    Report::of(target, section)
}

/// A reference as given, with what was parsed from it.
pub(super) struct ScannedReference<'a> {
    text: &'a Text<'a>,
    scan: ReferenceScan<'a>,
    mistaken: Option<Mistaken>,
    /// The reference, if the text is one.
    pub(super) reference: Option<ImageReference>,
}

impl<'a> ScannedReference<'a> {
    pub(super) fn of(text: &'a Text<'a>) -> Self {
        let scan = scan(text.bytes());
        let mistaken = Mistaken::of(&scan);
        let reference = if mistaken.is_none() { ImageReference::from_scan(&scan) } else { None };
        Self { text, scan, mistaken, reference }
    }

    /// The section with the findings about the reference.
    pub(super) fn section(&self, published: &[String], target: &Target) -> Section {
        let secrets = Secrets::by_form(self.text.bytes());
        let mut drafts = self.drafts(published, &secrets, target);
        find_causes(&mut drafts, self.text.bytes(), by_severity, |text| {
            ScannedReference::of(&text.into()).drafts(published, &Secrets::default(), target)
        });
        let value = self.reference.clone().filter(|_| secrets.spans.is_empty());
        let value = value.map_or(Facts::None, Facts::Reference);
        section(Subject::Reference, self.text, "reference", drafts, target, value, secrets)
    }

    fn drafts(&self, published: &[String], secrets: &Secrets<'_>, target: &Target) -> Vec<Draft> {
        let mut drafts = judge(&self.scan, self.reference.as_ref(), self.mistaken.clone(), target);
        if self.reference.is_some() {
            drafts.extend(tag_drafts(&self.scan, published, secrets, target));
        }
        drafts
    }
}

pub(super) fn judge(
    scan: &ReferenceScan<'_>,
    reference: Option<&ImageReference>,
    mistaken: Option<Mistaken>,
    target: &Target,
) -> Vec<Draft> {
    let context = Context { scan, reference, mistaken, target };
    run(RULES, target, |entry, findings| (entry.check)(&context, findings))
}

/// The findings of the rules about tags on the reference's tag.
fn tag_drafts(
    scan: &ReferenceScan<'_>,
    published: &[String],
    secrets: &Secrets<'_>,
    target: &Target,
) -> Vec<Draft> {
    let Some(place) = scan.tag else { return Vec::new() };
    let text = place.of(scan.text);
    let tag = crate::tag::scan(text);
    let context = tag::Context::new(&tag, published, secrets.certain_token(text), target);
    let mut drafts =
        run(tag::RULES_OF_REFERENCES, target, |entry, findings| (entry.check)(&context, findings));
    for draft in &mut drafts {
        draft.shift(place.start as usize);
    }
    drafts
}

/// The facts about an image that its reference contains.
pub(super) fn image_facts(reference: &ImageReference, by: Evidence) -> ImageFacts {
    let known = |tag| Fact::Known(tag, by);
    let tag = match (reference.digest(), reference.tag()) {
        (Some(_), _) => known(None),
        (None, tag) => known(Some(tag.unwrap_or("latest").to_owned())),
    };
    ImageFacts {
        tag,
        name: Fact::Known(reference.last_component().to_owned(), by),
        ..ImageFacts::unknown("only the image's reference is given", Settle::Image)
    }
}

/// The input of [`check_reference`].
#[derive(Clone, Debug)]
pub struct ReferenceInput<'a> {
    text: Text<'a>,
    published: &'a [String],
}

impl<'a> ReferenceInput<'a> {
    /// A reference alone.
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

impl<'a, T: Into<Text<'a>>> From<T> for ReferenceInput<'a> {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}
