//! `check_credentials`.

use super::{run, secrets::Secrets, section};
use crate::{
    credentials::{auth_file::AuthFile, registry_key::KeyForm},
    input::Text,
    reference::ImageReference,
    report::{Facts, Report, Section},
    rule::Subject,
    rules::credentials::{Context, RULES},
    target::Target,
};

/// Checks the credentials for pushing an image: an auth file, the registry key of its project, or both.
///
/// The report contains nothing of them except names of registries and project ids.
///
/// ```
/// use rekey_core::{CredentialsInput, Flow, Policy, PreflightVersion, Target, check_credentials};
///
/// let target = Target::new(Flow::Quay, Policy::Container, PreflightVersion::default())?;
/// let input = CredentialsInput::new().registry_key(Some("0123456789ABCDEF".into()));
/// let report = check_credentials(&input, &target);
/// assert_eq!(report.findings().next().unwrap().rule().id, "credentials-registry-key-form");
/// # Ok::<(), rekey_core::TargetError>(())
/// ```
pub fn check_credentials(input: &CredentialsInput<'_>, target: &Target) -> Report {
    Report::joined(target, sections(input, target))
}

pub(super) fn sections(input: &CredentialsInput<'_>, target: &Target) -> Vec<Section> {
    let auth_file = input.auth_file.as_ref().map(|text| {
        let context = Context::AuthFile(AuthFile::read(text.bytes()), input.reference);
        (text, "auth_file", context)
    });
    let key = input.registry_key.as_ref();
    let key = key.map(|text| (text, "registry_key", Context::RegistryKey(KeyForm::of(text.bytes()))));
    let judged = [auth_file, key].into_iter().flatten().map(|(text, field, context)| {
        let drafts = run(RULES, target, |entry, findings| (entry.check)(&context, findings));
        let secrets = Secrets::all(text.bytes());
        section(Subject::Credentials, text, field, drafts, target, Facts::None, secrets)
    });
    judged.collect()
}

/// The input of [`check_credentials`].
#[derive(Clone, Debug, Default)]
pub struct CredentialsInput<'a> {
    auth_file: Option<Text<'a>>,
    registry_key: Option<Text<'a>>,
    reference: Option<&'a ImageReference>,
}

impl<'a> CredentialsInput<'a> {
    /// No credentials yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The auth file: podman's `auth.json` or docker's `config.json`.
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

    /// The reference that the image is pushed to. It decides which entry of the auth file is used.
    #[must_use]
    pub fn reference(mut self, reference: Option<&'a ImageReference>) -> Self {
        self.reference = reference;
        self
    }
}
