//! A whole submission.

use napi_derive::napi;
use rekey_core::{
    Policy, Source, Submission, Text, check_submission as check,
    submission::{GitSource, ImageSource},
};

use super::report::{Judged, judged_by};
use crate::content::{Content, Secret, Unit, bytes, unit};

/// The fields of a submission.
#[napi(object, object_to_js = false)]
pub struct SubmissionOf<'a> {
    /// Where the source is.
    pub git: GitOf<'a>,
    /// What is built of it.
    pub images: Vec<ImageOf<'a>>,
}

/// The repository and the key that it is cloned with.
#[napi(object, object_to_js = false)]
pub struct GitOf<'a> {
    /// The git source URL.
    pub url: Option<Content<'a>>,
    /// Whether the repository is private.
    pub private: Option<bool>,
    /// The content of the private key.
    pub key: Option<Content<'a>>,
    /// The permission bits of the key's file.
    pub key_mode: Option<u32>,
    /// The public half that the git host has.
    pub public_key: Option<Content<'a>>,
    /// The fingerprint that the git host shows.
    pub key_fingerprint: Option<String>,
}

/// One image.
#[napi(object, object_to_js = false)]
pub struct ImageOf<'a> {
    /// What reports call it.
    pub name: Option<String>,
    /// The content of the Dockerfile.
    pub dockerfile: Option<Content<'a>>,
    /// The image tag.
    pub tag: Option<Content<'a>>,
    /// The tags that the image has been published with.
    pub published: Option<Vec<String>>,
    /// The reference that the image is pushed to.
    pub reference: Option<Content<'a>>,
    /// Values of build arguments.
    pub build_args: Option<Vec<(String, String)>>,
    /// Labels that the build sets.
    pub labels: Option<Vec<(String, String)>>,
    /// The stage to build.
    pub target: Option<String>,
    /// The config JSON of the base image.
    pub base_config: Option<Content<'a>>,
}

/// Checks a submission.
pub(crate) fn check_submission(mut given: SubmissionOf<'_>, policy: &Policy) -> Judged {
    let key = given.git.key.take().map(Secret);
    let mut called = Called::default();
    let git = GitSource {
        url: given.git.url.as_ref().map(|url| called.text(url, "git.url".to_owned())),
        private: given.git.private,
        key: key.as_ref().map(|key| called.text(&key.0, "git.key".to_owned())),
        key_mode: given.git.key_mode,
        public_key: given.git.public_key.as_ref().map(|key| Text::from(bytes(key))),
        key_fingerprint: given.git.key_fingerprint.as_deref().map(Text::from),
        ..GitSource::default()
    };
    let many = given.images.len() > 1;
    let images = given.images.iter().enumerate().map(|(at, image)| {
        let before = match &image.name {
            _ if !many => String::new(),
            Some(name) => format!("image.{name}."),
            None => format!("image.{at}."),
        };
        image_source(image, &before, &mut called)
    });
    let submission = Submission { git, images: images.collect(), ..Submission::default() };
    judged_by(&check(&submission, policy), |source| called.unit(source))
}

fn image_source<'a>(image: &'a ImageOf<'_>, before: &str, called: &mut Called) -> ImageSource<'a> {
    let mut text = |content: &'a Option<Content<'_>>, field| {
        content.as_ref().map(|content| called.text(content, format!("{before}{field}")))
    };
    ImageSource {
        name: image.name.as_deref(),
        dockerfile: text(&image.dockerfile, "dockerfile"),
        tag: text(&image.tag, "tag"),
        published: image.published.as_deref().unwrap_or_default(),
        reference: text(&image.reference, "reference"),
        build_args: image.build_args.as_deref().unwrap_or_default(),
        labels: image.labels.as_deref().unwrap_or_default(),
        target: image.target.as_deref(),
        base_config: image.base_config.as_ref().map(bytes),
    }
}

/// The names of the sources that were given as bytes.
#[derive(Default)]
struct Called {
    bytes: Vec<String>,
}

impl Called {
    fn text<'a>(&mut self, content: &'a Content<'_>, name: String) -> Text<'a> {
        if unit(content) == Unit::Bytes {
            self.bytes.push(name.clone());
        }
        Text::from(bytes(content)).called(Source::named_field(name))
    }

    fn unit(&self, source: &str) -> Unit {
        if self.bytes.iter().any(|name| name == source) { Unit::Bytes } else { Unit::Utf16 }
    }
}
