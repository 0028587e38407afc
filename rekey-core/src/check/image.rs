//! `check_image`.

use super::{run, section};
use crate::{
    finding::Subject,
    input::Text,
    policy::Policy,
    report::{Facts, Report},
    rule::Check,
    rules::image::{Context, RULES},
};

/// Checks the reference that an image is pushed to, and the image's config and manifest where they are given.
pub fn check_image<'a>(input: impl Into<ImageInput<'a>>, policy: &Policy) -> Report {
    let input = input.into();
    let context = Context { policy };
    let drafts = run(RULES, policy, |rule, findings| {
        if let Check::Image(check) = rule.check {
            check(&context, findings);
        }
    });
    Report::of(policy, section(Subject::Image, &input.reference, "reference", drafts, policy, Facts::None))
}

/// What [`check_image`] looks at.
#[derive(Clone, Debug)]
pub struct ImageInput<'a> {
    pub(crate) reference: Text<'a>,
    pub(crate) config: Option<Text<'a>>,
    pub(crate) manifest: Option<Text<'a>>,
}

impl<'a> ImageInput<'a> {
    /// A reference alone.
    pub fn new(reference: impl Into<Text<'a>>) -> Self {
        Self { reference: reference.into(), config: None, manifest: None }
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
}

impl<'a, T: Into<Text<'a>>> From<T> for ImageInput<'a> {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}
