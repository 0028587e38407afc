//! The submission of a partner to Red Hat, as a whole.

pub(crate) mod batch;

use crate::{dockerfile::BuildContext, input::Text, reference::ImageReference, tag::Tag, target::Target};

/// The fields of a submission. Each may be missing: the flow decides which ones are required. Fields will be
/// added, so a literal ends with `..Submission::default()`. Threads may share one.
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
    /// The document that contains the fields, such as `rekey.toml`: findings about multiple fields point into
    /// it.
    pub document: Option<Text<'a>>,
    /// The git source.
    pub git: GitSource<'a>,
    /// The images that are built from it, at least one.
    pub images: Vec<ImageSource<'a>>,
    /// The fields that could not be read, and so are not missing.
    pub unread: &'a [UnreadField],
    /// The target that it is checked against, if it differs from that of the batch.
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
    /// True if the URL was found in a checkout rather than given, so that it may not be the submitted one.
    pub found: bool,
    /// True for a private repository, false for a public one; `None` if unknown.
    pub private: Option<bool>,
    /// The content of the private key.
    pub key: Option<Text<'a>>,
    /// The permission bits of the key's file, if it is a file.
    pub key_mode: Option<u32>,
    /// The public half that the git host has.
    pub public_key: Option<Text<'a>>,
    /// The fingerprint that the git host shows.
    pub key_fingerprint: Option<Text<'a>>,
}

/// One image: its Dockerfile, the inputs of its build, and its names.
#[derive(Clone, Debug, Default)]
pub struct ImageSource<'a> {
    /// The name in reports, if there are multiple images.
    pub name: Option<&'a str>,
    /// The content of the Dockerfile.
    pub dockerfile: Option<Text<'a>>,
    /// The image tag.
    pub tag: Option<Text<'a>>,
    /// The tags that the image was already published with.
    pub published: &'a [String],
    /// The reference that the image is pushed to.
    pub reference: Option<Text<'a>>,
    /// The credentials file for the push.
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
    /// The target that this image is checked against, if it differs from that of the submission.
    pub target: Option<&'a Target>,
}

impl ImageSource<'_> {
    /// The given tag, or else that of the reference, if it is valid.
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
