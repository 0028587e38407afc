//! A whole submission.

use napi::{Either, Result};
use napi_derive::napi;
use rekey_core::{
    Report, Source, Submission, Text, check_submissions as check,
    dockerfile::BuildContext,
    submission::{GitSource, ImageSource},
};
use rekey_files::{
    build_context::ContextFolder,
    settings::Settings,
    submission::{LoadedSubmission, Targets},
};

use super::{
    check::opened,
    report::{Inputs, ReportForms, forms},
    target::{CheckOptions, ExtraForms, settings, wrong},
    value::Refusal,
};
use crate::content::{Content, Secret, bytes};

/// A submission: its fields, or the path that it is read from.
#[napi(object, object_to_js = false)]
pub struct SubmissionOf<'a> {
    /// The folder or `rekey.toml` that it is read from.
    pub path: Option<String>,
    /// The git source.
    pub git: GitOf<'a>,
    /// The images that are built from it.
    pub images: Vec<ImageOf<'a>>,
}

/// The repository, and the key for cloning it.
#[napi(object, object_to_js = false)]
pub struct GitOf<'a> {
    /// The git source URL.
    pub url: Option<Content<'a>>,
    /// True for a private repository, false for a public one.
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
    /// The name in reports.
    pub name: Option<String>,
    /// The content of the Dockerfile.
    pub dockerfile: Option<Content<'a>>,
    /// The image tag.
    pub tag: Option<Content<'a>>,
    /// The tags that the image was already published with.
    pub published: Option<Vec<String>>,
    /// The reference that the image is pushed to.
    pub reference: Option<Content<'a>>,
    /// The credentials file for the push.
    pub auth_file: Option<Content<'a>>,
    /// The project's registry key.
    pub registry_key: Option<Content<'a>>,
    /// Values of build arguments.
    pub build_args: Option<Vec<(String, String)>>,
    /// Labels that the build sets.
    pub labels: Option<Vec<(String, String)>>,
    /// The stage to build.
    pub stage: Option<String>,
    /// The config JSON of the base image.
    pub base_config: Option<Content<'a>>,
    /// The path of the folder that the build copies from.
    pub context: Option<String>,
}

/// Checks submissions, each given by its fields or by its path.
pub(crate) fn check_submissions(
    given: Vec<SubmissionOf<'_>>,
    options: CheckOptions,
) -> Result<Either<Vec<ReportForms>, Refusal>> {
    let wanted = ExtraForms::from(&options);
    let settings = settings(options)?;
    let target = settings.to_target().map_err(|error| wrong(&error))?;
    let mut batch = Vec::new();
    for one in given {
        match BatchEntry::of(one, &settings)? {
            Either::A(entry) => batch.push(entry),
            Either::B(refusal) => return Ok(Either::B(refusal)),
        }
    }
    let mut names: Vec<_> = batch.iter().map(|_| Names::default()).collect();
    let sources: Vec<_> = batch.iter().zip(&mut names).map(|(one, names)| one.source(names)).collect();
    let mut reports = check(&sources, &target);
    reports.iter_mut().zip(&batch).for_each(|(report, from)| from.settle(report, &settings));
    let each = reports.iter().zip(&batch).zip(&names);
    Ok(Either::A(each.map(|((report, from), names)| forms(report, &from.inputs(names), wanted)).collect()))
}

/// A submission with all inputs of its check.
enum BatchEntry<'a> {
    Fields(Box<SubmissionFields<'a>>),
    Folder(Box<LoadedSubmission>, Targets),
}

/// The fields of a submission; secrets in them are wiped on drop.
struct SubmissionFields<'a> {
    git: GitOf<'a>,
    key: Option<Secret<'a>>,
    public_key: Option<Secret<'a>>,
    images: Vec<ImageFields<'a>>,
}

/// The fields of an image.
struct ImageFields<'a> {
    image: ImageOf<'a>,
    auth_file: Option<Secret<'a>>,
    registry_key: Option<Secret<'a>>,
    context: Option<ContextFolder>,
}

impl<'a> ImageFields<'a> {
    fn of(mut image: ImageOf<'a>) -> std::result::Result<Self, Refusal> {
        let (auth_file, registry_key) = (image.auth_file.take(), image.registry_key.take());
        let context = image.context.as_deref().map(opened).transpose()?;
        Ok(Self { image, auth_file: auth_file.map(Secret), registry_key: registry_key.map(Secret), context })
    }
}

impl<'a> BatchEntry<'a> {
    fn of(mut given: SubmissionOf<'a>, settings: &Settings) -> Result<Either<Self, Refusal>> {
        if let Some(path) = given.path {
            return match LoadedSubmission::from_path(path) {
                Ok(loaded) => {
                    let targets = loaded.targets(settings).map_err(|error| wrong(&error))?;
                    Ok(Either::A(Self::Folder(Box::new(loaded), targets)))
                }
                Err(error) => Ok(Either::B(Refusal::of(&error))),
            };
        }
        let key = given.git.key.take().map(Secret);
        let public_key = given.git.public_key.take().map(Secret);
        let images = match given.images.into_iter().map(ImageFields::of).collect() {
            Ok(images) => images,
            Err(refusal) => return Ok(Either::B(refusal)),
        };
        let given = SubmissionFields { git: given.git, key, public_key, images };
        Ok(Either::A(Self::Fields(Box::new(given))))
    }

    fn settle(&self, report: &mut Report, settings: &Settings) {
        if let Self::Folder(loaded, _) = self {
            loaded.settle(report, settings);
        }
    }

    fn source<'s>(&'s self, names: &mut Names<'s>) -> Submission<'s> {
        match self {
            Self::Fields(given) => given.source(names),
            Self::Folder(loaded, policies) => loaded.judged_by(policies),
        }
    }

    fn inputs<'s>(&'s self, names: &'s Names<'s>) -> Inputs<'s> {
        match self {
            Self::Fields(_) => Inputs::Named { texts: &names.shown, secrets: &names.secret },
            Self::Folder(loaded, _) => Inputs::Files(loaded),
        }
    }
}

impl<'a> SubmissionFields<'a> {
    fn source<'s>(&'s self, names: &mut Names<'s>) -> Submission<'s> {
        let git = GitSource {
            url: self.git.url.as_ref().map(|url| names.text(url, "git.url".to_owned())),
            private: self.git.private,
            key: self.key.as_ref().map(|key| names.secret(key, "git.key".to_owned())),
            key_mode: self.git.key_mode,
            public_key: self.public_key.as_ref().map(Secret::text),
            key_fingerprint: self.git.key_fingerprint.as_deref().map(Text::from),
            ..GitSource::default()
        };
        let many = self.images.len() > 1;
        let images = self.images.iter().enumerate().map(|(at, given)| {
            let image = &given.image;
            let before = match &image.name {
                _ if !many => String::new(),
                Some(name) => format!("image.{name}."),
                None => format!("image.{at}."),
            };
            let mut secret = |secret: &'s Option<Secret<'a>>, field| {
                secret.as_ref().map(|secret| names.secret(secret, format!("{before}{field}")))
            };
            let auth_file = secret(&given.auth_file, "auth-file");
            let registry_key = secret(&given.registry_key, "registry-key");
            let context = given.context.as_ref().map(|folder| folder as &dyn BuildContext);
            ImageSource { auth_file, registry_key, context, ..image_source(image, &before, names) }
        });
        Submission { git, images: images.collect(), ..Submission::default() }
    }
}

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
        stage: image.stage.as_deref(),
        base_config: image.base_config.as_ref().map(bytes),
        ..ImageSource::default()
    }
}

/// The texts that were given, by their names in reports, and those that are never shown.
#[derive(Default)]
struct Names<'a> {
    shown: Vec<(String, &'a Content<'a>)>,
    secret: Vec<(String, &'a Content<'a>)>,
}

impl<'a> Names<'a> {
    fn text(&mut self, content: &'a Content<'a>, name: String) -> Text<'a> {
        self.shown.push((name.clone(), content));
        named(content, name)
    }

    fn secret(&mut self, secret: &'a Secret<'_>, name: String) -> Text<'a> {
        self.secret.push((name.clone(), &secret.0));
        named(&secret.0, name)
    }
}

fn named<'a>(content: &'a Content<'_>, name: String) -> Text<'a> {
    Text::from(bytes(content)).called(Source::named_field(name))
}
