//! Rules about the credentials for a push.

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

/// All rules about credentials, in the order in which they run.
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

/// A row of this table.
pub(crate) type Entry = crate::rule::Entry<fn(&Context<'_>, &mut Findings)>;

/// The input of rules about credentials.
pub(crate) enum Context<'a> {
    /// The auth file, and the reference that is pushed with it.
    AuthFile(Result<AuthFile, Problem>, Option<&'a ImageReference>),
    /// The registry key of the project.
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

    /// The credentials for a push to Red Hat, according to the auth file.
    fn login(&self) -> Option<(PushTarget<'_>, Login<'_>)> {
        let (file, reference) = self.push()?;
        Some((PushTarget::of(reference)?, file.login(reference)))
    }

    /// The credentials for a push or pull of the reference on any registry, and that registry.
    fn any_login(&self) -> Option<(&str, Login<'_>)> {
        let (file, reference) = self.push()?;
        Some((reference.domain(), file.login(reference)))
    }

    /// A description of what the auth file has instead of a credential for the reference.
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

    /// The credential for a push to Red Hat, and its place in the auth file.
    fn credential(&self) -> Option<(PushTarget<'_>, &Credential, String)> {
        match self.login()? {
            (target, Login::Entry { key, credential: Ok(credential) }) => {
                Some((target, credential, entry_pointer(key)))
            }
            _ => None,
        }
    }
}

/// The JSON pointer of an entry in an auth file; only that of the entries if the key is a URL, which may
/// contain a password.
fn entry_pointer(key: &str) -> String {
    if key.contains("://") { "/auths".to_owned() } else { format!("/auths/{}", key.replace('/', "~1")) }
}
