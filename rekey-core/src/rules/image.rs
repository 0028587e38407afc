//! Rules about image references, and about images' configs and manifests.

mod auth_file_malformed;
mod auth_file_no_credential;
mod auth_file_other_project;
mod auth_file_several;
mod auth_file_user;
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
mod registry_key_form;
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
        auth_file::{self, AuthFile, Credential, Login},
        config::{Config, Problem},
        facts::ImageFacts,
        reference::ReferenceScan,
        registry::{PushTarget, QUAY, QUAY_NAMESPACE, SCAN, host},
        registry_key::KeyForm,
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
    &auth_file_malformed::RULE,
    &auth_file_no_credential::RULE,
    &auth_file_other_project::RULE,
    &auth_file_user::RULE,
    &auth_file_several::RULE,
    &registry_key_form::RULE,
];

/// What a rule of this subject looks at: a reference, or a document.
pub(crate) struct Context<'a> {
    /// What stands in the reference.
    pub(crate) scan: &'a ReferenceScan<'a>,
    /// The reference, where it is one: rules of policy have nothing to say about a text that is none.
    pub(crate) reference: Option<&'a ImageReference>,
    /// The config, manifest, auth file or key, where the turn is one's.
    pub(crate) document: Option<&'a Document>,
    /// What it is judged against.
    pub(crate) policy: &'a Policy,
}

/// What was given beside the reference.
pub(crate) enum Document {
    /// The image's config.
    Config(Result<Config, Problem>),
    /// The image's manifest.
    Manifest(Result<ImageFacts, Problem>),
    /// The file with the credentials of the push.
    AuthFile(Result<AuthFile, auth_file::Problem>, Option<ImageReference>),
    /// The key of the project.
    RegistryKey(KeyForm),
}

impl Document {
    /// What it tells of the image.
    pub(crate) fn facts(&self) -> Option<&ImageFacts> {
        match self {
            Self::Config(config) => config.as_ref().ok().map(|config| &config.facts),
            Self::Manifest(facts) => facts.as_ref().ok(),
            Self::AuthFile(..) | Self::RegistryKey(_) => None,
        }
    }

    /// Why it tells nothing.
    fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Config(config) => config.as_ref().err(),
            Self::Manifest(facts) => facts.as_ref().err(),
            Self::AuthFile(..) | Self::RegistryKey(_) => None,
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

    /// The auth file, where it is one.
    fn auth_file(&self) -> Option<&AuthFile> {
        match self.document {
            Some(Document::AuthFile(file, _)) => file.as_ref().ok(),
            _ => None,
        }
    }

    /// What a push to Red Hat logs in with, by the auth file.
    fn login(&self) -> Option<(PushTarget<'_>, Login<'_>)> {
        match self.document {
            Some(Document::AuthFile(Ok(file), Some(reference))) => {
                Some((PushTarget::of(reference)?, file.login(reference)))
            }
            _ => None,
        }
    }

    /// The credential that a push to Red Hat logs in with, and where it stands in the auth file.
    fn credential(&self) -> Option<(PushTarget<'_>, &Credential, String)> {
        match self.login()? {
            (target, Login::Entry { key, credential: Ok(credential) }) => {
                Some((target, credential, entry_pointer(key)))
            }
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

/// Where an entry of an auth file stands; not more than that there is one where its key is a URL, which may hold a
/// password.
fn entry_pointer(key: &str) -> String {
    if key.contains("://") { "/auths".to_owned() } else { format!("/auths/{}", key.replace('/', "~1")) }
}
