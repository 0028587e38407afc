//! A whole submission.

use napi::{Either, Result};
use napi_derive::napi;
use rekey_cli::submission::LoadedSubmission;
use rekey_core::{
    Source, Submission, Text, check_submission as check,
    submission::{GitSource, ImageSource},
};

use super::{
    policy::{Asked, PolicyOptions, Wanted, settings, wrong},
    report::{Inputs, Judged, judged},
    value::Refusal,
};
use crate::content::{Content, Secret, bytes};

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
pub(crate) fn check_submission(mut given: SubmissionOf<'_>, asked: &Asked) -> Judged {
    let key = given.git.key.take().map(Secret);
    let public_key = given.git.public_key.take().map(Secret);
    let mut names = Names::default();
    let git = GitSource {
        url: given.git.url.as_ref().map(|url| names.text(url, "git.url".to_owned())),
        private: given.git.private,
        key: key.as_ref().map(|key| named(&key.0, KEY.to_owned())),
        key_mode: given.git.key_mode,
        public_key: public_key.as_ref().map(|key| Text::from(bytes(&key.0))),
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
        image_source(image, &before, &mut names)
    });
    let submission = Submission { git, images: images.collect(), ..Submission::default() };
    let report = check(&submission, &asked.policy);
    let secrets: Vec<_> = key.iter().map(|key| (KEY, &key.0)).collect();
    judged(&report, &Inputs::Named { texts: &names.0, secrets: &secrets }, asked.wanted)
}

/// Checks the submission in a folder, or that of a `rekey.toml`.
pub(crate) fn check_submission_at(path: &str, options: PolicyOptions) -> Result<Either<Judged, Refusal>> {
    let wanted = Wanted::from(&options);
    let settings = settings(options)?;
    let loaded = match LoadedSubmission::from_path(path) {
        Ok(loaded) => loaded,
        Err(error) => return Ok(Either::B(Refusal::of(&error))),
    };
    let report = loaded.check(&settings).map_err(|error| wrong(&error))?;
    Ok(Either::A(judged(&report, &Inputs::Files(&loaded), wanted)))
}

/// What reports call the private key.
const KEY: &str = "git.key";

fn image_source<'a>(image: &'a ImageOf<'a>, before: &str, names: &mut Names<'a>) -> ImageSource<'a> {
    let mut text = |content: &'a Option<Content<'a>>, field| {
        content.as_ref().map(|content| names.text(content, format!("{before}{field}")))
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
        policy: None,
    }
}

/// The texts that were given, by what reports call them.
#[derive(Default)]
struct Names<'a>(Vec<(String, &'a Content<'a>)>);

impl<'a> Names<'a> {
    fn text(&mut self, content: &'a Content<'a>, name: String) -> Text<'a> {
        self.0.push((name.clone(), content));
        named(content, name)
    }
}

fn named<'a>(content: &'a Content<'_>, name: String) -> Text<'a> {
    Text::from(bytes(content)).called(Source::named_field(name))
}
