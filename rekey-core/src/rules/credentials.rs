//! Rules about what a push logs in with.

mod auth_file;
mod registry_key;

use crate::{
    credentials::{
        auth_file::{AuthFile, Credential, Login, Problem},
        registry_key::KeyForm,
    },
    finding::Findings,
    reference::{ImageReference, registry::PushTarget},
};

/// Every rule about credentials, in the order in which they run.
pub(crate) static RULES: &[&Entry] = &[
    &auth_file::INVALID_AUTH_FILE,
    &auth_file::MISSING,
    &auth_file::HELPER,
    &auth_file::NEWLINE,
    &auth_file::OTHER_PROJECT,
    &auth_file::WRONG_USER,
    &auth_file::MULTIPLE,
    &registry_key::REGISTRY_KEY_FORM,
];

/// A rule of this table.
pub(crate) type Entry = crate::rule::Entry<fn(&Context<'_>, &mut Findings)>;

/// What a rule about credentials looks at.
pub(crate) enum Context<'a> {
    /// The auth file, and the reference that is pushed with it.
    AuthFile(Result<AuthFile, Problem>, Option<&'a ImageReference>),
    /// The key of the project.
    RegistryKey(KeyForm),
}

impl Context<'_> {
    /// The auth file, if it can be read.
    fn auth_file(&self) -> Option<&AuthFile> {
        match self {
            Self::AuthFile(file, _) => file.as_ref().ok(),
            Self::RegistryKey(_) => None,
        }
    }

    /// The auth file and the reference that is pushed with it.
    fn push(&self) -> Option<(&AuthFile, &ImageReference)> {
        match self {
            Self::AuthFile(Ok(file), Some(reference)) => Some((file, reference)),
            _ => None,
        }
    }

    /// What a push to Red Hat logs in with, by the auth file.
    fn login(&self) -> Option<(PushTarget<'_>, Login<'_>)> {
        let (file, reference) = self.push()?;
        Some((PushTarget::of(reference)?, file.login(reference)))
    }

    /// What a push or pull of the reference logs in with, wherever the registry is, and that registry.
    fn any_login(&self) -> Option<(&str, Login<'_>)> {
        let (file, reference) = self.push()?;
        Some((reference.domain(), file.login(reference)))
    }

    /// What the auth file has in the place of a credential for the reference.
    fn why_anonymous(&self) -> String {
        let Some((file, reference)) = self.push() else { return String::new() };
        match file.nearest(reference) {
            Some(key) => format!(": the key `{}` does not match the one that tools look up", key.as_str()),
            None if file.has_store() => ": docker reads `credsStore`, podman does not".to_owned(),
            None if file.has_helpers_alone() => {
                ": `credHelpers` names programs for other registries".to_owned()
            }
            None => String::new(),
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
}

/// Where an entry of an auth file stands; not more than that there is one where its key is a URL, which may hold a
/// password.
fn entry_pointer(key: &str) -> String {
    if key.contains("://") { "/auths".to_owned() } else { format!("/auths/{}", key.replace('/', "~1")) }
}
