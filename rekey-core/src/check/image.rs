//! `check_image`.

use super::{run, section};
use crate::{
    finding::{Draft, Subject},
    image::{
        ImageReference,
        facts::{Evidence, Fact, ImageFacts},
        reference::{ReferenceScan, scan},
    },
    input::Text,
    policy::Policy,
    report::{Facts, Report, Section},
    rule::Check,
    rules::image::{Context, RULES},
};

/// Checks the reference that an image is pushed to, and the image's config and manifest where they are given.
///
/// ```
/// use rekey_core::{Policy, check_image};
///
/// let report = check_image("registry.connect.redhat.com/acme/app:1.0-1", &Policy::default());
/// assert_eq!(report.findings().next().unwrap().rule().id, "image-pull-registry");
/// ```
pub fn check_image<'a>(input: impl Into<ImageInput<'a>>, policy: &Policy) -> Report {
    let input = input.into();
    let scan = scan(input.reference.bytes());
    let reference = ImageReference::from_scan(&scan);
    let context = Context { scan: &scan, reference: reference.as_ref(), policy };
    let mut drafts = run(RULES, policy, |rule, findings| {
        if let Check::Image(check) = rule.check {
            check(&context, findings);
        }
    });
    if reference.is_some() {
        drafts.extend(tag_drafts(&scan, input.published, policy));
    }
    let image = reference.as_ref().map(|reference| Box::new(image_facts(reference)));
    let facts = reference.map_or(Facts::None, Facts::Image);
    let section = section(Subject::Image, &input.reference, "reference", drafts, policy, facts);
    Report::of(policy, Section { image, ..section })
}

/// What the rules about tags say of a reference's tag, as far as no rule about references says it.
///
/// A pushed tag needs no release, since nobody counts it up.
fn tag_drafts(scan: &ReferenceScan<'_>, published: &[String], policy: &Policy) -> Vec<Draft> {
    const SAID_ALREADY: &[&str] =
        &["tag-malformed", "tag-build-metadata", "tag-latest", "tag-missing-release"];
    let Some(place) = scan.tag else { return Vec::new() };
    let tag = crate::tag::scan(place.of(scan.text));
    let context = crate::rules::tag::Context::new(&tag, published, policy);
    let mut drafts = run(crate::rules::tag::RULES, policy, |rule, findings| {
        if let Check::Tag(check) = rule.check
            && !SAID_ALREADY.contains(&rule.id)
        {
            check(&context, findings);
        }
    });
    for draft in &mut drafts {
        draft.shift(place.start as usize);
    }
    drafts
}

/// What a reference tells of its image.
fn image_facts(reference: &ImageReference) -> ImageFacts {
    let known = |tag| Fact::Known(tag, Evidence::Reference);
    let tag = match (reference.digest(), reference.tag()) {
        (Some(_), _) => known(None),
        (None, tag) => known(Some(tag.unwrap_or("latest").to_owned())),
    };
    ImageFacts {
        tag,
        name: Fact::Known(reference.last_component().to_owned(), Evidence::Reference),
        ..ImageFacts::unknown("only the image's reference is given")
    }
}

/// What [`check_image`] looks at.
#[derive(Clone, Debug)]
pub struct ImageInput<'a> {
    pub(crate) reference: Text<'a>,
    pub(crate) config: Option<Text<'a>>,
    pub(crate) manifest: Option<Text<'a>>,
    pub(crate) published: &'a [String],
}

impl<'a> ImageInput<'a> {
    /// A reference alone.
    pub fn new(reference: impl Into<Text<'a>>) -> Self {
        Self { reference: reference.into(), config: None, manifest: None, published: &[] }
    }

    /// The image's config, as `skopeo inspect --config` or `podman inspect` prints it.
    #[must_use]
    pub fn config(mut self, json: Option<Text<'a>>) -> Self {
        self.config = json;
        self
    }

    /// The image's manifest, as `skopeo inspect --raw` prints it.
    #[must_use]
    pub fn manifest(mut self, json: Option<Text<'a>>) -> Self {
        self.manifest = json;
        self
    }

    /// The tags that the image has already been published with.
    #[must_use]
    pub fn published(mut self, tags: &'a [String]) -> Self {
        self.published = tags;
        self
    }
}

impl<'a, T: Into<Text<'a>>> From<T> for ImageInput<'a> {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}
