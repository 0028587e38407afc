//! `check_image`.

use super::{
    credentials::{CredentialsInput, sections as credentials_sections},
    reference::{ScannedReference, image_facts},
    run,
    secrets::Secrets,
    section,
};
use crate::{
    facts::{Evidence, Fact, ImageFacts, contents::Inspection},
    finding::{Draft, Source},
    image::{
        config::{read_config, read_manifest},
        contents::{ImageContents, Repository},
    },
    input::Text,
    reference::ImageReference,
    report::{Facts, Report, Section},
    rule::Subject,
    rules::image::{Context, Document, RULES},
    target::Target,
};

/// Checks an image with all inputs that are given: the reference that it is pushed to, its config and
/// manifest, its contents from an archive, and the auth file and registry key for the push.
///
/// ```
/// use rekey_core::{ImageInput, Target, check_image};
///
/// let config = r#"{"config": {"User": "root"}, "rootfs": {"type": "layers", "diff_ids": []}}"#;
/// let input = ImageInput::new("quay.io/acme/app:1.0-1").config(Some(config.into()));
/// let report = check_image(input, &Target::default());
/// assert!(report.findings().any(|finding| finding.rule().id == "image-user-root"));
/// ```
pub fn check_image<'a>(input: impl Into<ImageInput<'a>>, target: &Target) -> Report {
    let input = input.into();
    let scanned = input.reference.as_ref().map(ScannedReference::of);
    let reference = scanned.as_ref().and_then(|scanned| scanned.reference.as_ref());
    let documents = documents(&input);
    let of_documents: Vec<_> = documents.iter().filter_map(|(_, _, document)| facts_of(document)).collect();
    let contents = input.contents.map(|(image, source)| (Inspection::of(image, target), source));

    let mut sections = Vec::new();
    sections.extend(scanned.as_ref().map(|scanned| scanned.section(input.published, target)));
    if let Some((inspection, source)) = &contents {
        // Operator bundles are checked under another policy.
        let drafts = if of_documents.iter().any(|facts| facts.operator_bundle) {
            Vec::new()
        } else {
            judge(&Context::Contents(inspection), target)
        };
        let value = Facts::Image(Box::new(inspection.summary()));
        let text = Text::from("").called((*source).clone());
        sections.push(section(Subject::Image, &text, "image", drafts, target, value, Secrets::default()));
    }
    for (text, field, document) in &documents {
        sections.push(document_section(text, field, document, target));
    }
    let credentials = CredentialsInput::new()
        .auth_file(input.auth_file)
        .registry_key(input.registry_key)
        .reference(reference);
    sections.extend(credentials_sections(&credentials, target));
    // The source nearest to the image comes first; an archive's own name for it comes last.
    let own_name = contents.as_ref().and_then(|(inspection, _)| inspection.image.names.first());
    let own_name = own_name.and_then(|name| ImageReference::parse(name).ok());
    let repository = input.contents.and_then(|(image, _)| image.repository.as_ref());
    let facts = contents.iter().map(|(inspection, _)| inspection.facts(target));
    let facts = facts
        .chain(of_documents)
        .chain(reference.map(|reference| image_facts(reference, Evidence::Reference)))
        .chain(repository.map(|repository| repository_facts(repository, reference)))
        .chain(own_name.map(|name| image_facts(&name, Evidence::Archive)))
        .reduce(ImageFacts::completed_by);
    if let Some(first) = sections.first_mut() {
        first.image = facts.map(Box::new);
    }
    Report::joined(target, sections)
}

/// The facts that the registry knows about an image that was read from it. The tags are of interest only if
/// the image is pushed to the same repository.
fn repository_facts(repository: &Repository, pushed_to: Option<&ImageReference>) -> ImageFacts {
    let own = repository.reference();
    let mut facts = image_facts(own, Evidence::Registry);
    let tags = repository.published().filter(|_| pushed_to.is_none_or(|other| other.name() == own.name()));
    if let Some(tags) = tags {
        facts.repository_tags = Fact::Known(tags.to_vec(), Evidence::Registry);
    }
    facts
}

pub(super) fn judge(context: &Context<'_>, target: &Target) -> Vec<Draft> {
    run(RULES, target, |entry, findings| (entry.check)(context, findings))
}

/// The documents that were given, those nearest to the image first.
fn documents<'a>(input: &ImageInput<'a>) -> Vec<(Text<'a>, &'static str, Document)> {
    let manifest = input
        .manifest
        .as_ref()
        .map(|text| (text.clone(), "manifest", Document::Manifest(read_manifest(text.bytes()))));
    // The layers of an archive or a manifest are better evidence than those that the config lists.
    let counted = input.contents.is_some() || matches!(manifest, Some((_, _, Document::Manifest(Ok(_)))));
    let archived = input.contents.filter(|(image, _)| !image.config.is_empty()).map(|(image, source)| {
        Text::from(&image.config).called(Source::named_field(format!("{source} config")))
    });
    let config = input.config.as_ref().or(archived.as_ref()).map(|text| {
        let mut config = read_config(text.bytes());
        if let (Ok(config), true) = (&mut config, counted) {
            config.layers = None;
        }
        (text.clone(), "config", Document::Config(config))
    });
    [manifest, config].into_iter().flatten().collect()
}

/// The facts that a document contains about its image, if it can be read.
fn facts_of(document: &Document) -> Option<ImageFacts> {
    match document {
        Document::Config(config) => config.as_ref().ok().map(ImageFacts::from),
        Document::Manifest(manifest) => manifest.as_ref().ok().map(ImageFacts::from),
    }
}

pub(super) fn document_section(
    text: &Text<'_>,
    field: &'static str,
    document: &Document,
    target: &Target,
) -> Section {
    let drafts = judge(&Context::Document(document), target);
    section(Subject::Image, text, field, drafts, target, Facts::None, Secrets::default())
}

/// The input of [`check_image`].
#[derive(Clone, Debug)]
pub struct ImageInput<'a> {
    pub(crate) reference: Option<Text<'a>>,
    pub(crate) contents: Option<(&'a ImageContents, &'a Source)>,
    pub(crate) config: Option<Text<'a>>,
    pub(crate) manifest: Option<Text<'a>>,
    pub(crate) auth_file: Option<Text<'a>>,
    pub(crate) registry_key: Option<Text<'a>>,
    pub(crate) published: &'a [String],
}

impl<'a> ImageInput<'a> {
    /// A reference alone.
    pub fn new(reference: impl Into<Text<'a>>) -> Self {
        Self { reference: Some(reference.into()), ..Self::nothing() }
    }

    /// An image from an archive, with the name that reports use for it. The archive's config is checked
    /// unless another one is given.
    pub fn archive(contents: &'a ImageContents, called: &'a Source) -> Self {
        Self { contents: Some((contents, called)), ..Self::nothing() }
    }

    fn nothing() -> Self {
        Self {
            reference: None,
            contents: None,
            config: None,
            manifest: None,
            auth_file: None,
            registry_key: None,
            published: &[],
        }
    }

    /// The reference that the image will be pushed to.
    #[must_use]
    pub fn reference(mut self, reference: Option<Text<'a>>) -> Self {
        self.reference = reference;
        self
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

    /// The file with the credentials for the push: podman's `auth.json` or docker's `config.json`. The report
    /// contains nothing of it except names of registries and project ids.
    #[must_use]
    pub fn auth_file(mut self, json: Option<Text<'a>>) -> Self {
        self.auth_file = json;
        self
    }

    /// The registry key of the project, which the registry accepts as a password. It is measured and not
    /// kept.
    #[must_use]
    pub fn registry_key(mut self, key: Option<Text<'a>>) -> Self {
        self.registry_key = key;
        self
    }

    /// The tags that the image was already published with.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Flow, Outcome, Policy, Severity};

    const CONFIGS: &[&str] = &[
        "{}",
        r#"{"config": {}, "rootfs": {}}"#,
        r#"{"config": {"User": "1001", "Labels": {"name": "Red Hat"}}}"#,
        r#"{"config": {"User": "0:0", "Labels": {"name": "a", "vendor": "b", "version": "1", "release": "1",
            "summary": "c", "description": "d", "maintainer": "m@redhat.com"}}}"#,
        r#"{"config": {"Labels": {"operators.operatorframework.io.bundle.mediatype.v1": "registry+v1"}}}"#,
    ];

    /// Every policy, each in some of the versions that know it.
    fn policies() -> impl Iterator<Item = Target> {
        let versions = ["1.11", "1.13", "1.21"].iter();
        let every = versions.flat_map(|version| Policy::ALL.iter().map(move |kind| (version, *kind)));
        every
            .flat_map(|(version, kind)| {
                Flow::ALL.iter().map(move |flow| (*flow, kind, version.parse().unwrap()))
            })
            .filter_map(|(flow, kind, version)| Target::new(flow, kind, version).ok())
    }

    #[test]
    fn a_forecast_of_fail_comes_with_an_error() {
        let long = format!(r#"{{"layers": [{}]}}"#, vec!["0"; 41].join(","));
        for target in policies() {
            for config in CONFIGS {
                for reference in ["quay.io/a/b:1", "quay.io/a/b:Latest", "quay.io/a/redhat", "!"] {
                    let input = ImageInput::new(reference)
                        .config(Some((*config).into()))
                        .manifest(Some(long.as_str().into()));
                    let report = check_image(input, &target);
                    for fail in report.forecast().iter().filter(|one| one.outcome == Outcome::Fail) {
                        let errors =
                            report.findings().filter(|finding| finding.severity() == Severity::Error);
                        let told = errors
                            .flat_map(|finding| finding.rule().checks())
                            .any(|check| *check == fail.check);
                        assert!(told, "{} of {reference} {config} under {target:?}", fail.check);
                    }
                }
            }
        }
    }
}
