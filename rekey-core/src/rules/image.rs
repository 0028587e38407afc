//! Rules about image references, and about images' configs and manifests.

mod config;
mod credentials;
mod layers;
mod packages;
mod preflight_run;
mod reference;
mod registry;

use crate::{
    finding::Findings,
    image::{
        ImageReference,
        auth_file::{self, AuthFile, Credential, Login},
        config::{Config, Problem},
        contents::FaultKind,
        facts::ImageFacts,
        inspection::{Inspection, lossy, made_by},
        mistaken::Mistaken,
        reference::ReferenceScan,
        registry::{PushTarget, QUAY, QUAY_NAMESPACE, SCAN, host},
        registry_key::KeyForm,
    },
    policy::Policy,
    preflight::{
        artifacts::Rpm,
        explanation::{Artifact, Logged, Outcome},
        modified_files::{Modification, Modified},
    },
    rule::Rule,
    text::Span,
};

/// Every rule of the subject, in the order in which they run.
pub(crate) static RULES: &[&Entry] = &[
    &reference::MALFORMED,
    &reference::SCHEME,
    &reference::WEB_PAGE,
    &reference::CREDENTIALS,
    &reference::PLACEHOLDER,
    &reference::UPPERCASE,
    &registry::PULL_REGISTRY,
    &registry::NOT_SCAN_REGISTRY,
    &registry::SCAN_PATH,
    &registry::SCAN_PROJECT,
    &registry::NOT_HOSTED_REGISTRY,
    &registry::HOSTED_PATH,
    &registry::HOSTED_PROJECT,
    &registry::HOSTED_REGISTRY,
    &registry::INVALID_REGISTRY,
    &registry::PRIVATE_REGISTRY,
    &reference::SHORT_NAME,
    &reference::MISSING_TAG,
    &reference::LATEST,
    &reference::DIGEST_PUSHED,
    &reference::DIGEST_ONLY,
    &reference::NAME_TRADEMARK,
    &config::INVALID_DOCUMENT,
    &config::MISSING_LABEL,
    &config::LABEL_PLACEHOLDER,
    &config::LABEL_TRADEMARK,
    &config::USER_ROOT,
    &config::USER_ROOT_UNDETECTED,
    &config::TOO_MANY_LAYERS,
    &config::LAYER_LIMIT,
    &layers::INDEXES_DIFFER,
    &layers::DIGEST_MISMATCH,
    &layers::UNREADABLE_LAYER,
    &layers::LIMIT_EXCEEDED,
    &layers::UNSAFE_PATH,
    &layers::LINK_OUTSIDE,
    &config::ARCHITECTURE,
    &layers::PROVENANCE_ATTACHED,
    &layers::MISSING_LICENSE,
    &layers::LICENSE_UNDETECTED,
    &layers::LICENSE_LINK_BROKEN,
    &packages::MISSING_RPM_DATABASE,
    &packages::UNREADABLE_RPM_DATABASE,
    &packages::PROHIBITED_PACKAGE,
    &packages::MISSING_OS_RELEASE,
    &packages::FILES_MODIFIED,
    &packages::PACKAGE_DISTRIBUTION,
    &packages::PACKAGE_ARCHITECTURE,
    &packages::FILES_MODIFIED_THIRD_PARTY,
    &packages::FILES_MODIFIED_UNDETECTED,
    &credentials::AUTH_FILE_MALFORMED,
    &credentials::AUTH_FILE_NO_CREDENTIAL,
    &credentials::AUTH_FILE_HELPER,
    &credentials::AUTH_FILE_NEWLINE,
    &credentials::AUTH_FILE_OTHER_PROJECT,
    &credentials::AUTH_FILE_USER,
    &credentials::AUTH_FILE_SEVERAL,
    &credentials::REGISTRY_KEY_FORM,
    &preflight_run::RUN_STOPPED,
    &preflight_run::ARTIFACT_MALFORMED,
    &preflight_run::BASE_NOT_UBI,
    &preflight_run::CHECK_ERROR,
    &preflight_run::CHECK_UNEXPLAINED,
    &preflight_run::RESULTS_DIFFER,
    &preflight_run::ARTIFACTS_STALE,
    &preflight_run::PREFLIGHT_OUTDATED,
];

/// A rule of this table.
pub(crate) type Entry = crate::rule::Entry<fn(&Context<'_>, &mut Findings)>;

/// What a rule of this subject looks at: a reference, a document, or what an archive holds.
pub(crate) struct Context<'a> {
    /// What stands in the reference.
    pub(crate) scan: &'a ReferenceScan<'a>,
    /// The reference, where it is one: rules of policy have nothing to say about a text that is none.
    pub(crate) reference: Option<&'a ImageReference>,
    /// What the text is instead of a reference, whatever its grammar.
    pub(crate) mistaken: Option<Mistaken>,
    /// The config, manifest, auth file or key, where the turn is one's.
    pub(crate) document: Option<&'a Document>,
    /// What the layers of an archive tell, where it is their turn.
    pub(crate) contents: Option<&'a Inspection<'a>>,
    /// What it is judged against.
    pub(crate) policy: &'a Policy,
}

/// What was given beside the reference, or a file that preflight left behind.
pub(crate) enum Document {
    /// The image's config.
    Config(Result<Config, Problem>),
    /// The image's manifest.
    Manifest(Result<ImageFacts, Problem>),
    /// The file with the credentials of the push.
    AuthFile(Result<AuthFile, auth_file::Problem>, Option<ImageReference>),
    /// The key of the project.
    RegistryKey(KeyForm),
    /// A file of a run of preflight.
    Artifact(Artifact),
}

impl Document {
    /// What it tells of the image.
    pub(crate) fn facts(&self) -> Option<&ImageFacts> {
        match self {
            Self::Config(config) => config.as_ref().ok().map(|config| &config.facts),
            Self::Manifest(facts) => facts.as_ref().ok(),
            Self::AuthFile(..) | Self::RegistryKey(_) | Self::Artifact(_) => None,
        }
    }

    /// Why it tells nothing.
    fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Config(config) => config.as_ref().err(),
            Self::Manifest(facts) => facts.as_ref().err(),
            Self::AuthFile(..) | Self::RegistryKey(_) | Self::Artifact(_) => None,
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

/// A reference in which nothing stands.
static NOTHING: ReferenceScan<'static> = ReferenceScan::NOTHING;

impl<'a> Context<'a> {
    /// Nothing to look at yet.
    pub(crate) fn of(policy: &'a Policy) -> Self {
        Self { scan: &NOTHING, reference: None, mistaken: None, document: None, contents: None, policy }
    }
}

impl Context<'_> {
    /// How many layers the image has, by what the turn is one's.
    fn layers(&self) -> Option<u32> {
        if let Some(contents) = self.contents {
            return u32::try_from(contents.image.layers.len()).ok();
        }
        let facts = self.document?.facts().filter(|facts| !facts.operator_bundle)?;
        facts.layers.value().copied()
    }

    /// The files of packages that layers change in one way, by layer and package; those that preflight sees, or the others.
    fn changed(&self, kind: Modification, seen: bool) -> Vec<Changed<'_>> {
        let Some(contents) = self.contents else { return Vec::new() };
        let files = if seen { &contents.modified } else { &contents.unseen };
        let files: Vec<_> = files.iter().filter(|file| file.kind == kind).collect();
        let groups =
            files.chunk_by(|a, b| (a.layer, &a.package, &a.before) == (b.layer, &b.package, &b.before));
        groups
            .filter_map(|group| {
                let (first, rest) = group.split_first()?;
                Some(Changed { first, others: rest.len(), contents })
            })
            .collect()
    }

    /// Reports what is wrong with an archive in one way.
    fn report_faults(&self, kind: FaultKind, findings: &mut Findings) {
        let faults = self.contents.into_iter().flat_map(|contents| &contents.image.faults);
        for fault in faults.filter(|fault| fault.kind == kind) {
            let draft = findings.report(fault.message.clone());
            if let Some(layer) = fault.layer {
                draft.layer(layer as usize, fault.path.clone());
            }
        }
    }

    /// The file of a run of preflight, where the turn is one's.
    fn artifact(&self) -> Option<&Artifact> {
        match self.document? {
            Document::Artifact(artifact) => Some(artifact),
            _ => None,
        }
    }

    /// The log of a run.
    fn log(&self) -> Option<&Logged> {
        match self.artifact()? {
            Artifact::Log(log) => Some(log),
            _ => None,
        }
    }

    /// The results of a run.
    fn results(&self) -> Option<&Outcome> {
        match self.artifact()? {
            Artifact::Results(results) => Some(results),
            _ => None,
        }
    }

    /// The packages that a run listed.
    fn listed(&self) -> &[Rpm] {
        match self.artifact() {
            Some(Artifact::Packages(packages)) => packages,
            _ => &[],
        }
    }

    /// Reports what a log says of files that layers change in one way; `expected` is how they should be.
    fn report_logged(&self, rule: &Rule, kind: Modification, expected: &str, findings: &mut Findings) {
        const NAMED: usize = 5;
        let changes = self.log().into_iter().flat_map(|log| &log.changes);
        for change in changes.filter(|change| change.kind == kind) {
            let named: Vec<_> = change.files.iter().take(NAMED).map(|file| format!("`/{file}`")).collect();
            let more = match change.files.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let names = named.join(", ") + &more;
            let layer =
                change.layer.map_or_else(|| "a later layer".to_owned(), |layer| format!("layer {layer}"));
            let made = change.layer.map(|layer| made_by(layer, change.instruction.as_deref()));
            let made = made.unwrap_or_default();
            let message = format!("expected {expected}, found {names} changed in {layer}");
            findings.report(message).help(format!("{}{made}", rule.help)).at(change.span);
        }
    }

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

    /// What a push or pull of the reference logs in with, wherever the registry is, and that registry.
    fn any_login(&self) -> Option<(&str, Login<'_>)> {
        match self.document {
            Some(Document::AuthFile(Ok(file), Some(reference))) => {
                Some((reference.domain(), file.login(reference)))
            }
            _ => None,
        }
    }

    /// What the auth file has in the place of a credential for the reference.
    fn why_anonymous(&self) -> String {
        let Some(Document::AuthFile(Ok(file), Some(reference))) = self.document else { return String::new() };
        match file.nearest(reference) {
            Some(key) => format!(
                "found none: the key `{}` is written differently from what the tools look for",
                key.as_str()
            ),
            None if file.has_store() => {
                "found `credsStore`, which docker reads and podman does not".to_owned()
            }
            None if file.has_helpers_alone() => {
                "found `credHelpers` alone, which names a program for other registries".to_owned()
            }
            None => "found none".to_owned(),
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

/// Files of one package that one layer changes.
struct Changed<'a> {
    first: &'a Modified,
    /// How many more there are.
    others: usize,
    contents: &'a Inspection<'a>,
}

impl Changed<'_> {
    /// The first of them, and how many more there are.
    fn names(&self) -> String {
        let first = lossy(&self.first.path);
        match self.others {
            0 => format!("`/{first}`"),
            others => format!("`/{first}` and {others} more"),
        }
    }

    /// The package that owns them: name, version, release and architecture.
    fn package(&self) -> &str {
        &self.first.package
    }

    /// The package that owned them in the layer below.
    fn before(&self) -> &str {
        self.first.before.as_deref().unwrap_or(self.package())
    }

    fn report(&self, rule: &Rule, message: String, findings: &mut Findings) {
        let layer = self.first.layer;
        let help = format!("{}{}", rule.help, self.contents.made_by(layer));
        findings.report(message).help(help).layer(layer, lossy(&self.first.path));
    }
}

/// Where an entry of an auth file stands; not more than that there is one where its key is a URL, which may hold a
/// password.
fn entry_pointer(key: &str) -> String {
    if key.contains("://") { "/auths".to_owned() } else { format!("/auths/{}", key.replace('/', "~1")) }
}
