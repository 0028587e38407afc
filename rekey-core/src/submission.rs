//! What a partner hands to Red Hat, taken together.

pub(crate) mod batch;

use crate::{dockerfile::BuildContext, input::Text, reference::ImageReference, tag::Tag, target::Target};

/// The fields of a submission. Each may be missing: which ones are needed depends on the flow. Fields will be added, so a
/// literal ends with `..Submission::default()`. Threads may share one.
///
/// ```
/// use rekey_core::{Target, Submission, submission::ImageSource};
///
/// let mut submission = Submission::default();
/// submission.git.url = Some("https://github.com/acme/app".into());
/// submission.images.push(ImageSource { tag: Some("1.0-1".into()), ..ImageSource::default() });
/// # let _ = rekey_core::check_submission(&submission, &Target::default());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Submission<'a> {
    /// The document that the fields were read from, `rekey.toml` say: findings about several fields point into it.
    pub document: Option<Text<'a>>,
    /// Where the source is.
    pub git: GitSource<'a>,
    /// What is built of it: one image or more.
    pub images: Vec<ImageSource<'a>>,
    /// The fields that could not be read; they are not missing.
    pub unread: &'a [UnreadField],
    /// What it is judged against, where it is not what the others of its batch are.
    pub target: Option<&'a Target>,
}

/// A field of a submission that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnreadField {
    /// The git source URL.
    GitUrl,
    /// The private key.
    Key,
    /// The Dockerfile of an image.
    Dockerfile,
}

/// The repository that the service clones, and the key it clones with.
#[derive(Clone, Debug, Default)]
pub struct GitSource<'a> {
    /// The git source URL.
    pub url: Option<Text<'a>>,
    /// Whether the URL was found in a checkout rather than given: then it need not be what is submitted.
    pub found: bool,
    /// Whether the repository is private, where that is known.
    pub private: Option<bool>,
    /// The content of the private key.
    pub key: Option<Text<'a>>,
    /// The permission bits of the key's file, where it is one.
    pub key_mode: Option<u32>,
    /// The public half that the git host has.
    pub public_key: Option<Text<'a>>,
    /// The fingerprint that the git host shows.
    pub key_fingerprint: Option<Text<'a>>,
}

/// One image: its Dockerfile, how it is built, and what it is called.
#[derive(Clone, Debug, Default)]
pub struct ImageSource<'a> {
    /// What reports call it, where there are several.
    pub name: Option<&'a str>,
    /// The content of the Dockerfile.
    pub dockerfile: Option<Text<'a>>,
    /// The image tag.
    pub tag: Option<Text<'a>>,
    /// The tags that the image has been published with.
    pub published: &'a [String],
    /// The reference that the image is pushed to.
    pub reference: Option<Text<'a>>,
    /// The file of credentials that it is pushed with.
    pub auth_file: Option<Text<'a>>,
    /// The registry key of its project.
    pub registry_key: Option<Text<'a>>,
    /// Values of build arguments.
    pub build_args: &'a [(String, String)],
    /// Labels that the build sets.
    pub labels: &'a [(String, String)],
    /// The stage to build.
    pub stage: Option<&'a str>,
    /// The folder that the build copies from.
    pub context: Option<&'a dyn BuildContext>,
    /// The config JSON of the base image.
    pub base_config: Option<&'a [u8]>,
    /// What this image is judged against, where it is not what the submission is.
    pub target: Option<&'a Target>,
}

impl ImageSource<'_> {
    /// The tag that is given, or else that of the reference, where it is one.
    pub(crate) fn parsed_tag(&self) -> Option<Tag> {
        fn text<'t>(field: Option<&'t Text<'_>>) -> Option<&'t str> {
            std::str::from_utf8(field?.bytes()).ok()
        }
        let of_reference =
            || ImageReference::parse(text(self.reference.as_ref())?).ok()?.tag().map(str::to_owned);
        let tag = text(self.tag.as_ref()).map(str::to_owned).or_else(of_reference)?;
        Tag::parse(&tag).ok()
    }
}
