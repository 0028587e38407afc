//! `check_image`.

use super::{run, secrets::Secrets, section};
use crate::{
    finding::{Draft, Source, Subject},
    image::{
        ImageReference,
        auth_file::AuthFile,
        config::{read_config, read_manifest, without_layers},
        contents::ImageContents,
        facts::{Evidence, Fact, ImageFacts},
        inspection::Inspection,
        mistaken::Mistaken,
        reference::{ReferenceScan, scan},
        registry_key::KeyForm,
    },
    input::Text,
    policy::Policy,
    report::{Facts, Report, Section},
    rules::image::{Context, Document, RULES},
};

/// Checks the reference that an image is pushed to, and what else is given: the image's config and manifest, the auth
/// file and the registry key of the push.
///
/// ```
/// use rekey_core::{Policy, check_image};
///
/// let report = check_image("registry.connect.redhat.com/acme/app:1.0-1", &Policy::default());
/// assert_eq!(report.findings().next().unwrap().rule().id, "image-pull-registry");
/// ```
pub fn check_image<'a>(input: impl Into<ImageInput<'a>>, policy: &Policy) -> Report {
    let input = input.into();
    let scanned = input.reference.as_ref().map(|text| (text, scan(text.bytes())));
    let mistaken = scanned.as_ref().and_then(|(_, scan)| Mistaken::of(scan));
    let read = scanned.as_ref().filter(|_| mistaken.is_none());
    let reference = read.and_then(|(_, scan)| ImageReference::from_scan(scan));
    let documents = documents(&input, reference.as_ref());
    let contents = input.contents.map(|(image, source)| (Inspection::of(image, policy), source));

    let mut sections = Vec::new();
    if let Some((text, scan)) = &scanned {
        let context = Context { scan, reference: reference.as_ref(), mistaken, ..Context::of(policy) };
        let secrets = Secrets::by_form(text.bytes());
        let mut drafts = judge(&context);
        if reference.is_some() {
            drafts.extend(tag_drafts(scan, input.published, &secrets, policy));
        }
        let value = reference.clone().filter(|_| secrets.spans.is_empty()).map_or(Facts::None, Facts::Image);
        sections.push(section(Subject::Image, text, "reference", drafts, policy, value, secrets));
    }
    if let Some((inspection, source)) = &contents {
        let mut told = documents.iter().filter_map(|(_, _, document)| document.facts());
        // Another policy judges an operator bundle.
        let drafts = if told.any(|facts| facts.operator_bundle) {
            Vec::new()
        } else {
            judge(&Context { contents: Some(inspection), ..Context::of(policy) })
        };
        let value = Facts::Contents(Box::new(inspection.summary()));
        let text = Text::from("").called((*source).clone());
        sections.push(section(Subject::Image, &text, "image", drafts, policy, value, Secrets::default()));
    }
    for (text, field, document) in &documents {
        sections.push(document_section(text, field, document, policy));
    }
    // What is nearest to the image comes first; an archive's own name for it last.
    let facts = contents.iter().map(|(inspection, _)| inspection.facts(policy));
    let facts = facts.chain(documents.iter().filter_map(|(_, _, document)| document.facts()).cloned());
    let facts = facts.chain(reference.as_ref().map(|reference| image_facts(reference, Evidence::Reference)));
    let own_name = contents.as_ref().and_then(|(inspection, _)| inspection.image.names.first());
    let own_name = own_name.and_then(|name| ImageReference::parse(name).ok());
    let facts = facts.chain(own_name.map(|name| image_facts(&name, Evidence::Archive)));
    let facts = facts.reduce(ImageFacts::completed_by);
    if let Some(first) = sections.first_mut() {
        first.image = facts.map(Box::new);
    }
    Report::joined(policy, sections)
}

fn judge(context: &Context<'_>) -> Vec<Draft> {
    run(RULES, context.policy, |entry, findings| (entry.check)(context, findings))
}

/// The documents that were given, what is nearest to the image first.
fn documents<'a>(
    input: &ImageInput<'a>,
    reference: Option<&ImageReference>,
) -> Vec<(Text<'a>, &'static str, Document)> {
    let manifest = input
        .manifest
        .as_ref()
        .map(|text| (text.clone(), "manifest", Document::Manifest(read_manifest(text.bytes()))));
    let counted = input.contents.is_some() || matches!(manifest, Some((_, _, Document::Manifest(Ok(_)))));
    let archived = input.contents.filter(|(image, _)| !image.config.is_empty()).map(|(image, source)| {
        Text::from(&image.config).called(Source::named_field(format!("{source} config")))
    });
    let config = input.config.as_ref().or(archived.as_ref()).map(|text| {
        let mut config = read_config(text.bytes());
        if let (Ok(config), true) = (&mut config, counted) {
            config.facts = without_layers(config.facts.clone());
        }
        (text.clone(), "config", Document::Config(config))
    });
    let auth_file = input.auth_file.as_ref().map(|text| {
        (text.clone(), "auth_file", Document::AuthFile(AuthFile::read(text.bytes()), reference.cloned()))
    });
    let key = input.registry_key.as_ref();
    let key =
        key.map(|text| (text.clone(), "registry_key", Document::RegistryKey(KeyForm::of(text.bytes()))));
    [manifest, config, auth_file, key].into_iter().flatten().collect()
}

pub(super) fn document_section(
    text: &Text<'_>,
    field: &'static str,
    document: &Document,
    policy: &Policy,
) -> Section {
    let context = Context { document: Some(document), ..Context::of(policy) };
    let secrets = match document {
        Document::AuthFile(..) | Document::RegistryKey(_) => Secrets::all(text.bytes()),
        _ => Secrets::default(),
    };
    section(Subject::Image, text, field, judge(&context), policy, Facts::None, secrets)
}

/// What the rules about tags say of a reference's tag, as far as no rule about references says it.
///
/// A pushed tag needs no release, since nobody counts it up.
fn tag_drafts(
    scan: &ReferenceScan<'_>,
    published: &[String],
    secrets: &Secrets<'_>,
    policy: &Policy,
) -> Vec<Draft> {
    const SAID_ALREADY: &[&str] = &["tag-invalid", "tag-build-metadata", "tag-latest", "tag-missing-release"];
    let Some(place) = scan.tag else { return Vec::new() };
    let text = place.of(scan.text);
    let tag = crate::tag::scan(text);
    let context = crate::rules::tag::Context::new(&tag, published, secrets.certain_token(text), policy);
    let mut drafts = run(crate::rules::tag::RULES, policy, |entry, findings| {
        if !SAID_ALREADY.contains(&entry.rule.id) {
            (entry.check)(&context, findings);
        }
    });
    for draft in &mut drafts {
        draft.shift(place.start as usize);
    }
    drafts
}

/// What a reference tells of its image.
pub(super) fn image_facts(reference: &ImageReference, by: Evidence) -> ImageFacts {
    let known = |tag| Fact::Known(tag, by);
    let tag = match (reference.digest(), reference.tag()) {
        (Some(_), _) => known(None),
        (None, tag) => known(Some(tag.unwrap_or("latest").to_owned())),
    };
    ImageFacts {
        tag,
        name: Fact::Known(reference.last_component().to_owned(), by),
        ..ImageFacts::unknown("only the image's reference is given")
    }
}

/// What [`check_image`] looks at.
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

    /// An image out of an archive, and what reports call it. Its config is judged with it unless another one is given.
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

    /// The reference that the image is going to be pushed to.
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

    /// The file with the credentials of the push: podman's `auth.json` or docker's `config.json`. Nothing of it but names
    /// of registries and ids of projects gets into the report.
    #[must_use]
    pub fn auth_file(mut self, json: Option<Text<'a>>) -> Self {
        self.auth_file = json;
        self
    }

    /// The key of the project, which the registry takes as password. It is counted and not kept.
    #[must_use]
    pub fn registry_key(mut self, key: Option<Text<'a>>) -> Self {
        self.registry_key = key;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Flow, Outcome, PolicyKind, Severity};

    const CONFIGS: &[&str] = &[
        "{}",
        r#"{"config": {}, "rootfs": {}}"#,
        r#"{"config": {"User": "1001", "Labels": {"name": "Red Hat"}}}"#,
        r#"{"config": {"User": "0:0", "Labels": {"name": "a", "vendor": "b", "version": "1", "release": "1",
            "summary": "c", "description": "d", "maintainer": "m@redhat.com"}}}"#,
        r#"{"config": {"Labels": {"operators.operatorframework.io.bundle.mediatype.v1": "registry+v1"}}}"#,
    ];

    /// Every policy in some versions that know it.
    fn policies() -> impl Iterator<Item = Policy> {
        let versions = ["1.11", "1.13", "1.21"].iter();
        let every = versions.flat_map(|version| PolicyKind::ALL.iter().map(move |kind| (version, *kind)));
        every
            .flat_map(|(version, kind)| {
                Flow::ALL.iter().map(move |flow| (*flow, kind, version.parse().unwrap()))
            })
            .filter_map(|(flow, kind, version)| Policy::new(flow, kind, version).ok())
    }

    #[test]
    fn a_forecast_of_fail_comes_with_an_error() {
        let long = format!(r#"{{"layers": [{}]}}"#, vec!["0"; 41].join(","));
        for policy in policies() {
            for config in CONFIGS {
                for reference in ["quay.io/a/b:1", "quay.io/a/b:Latest", "quay.io/a/redhat", "!"] {
                    let input = ImageInput::new(reference)
                        .config(Some((*config).into()))
                        .manifest(Some(long.as_str().into()));
                    let report = check_image(input, &policy);
                    for fail in report.forecast().iter().filter(|one| one.outcome == Outcome::Fail) {
                        let errors =
                            report.findings().filter(|finding| finding.severity() == Severity::Error);
                        let told = errors
                            .flat_map(|finding| finding.rule().checks)
                            .any(|check| *check == fail.check);
                        assert!(told, "{} of {reference} {config} under {policy:?}", fail.check);
                    }
                }
            }
        }
    }
}
