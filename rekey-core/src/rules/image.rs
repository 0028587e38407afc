//! Rules about image references, and about images' configs and manifests.

mod credentials;
mod digest_only;
mod digest_pushed;
mod document_malformed;
mod hosted_path;
mod hosted_project;
mod hosted_registry;
mod label_missing;
mod label_trademark;
mod latest;
mod malformed;
mod missing_tag;
mod name_trademark;
mod not_hosted_registry;
mod not_scan_registry;
mod placeholder;
mod pull_registry;
mod scan_path;
mod scan_project;
mod scheme;
mod too_many_layers;
mod uppercase;
mod user_root;
mod user_root_unseen;

use crate::{
    image::{
        ImageReference,
        config::{Config, Problem},
        facts::ImageFacts,
        reference::ReferenceScan,
        registry::{QUAY, QUAY_NAMESPACE, SCAN, host},
    },
    policy::Policy,
    rule::Rule,
    text::Span,
};

/// Every rule of the subject, in the order in which they run.
pub(crate) static RULES: &[&Rule] = &[
    &malformed::RULE,
    &scheme::RULE,
    &credentials::RULE,
    &placeholder::RULE,
    &uppercase::RULE,
    &pull_registry::RULE,
    &not_scan_registry::RULE,
    &scan_path::RULE,
    &scan_project::RULE,
    &not_hosted_registry::RULE,
    &hosted_path::RULE,
    &hosted_project::RULE,
    &hosted_registry::RULE,
    &missing_tag::RULE,
    &latest::RULE,
    &digest_pushed::RULE,
    &digest_only::RULE,
    &name_trademark::RULE,
    &document_malformed::RULE,
    &label_missing::RULE,
    &label_trademark::RULE,
    &user_root::RULE,
    &user_root_unseen::RULE,
    &too_many_layers::RULE,
];

/// What a rule of this subject looks at: a reference, or a document.
pub(crate) struct Context<'a> {
    /// What stands in the reference.
    pub(crate) scan: &'a ReferenceScan<'a>,
    /// The reference, where it is one: rules of policy have nothing to say about a text that is none.
    pub(crate) reference: Option<&'a ImageReference>,
    /// The config or manifest, where the turn is one's.
    pub(crate) document: Option<&'a Document>,
    /// What it is judged against.
    pub(crate) policy: &'a Policy,
}

/// A config or manifest that was given.
pub(crate) enum Document {
    /// The image's config.
    Config(Result<Config, Problem>),
    /// The image's manifest.
    Manifest(Result<ImageFacts, Problem>),
}

impl Document {
    /// What it tells of the image.
    pub(crate) fn facts(&self) -> Option<&ImageFacts> {
        match self {
            Self::Config(config) => config.as_ref().ok().map(|config| &config.facts),
            Self::Manifest(facts) => facts.as_ref().ok(),
        }
    }

    /// Why it tells nothing.
    fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Config(config) => config.as_ref().err(),
            Self::Manifest(facts) => facts.as_ref().err(),
        }
    }

    /// JSON pointer of the list of layers.
    fn layers(&self) -> &'static str {
        match self {
            Self::Config(Ok(config)) => config.layers,
            _ => "/layers",
        }
    }
}

impl Context<'_> {
    /// The config, unless it is an operator bundle's, which another policy judges.
    fn config(&self) -> Option<&Config> {
        match self.document {
            Some(Document::Config(Ok(config))) if !config.facts.operator_bundle => Some(config),
            _ => None,
        }
    }

    /// Where the registry stands; the whole name where Docker Hub goes without saying.
    fn registry_place(&self) -> Span {
        self.scan.domain.unwrap_or(self.scan.path)
    }

    /// The reference, if it is on the registry that `Flow::BuildService` pushes to.
    fn on_scan_registry(&self) -> Option<&ImageReference> {
        self.reference.filter(|reference| host(reference.domain()).eq_ignore_ascii_case(SCAN))
    }

    /// What stands behind the namespace that `Flow::Quay` pushes to, and where.
    fn below_quay_namespace(&self) -> Option<(&str, Span)> {
        let reference =
            self.reference.filter(|reference| host(reference.domain()).eq_ignore_ascii_case(QUAY))?;
        let project = reference.path().strip_prefix(QUAY_NAMESPACE)?.strip_prefix('/')?;
        let end = self.scan.path.end as usize;
        Some((project, Span::new(end - project.len(), end)))
    }
}
