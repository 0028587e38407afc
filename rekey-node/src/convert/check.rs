//! The checks, with JavaScript's arguments converted to core's inputs.

use std::collections::HashMap;

use napi::bindgen_prelude::{Uint8Array, Uint16Array};
use napi_derive::napi;
use rekey_core::{
    CredentialsInput, DockerfileInput, GitUrlInput, ImageInput, ImageReference, PrivateKeyInput,
    ReferenceInput, RehearsalInput, Report, TagInput, Text, check_credentials as credentials,
    check_dockerfile as dockerfile, check_git_url as git_url, check_image as image,
    check_private_key as private_key, check_reference as reference, check_rehearsal as rehearsal,
    check_tag as tag, dockerfile::BuildContext, private_key::Primality, rehearsal::Rehearsal, rules,
};
use rekey_files::{
    archive::{ArchiveSource, ImageLocation},
    build_context::ContextFolder,
    submission::LoadError,
};

use super::{
    report::{Inputs, ReportForms, forms},
    target::Request,
    value::Refusal,
};
use crate::content::{Content, Secret, bytes};

/// Checks a tag.
pub(crate) fn check_tag(text: &Content<'_>, published: &[String], request: &Request) -> ReportForms {
    let report = tag(TagInput::new(bytes(text)).published(published), &request.target);
    forms(&report, &Inputs::One(text), request.wanted)
}

/// Checks a git URL.
pub(crate) fn check_git_url(text: &Content<'_>, private: Option<bool>, request: &Request) -> ReportForms {
    let report = git_url(GitUrlInput::new(bytes(text)).private(private), &request.target);
    forms(&report, &Inputs::One(text), request.wanted)
}

/// The inputs for a private key other than the key.
pub(crate) struct KeyBeside<'a> {
    pub(crate) public_key: Option<Secret<'a>>,
    pub(crate) fingerprint: Option<String>,
    pub(crate) mode: Option<u32>,
    pub(crate) quick: bool,
}

/// Checks a private key.
pub(crate) fn check_private_key(data: &Secret<'_>, beside: &KeyBeside<'_>, request: &Request) -> ReportForms {
    let input = PrivateKeyInput::new(bytes(&data.0))
        .public_key(beside.public_key.as_ref().map(Secret::text))
        .fingerprint(beside.fingerprint.as_deref().map(Text::from))
        .mode(beside.mode)
        .primality(if beside.quick { Primality::Quick } else { Primality::Full });
    forms(&private_key(input, &request.target), &Inputs::Key(&data.0), request.wanted)
}

/// The inputs of a Dockerfile's build.
#[napi(object, object_to_js = false)]
#[derive(Default)]
pub struct BuildOptions {
    /// Values of build arguments.
    pub build_args: Option<Vec<(String, String)>>,
    /// The stage to build.
    pub stage: Option<String>,
    /// Labels that the build sets.
    pub labels: Option<Vec<(String, String)>>,
    /// The platform to build for.
    pub platform: Option<String>,
    /// The path of the folder that the build copies from.
    pub context: Option<String>,
}

/// Checks a Dockerfile.
pub(crate) fn check_dockerfile(
    data: &Content<'_>,
    build: &BuildOptions,
    base_config: Option<&Content<'_>>,
    request: &Request,
) -> Result<ReportForms, Refusal> {
    let context = build.context.as_deref().map(opened).transpose()?;
    let input = DockerfileInput::new(bytes(data))
        .build_args(build.build_args.as_deref().unwrap_or_default())
        .stage(build.stage.as_deref())
        .labels(build.labels.as_deref().unwrap_or_default())
        .base_config(base_config.map(bytes))
        .context(context.as_ref().map(|folder| folder as &dyn BuildContext))
        .platform(build.platform.as_deref());
    Ok(forms(&dockerfile(input, &request.target), &Inputs::One(data), request.wanted))
}

/// The folder that a build copies from.
pub(crate) fn opened(path: &str) -> Result<ContextFolder, Refusal> {
    ContextFolder::open(path, None).map_err(|error| Refusal::of(&LoadError::Read(error)))
}

/// The inputs for a reference other than the reference.
pub(crate) struct ImageBeside<'a> {
    pub(crate) published: Vec<String>,
    pub(crate) config: Option<Content<'a>>,
    pub(crate) manifest: Option<Content<'a>>,
    pub(crate) auth_file: Option<Secret<'a>>,
    pub(crate) registry_key: Option<Secret<'a>>,
}

/// Checks an image.
pub(crate) fn check_image(
    reference: &Content<'_>,
    beside: &ImageBeside<'_>,
    request: &Request,
) -> ReportForms {
    let ImageBeside { published, config, manifest, auth_file, registry_key } = beside;
    let input = ImageInput::new(bytes(reference))
        .published(published)
        .config(config.as_ref().map(|json| Text::from(bytes(json))))
        .manifest(manifest.as_ref().map(|json| Text::from(bytes(json))))
        .auth_file(auth_file.as_ref().map(Secret::text))
        .registry_key(registry_key.as_ref().map(Secret::text));
    let shown =
        [("reference", Some(reference)), ("config", config.as_ref()), ("manifest", manifest.as_ref())];
    let texts: Vec<_> = shown.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?))).collect();
    let kept = [("auth_file", auth_file), ("registry_key", registry_key)];
    let secrets: Vec<_> =
        kept.into_iter().filter_map(|(name, text)| Some((name.to_owned(), &text.as_ref()?.0))).collect();
    forms(&image(input, &request.target), &Inputs::Named { texts: &texts, secrets: &secrets }, request.wanted)
}

/// Checks the reference that an image is pushed to.
pub(crate) fn check_reference(text: &Content<'_>, published: &[String], request: &Request) -> ReportForms {
    let report = reference(ReferenceInput::new(bytes(text)).published(published), &request.target);
    forms(&report, &Inputs::One(text), request.wanted)
}

/// Checks the credentials for pushing an image.
pub(crate) fn check_credentials(
    auth_file: Option<&Secret<'_>>,
    registry_key: Option<&Secret<'_>>,
    reference: Option<&Content<'_>>,
    request: &Request,
) -> ReportForms {
    let reference = reference.and_then(|text| ImageReference::parse(bytes(text)).ok());
    let input = CredentialsInput::new()
        .auth_file(auth_file.map(Secret::text))
        .registry_key(registry_key.map(Secret::text))
        .reference(reference.as_ref());
    let kept = [("auth_file", auth_file), ("registry_key", registry_key)];
    let secrets: Vec<_> =
        kept.into_iter().filter_map(|(name, text)| Some((name.to_owned(), &text?.0))).collect();
    let inputs = Inputs::Named { texts: &[], secrets: &secrets };
    forms(&credentials(&input, &request.target), &inputs, request.wanted)
}

/// Judges recorded facts, and the Dockerfile of the commit.
pub(crate) fn check_rehearsal(text: &Content<'_>, facts: &Rehearsal, request: &Request) -> ReportForms {
    let input = RehearsalInput::new(facts).dockerfile(Some(DockerfileInput::new(bytes(text))));
    forms(&rehearsal(input, &request.target), &Inputs::One(text), request.wanted)
}

/// Checks every image of an archive or layout: a string is its location.
pub(crate) fn check_image_archive(
    archive: &Content<'_>,
    reference: Option<&Content<'_>>,
    request: &Request,
) -> Result<ReportForms, Refusal> {
    let source = match archive {
        Content::A(path) => {
            ImageLocation::parse(path.as_ref()).unwrap_or_else(|| ImageLocation::new(path)).into()
        }
        Content::B(bytes) => ArchiveSource::Bytes(bytes),
    };
    let text = reference.map(|reference| Text::from(bytes(reference)));
    let report = rekey_files::archive::check_image_archive(source, text.as_ref(), &request.target);
    let report = report.map_err(|error| Refusal::of(&LoadError::Read(error)))?;
    let texts: Vec<_> = reference.map(|reference| ("reference".to_owned(), reference)).into_iter().collect();
    Ok(forms(&report, &Inputs::Named { texts: &texts, secrets: &[] }, request.wanted))
}

/// The most severe finding for each tag, one tag per line.
pub(crate) fn check_tags(lines: &Content<'_>, request: &Request) -> Verdicts {
    verdicts(lines, |line| tag(line, &request.target))
}

/// The most severe finding for each git URL, one URL per line.
pub(crate) fn check_git_urls(lines: &Content<'_>, private: Option<bool>, request: &Request) -> Verdicts {
    verdicts(lines, |line| git_url(GitUrlInput::new(line).private(private), &request.target))
}

/// The most severe finding for each line, and none for a valid one.
fn verdicts(lines: &Content<'_>, check: impl Fn(&[u8]) -> Report) -> Verdicts {
    let numbers: HashMap<_, _> =
        rules().zip(1..).map(|(rule, number)| (std::ptr::from_ref(rule), number)).collect();
    let (mut severities, mut broken) = (Vec::new(), Vec::new());
    let text = bytes(lines);
    let ended = text.strip_suffix(b"\n").or(if text.is_empty() { None } else { Some(text) });
    for line in ended.into_iter().flat_map(|text| text.split(|b| *b == b'\n')) {
        let report = check(line);
        let gravest = report.findings().reduce(|a, b| if b.severity() > a.severity() { b } else { a });
        severities.push(gravest.map_or(0, |finding| 1 + finding.severity() as u8));
        let number = gravest.and_then(|finding| numbers.get(&std::ptr::from_ref(finding.rule())));
        broken.push(number.copied().unwrap_or(0));
    }
    Verdicts { severities: severities.into(), rules: broken.into() }
}

/// The results for many texts, in the same order.
#[napi(object, object_from_js = false)]
pub struct Verdicts {
    /// 0 for no finding, 1 for a note, 2 for a warning, 3 for an error.
    pub severities: Uint8Array,
    /// 0 for no finding, otherwise the index in the table of rules, from 1.
    pub rules: Uint16Array,
}
