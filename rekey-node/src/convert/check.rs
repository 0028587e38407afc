//! The checks: what JavaScript gives as what core looks at.

use napi::bindgen_prelude::{Uint8Array, Uint16Array};
use napi_derive::napi;
use rekey_core::{
    DockerfileInput, GitUrlInput, ImageInput, PrivateKeyInput, TagInput, Text,
    check_dockerfile as dockerfile, check_git_url as git_url, check_image as image,
    check_private_key as private_key, check_tag as tag, rules,
};

use super::{
    policy::Asked,
    report::{Inputs, Judged, judged},
};
use crate::content::{Content, Secret, bytes};

/// Checks a tag.
pub(crate) fn check_tag(text: &Content<'_>, published: &[String], asked: &Asked) -> Judged {
    let report = tag(TagInput::new(bytes(text)).published(published), &asked.policy);
    judged(&report, &Inputs::One(text), asked.render)
}

/// Checks a git URL.
pub(crate) fn check_git_url(text: &Content<'_>, private: Option<bool>, asked: &Asked) -> Judged {
    let report = git_url(GitUrlInput::new(bytes(text)).private(private), &asked.policy);
    judged(&report, &Inputs::One(text), asked.render)
}

/// Checks a private key.
pub(crate) fn check_private_key(
    data: &Secret<'_>,
    public_key: Option<&Secret<'_>>,
    fingerprint: Option<&str>,
    mode: Option<u32>,
    asked: &Asked,
) -> Judged {
    let input = PrivateKeyInput::new(bytes(&data.0))
        .public_key(public_key.map(|key| Text::from(bytes(&key.0))))
        .fingerprint(fingerprint.map(Text::from))
        .mode(mode);
    judged(&private_key(input, &asked.policy), &Inputs::Key(&data.0), asked.render)
}

/// How a Dockerfile is built.
#[napi(object, object_to_js = false)]
#[derive(Default)]
pub struct BuildOptions {
    /// Values of build arguments.
    pub build_args: Option<Vec<(String, String)>>,
    /// The stage to build.
    pub target: Option<String>,
    /// Labels that the build sets.
    pub labels: Option<Vec<(String, String)>>,
    /// The platform to build for.
    pub platform: Option<String>,
}

/// Checks a Dockerfile.
pub(crate) fn check_dockerfile(
    data: &Content<'_>,
    build: &BuildOptions,
    base_config: Option<&Content<'_>>,
    asked: &Asked,
) -> Judged {
    let input = DockerfileInput::new(bytes(data))
        .build_args(build.build_args.as_deref().unwrap_or_default())
        .target(build.target.as_deref())
        .labels(build.labels.as_deref().unwrap_or_default())
        .base_config(base_config.map(bytes))
        .platform(build.platform.as_deref());
    judged(&dockerfile(input, &asked.policy), &Inputs::One(data), asked.render)
}

/// What is known of an image beside its reference.
pub(crate) struct ImageDocuments<'a> {
    /// The image's config.
    pub(crate) config: Option<Content<'a>>,
    /// The image's manifest.
    pub(crate) manifest: Option<Content<'a>>,
    /// The file with the credentials of the push.
    pub(crate) auth_file: Option<Secret<'a>>,
    /// The key that the registry takes as password.
    pub(crate) registry_key: Option<Secret<'a>>,
}

/// Checks an image.
pub(crate) fn check_image(
    reference: &Content<'_>,
    published: &[String],
    documents: &ImageDocuments<'_>,
    asked: &Asked,
) -> Judged {
    let text = |content| Text::from(bytes(content));
    let input = ImageInput::new(bytes(reference))
        .published(published)
        .config(documents.config.as_ref().map(text))
        .manifest(documents.manifest.as_ref().map(text))
        .auth_file(documents.auth_file.as_ref().map(|file| text(&file.0)))
        .registry_key(documents.registry_key.as_ref().map(|key| text(&key.0)));
    judged(&image(input, &asked.policy), &Inputs::One(reference), asked.render)
}

/// The gravest finding of each line, and none for what is right.
pub(crate) fn check_tags(lines: &Content<'_>, asked: &Asked) -> TagVerdicts {
    let all: Vec<_> = rules().collect();
    let (mut severities, mut broken) = (Vec::new(), Vec::new());
    let text = bytes(lines);
    let ended = text.strip_suffix(b"\n").or(if text.is_empty() { None } else { Some(text) });
    for line in ended.into_iter().flat_map(|text| text.split(|b| *b == b'\n')) {
        let report = tag(line, &asked.policy);
        let gravest = report.findings().reduce(|a, b| if b.severity() > a.severity() { b } else { a });
        severities.push(gravest.map_or(0, |finding| 1 + finding.severity() as u8));
        let at = gravest.and_then(|finding| all.iter().position(|rule| std::ptr::eq(*rule, finding.rule())));
        broken.push(at.map_or(0, |at| 1 + at as u16));
    }
    TagVerdicts { severities: severities.into(), rules: broken.into() }
}

/// What was found of many tags, in their order.
#[napi(object, object_from_js = false)]
pub struct TagVerdicts {
    /// 0 for nothing, then 1 for a note, 2 for a warning, 3 for an error.
    pub severities: Uint8Array,
    /// 0 for none, then the place in the table of rules counted from 1.
    pub rules: Uint16Array,
}
