//! Container auth files: podman's `auth.json` and docker's `config.json`.

mod secret;
mod wrapped;

use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use zeroize::{Zeroize as _, Zeroizing};

pub use self::{secret::LoginSecret, wrapped::unwrap};
use crate::{
    base64::Decoder,
    credentials::registry_key::KeyForm,
    mask::Quoted,
    reference::{
        ImageReference,
        registry::{QUAY_NAMESPACE, is_project_id},
    },
};

/// The maximum size of an auth file in bytes.
pub const MAX_AUTH_FILE_BYTES: usize = 1 << 20;

/// The content of an auth file, without its secrets.
///
/// # Deviation
/// If more than one key names a registry by a URL, podman takes any of them; rekey takes the first in
/// alphabetical order.
///
/// ```
/// use rekey_core::{ImageReference, credentials::auth_file::{AuthFile, Login, User}};
///
/// let file = AuthFile::read(br#"{"auths": {"scan.connect.redhat.com": {"auth": "dW51c2VkOktFWQ=="}}}"#)?;
/// let reference = ImageReference::parse("scan.connect.redhat.com/ospid-1/app:1.0-1").unwrap();
/// let Login::Entry { key, credential } = file.login(&reference) else { panic!("there is an entry") };
/// let user = credential.as_ref().map(|credential| &credential.user);
/// assert_eq!((key, user), ("scan.connect.redhat.com", Ok(&User::Unused)));
/// # Ok::<(), rekey_core::credentials::auth_file::Problem>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AuthFile {
    entries: BTreeMap<String, Entry>,
    /// The names of programs by registry.
    helpers: BTreeMap<String, Option<String>>,
    store: Option<String>,
}

/// The value of one key.
type Entry = Result<Credential, NoCredential>;

/// A user and a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The user.
    pub user: User,
    /// The form of the password.
    pub password: KeyForm,
}

/// A user, if it is one that Red Hat's registries know: some people enter the key here by mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum User {
    /// `unused`.
    Unused,
    /// `redhat-isv-containers+<project>-robot`.
    Robot {
        /// The project id.
        project: String,
    },
    /// Any other user.
    Other,
}

/// The reason why an entry contains no credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoCredential {
    /// The entry has no `auth`: docker writes such entries if a credential store has the rest.
    #[error("the entry has no `auth`")]
    Empty,
    /// The `auth` is not base64. The tools stop at such an entry.
    #[error("`auth` is not base64")]
    NotBase64,
    /// The `auth` is not a user, a colon and a password.
    #[error("`auth` has no colon between user and password")]
    NoColon,
}

/// The source of the credentials that podman logs in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login<'a> {
    /// An entry of the file.
    Entry {
        /// The key as written in the file.
        key: &'a str,
        /// The value of the key.
        credential: &'a Entry,
    },
    /// A helper program that the file names for the registry.
    Helper,
    /// No credentials.
    Anonymous,
}

/// The reason why a text is not an auth file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The text has too many bytes.
    #[error("the file has {0} bytes; at most {MAX_AUTH_FILE_BYTES} are allowed")]
    TooLarge(usize),
    /// The text is not JSON, or a value has the wrong type.
    #[error("invalid JSON in line {line}, column {column}")]
    Json {
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
    },
    /// The JSON has neither `auths` nor `credHelpers`.
    #[error("the JSON has no `auths`")]
    NoAuths,
    /// A byte order mark before the JSON.
    #[error("the file begins with a byte order mark (U+FEFF), which JSON does not allow")]
    ByteOrderMark,
    /// UTF-16.
    #[error("the file is UTF-16, which tools do not read as JSON")]
    Utf16,
    /// The whole file is base64-encoded.
    #[error("the auth file is base64-encoded once more")]
    Base64,
    /// A Kubernetes Secret manifest.
    #[error("the auth file is inside a Kubernetes Secret")]
    Secret,
    /// The format before docker 1.7.
    #[error("the file has the form of `.dockercfg`, without `auths` around its entries")]
    Legacy,
}

impl AuthFile {
    /// Reads an auth file. Of each password only the form is kept.
    ///
    /// # Errors
    /// Returns a [`Problem`] if the text is not an auth file.
    pub fn read(json: &[u8]) -> Result<Self, Problem> {
        if json.len() > MAX_AUTH_FILE_BYTES {
            return Err(Problem::TooLarge(json.len()));
        }
        Self::parse(json).map_err(|problem| wrapped::unwrap(json).map_or(problem, |(wrapped, _)| wrapped))
    }

    fn parse(json: &[u8]) -> Result<Self, Problem> {
        let document: Document<'_> = serde_json::from_slice(json)
            .map_err(|error| Problem::Json { line: error.line(), column: error.column() })?;
        if document.auths.is_none() && document.helpers.is_none() && document.store.is_none() {
            return Err(Problem::NoAuths);
        }
        let auths = document.auths.unwrap_or_default().into_iter();
        Ok(Self {
            entries: auths.map(|(key, entry)| (key, credential(entry))).collect(),
            helpers: document.helpers.unwrap_or_default(),
            store: document.store,
        })
    }

    /// The number of credentials in the file.
    pub fn credentials(&self) -> usize {
        self.entries.values().filter(|entry| entry.is_ok()).count()
    }

    /// Returns true if `credsStore` names a program that has docker's credentials. Podman does not read this
    /// field.
    pub fn has_store(&self) -> bool {
        self.store.is_some()
    }

    /// Returns true if `credHelpers` names programs for some registries and the file itself contains no
    /// credentials.
    pub fn has_helpers_alone(&self) -> bool {
        !self.helpers.is_empty() && self.entries.is_empty()
    }

    /// Returns the name of the helper that has the credentials for a reference: docker runs the program
    /// `docker-credential-` with this name appended. A helper for the registry has precedence over
    /// `credsStore`, which only docker reads.
    pub fn helper(&self, reference: &ImageReference) -> Option<&str> {
        let own = self.helpers.get(reference.domain()).and_then(Option::as_deref);
        own.or(self.store.as_deref()).filter(|name| !name.is_empty())
    }

    /// Returns a key that means the reference's registry or a part of its name, but is written differently
    /// from what the tools look for.
    pub fn nearest(&self, reference: &ImageReference) -> Option<Quoted> {
        let name = reference.name().to_lowercase();
        let fits = |key: &&String| !key.contains('@') && scopes(&name).any(|scope| scope == plain_key(key));
        self.entries.keys().find(fits).map(Quoted::from)
    }

    /// Returns the credentials with which podman, skopeo and buildah push to a reference or pull it: those of
    /// a program named for the registry, or else of the entry with the longest key that equals the
    /// reference's name or a part of it up to a slash, or else of an entry whose key is a URL on the
    /// registry.
    ///
    /// Source: containers/image `pkg/docker/config/config.go`, `findCredentialsInFile`.
    pub fn login(&self, reference: &ImageReference) -> Login<'_> {
        if self.helpers.contains_key(reference.domain()) {
            return Login::Helper;
        }
        let entry = |(key, credential)| Login::Entry { key, credential };
        let exact = scopes(reference.name()).find_map(|scope| self.entries.get_key_value(scope));
        let registry = canonical(reference.domain());
        let by_url = || self.entries.iter().find(|(key, _)| registry_of(key) == registry);
        exact.or_else(by_url).map_or(Login::Anonymous, |(key, credential)| entry((key, credential)))
    }
}

impl fmt::Debug for AuthFile {
    /// Omits the keys, which may be URLs with a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthFile").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

/// A name and all its prefixes up to a slash, the longest first.
fn scopes(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |scope| scope.rsplit_once('/').map(|(shorter, _)| shorter))
}

/// A key without the details that keep it from being found: case, spaces, a transport, a default port, an API
/// path, a tag.
fn plain_key(key: &str) -> String {
    let key = key.trim().to_lowercase();
    let key = key.split_once("://").map_or(key.as_str(), |(_, rest)| rest).trim_end_matches('/');
    let key = ["/v1", "/v2"].iter().find_map(|api| key.strip_suffix(api)).unwrap_or(key);
    let (host, path) = key.split_at(key.find('/').unwrap_or(key.len()));
    let host = [":443", ":80"].iter().find_map(|port| host.strip_suffix(port)).unwrap_or(host);
    let tag = path.rfind(':').filter(|colon| path.rfind('/').is_some_and(|slash| slash < *colon));
    let path = path.get(..tag.unwrap_or(path.len())).unwrap_or_default();
    format!("{host}{path}")
}

/// The registry that a key means as a whole: `quay.io` for `https://quay.io/v2/`, and `None` for
/// `quay.io/team`.
fn registry_of(key: &str) -> &str {
    let stripped = key.strip_prefix("http://").unwrap_or(key);
    let stripped = stripped.strip_prefix("https://").unwrap_or(stripped);
    let host = if stripped.len() == key.len() { key } else { stripped.split('/').next().unwrap_or_default() };
    canonical(host)
}

/// Returns the one name that docker writes for Docker Hub, and other registries unchanged.
fn canonical(registry: &str) -> &str {
    if matches!(registry, "registry-1.docker.io" | "docker.io") { "index.docker.io" } else { registry }
}

/// The JSON of an auth file. As in Go, field names match in any case, and repeated fields are merged.
///
/// Source: pkg.go.dev/encoding/json, `Unmarshal`.
#[derive(Default)]
struct Document<'a> {
    auths: Option<BTreeMap<String, Option<RawEntry<'a>>>>,
    helpers: Option<BTreeMap<String, Option<String>>>,
    store: Option<String>,
}

#[derive(Default)]
struct RawEntry<'a> {
    auth: Option<Auth<'a>>,
    identity_token: Option<Auth<'a>>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Document<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields(Self::default()))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawEntry<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields(Self::default()))
    }
}

/// Reads an object into a value, field by field.
struct Fields<T>(T);

/// A value with fields.
trait HasFields<'de> {
    fn read_field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error>;
}

impl<'de, T: HasFields<'de>> Visitor<'de> for Fields<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<T, A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            self.0.read_field(&name, &mut map)?;
        }
        Ok(self.0)
    }
}

impl<'de: 'a, 'a> HasFields<'de> for Document<'a> {
    fn read_field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        if name.eq_ignore_ascii_case("auths") {
            let more: Option<BTreeMap<_, _>> = map.next_value()?;
            self.auths = joined(self.auths.take(), more);
        } else if name.eq_ignore_ascii_case("credHelpers") {
            let more: Option<BTreeMap<_, _>> = map.next_value()?;
            self.helpers = joined(self.helpers.take(), more);
        } else if name.eq_ignore_ascii_case("credsStore") {
            // Another type than a string is a store without a name.
            let store = map.next_value::<Option<Store>>()?.map(|Store(name)| name);
            self.store = store.or(self.store.take());
        } else {
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> HasFields<'de> for RawEntry<'a> {
    fn read_field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        if name.eq_ignore_ascii_case("auth") {
            self.auth = map.next_value()?;
        } else if name.eq_ignore_ascii_case("identitytoken") {
            self.identity_token = map.next_value()?;
        } else {
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

fn joined<V>(
    before: Option<BTreeMap<String, V>>,
    more: Option<BTreeMap<String, V>>,
) -> Option<BTreeMap<String, V>> {
    match (before, more) {
        (Some(mut before), Some(more)) => {
            before.extend(more);
            Some(before)
        }
        (before, more) => before.or(more),
    }
}

/// The name of a program; empty if the value is not a string.
struct Store(String);

impl<'de> Deserialize<'de> for Store {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Value {
            Name(String),
            Other(IgnoredAny),
        }
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::Name(name) => name,
            Value::Other(_) => String::new(),
        }))
    }
}

/// A secret string, borrowed from the file. If it is written with escapes, it is a copy that is wiped.
#[derive(Deserialize)]
struct Auth<'a>(#[serde(borrow)] Cow<'a, str>);

impl Drop for Auth<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(copy) = &mut self.0 {
            copy.zeroize();
        }
    }
}

fn credential(entry: Option<RawEntry<'_>>) -> Entry {
    let auth = entry.and_then(|entry| entry.auth).ok_or(NoCredential::Empty)?;
    let bytes = decoded(&auth.0).ok_or(NoCredential::NotBase64)?;
    if bytes.is_empty() {
        return Err(NoCredential::Empty);
    }
    let colon = bytes.iter().position(|byte| *byte == b':').ok_or(NoCredential::NoColon)?;
    let (user, password) = bytes.split_at(colon);
    let password = KeyForm::counted(password.iter().skip(1).copied());
    Ok(Credential { user: User::of(user), password })
}

impl User {
    fn of(name: &[u8]) -> Self {
        if name == b"unused" {
            return Self::Unused;
        }
        let robot = |name: &[u8]| -> Option<Self> {
            let name = name.strip_prefix(QUAY_NAMESPACE.as_bytes())?.strip_prefix(b"+")?;
            let project = std::str::from_utf8(name.strip_suffix(b"-robot")?).ok()?;
            is_project_id(project).then(|| Self::Robot { project: project.to_owned() })
        };
        robot(name).unwrap_or(Self::Other)
    }
}

/// Decodes base64 as Go does: newlines are skipped, and bits after the last byte are ignored.
fn decoded(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut decoder = Decoder::with_capacity(text.len());
    let mut padding = 0;
    for byte in text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')) {
        if byte == b'=' {
            padding += 1;
        } else if padding > 0 || !decoder.push(byte) {
            return None;
        }
    }
    let is_whole = padding <= 2 && (decoder.digits() + padding).is_multiple_of(4);
    is_whole.then(|| decoder.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(json: &str) -> AuthFile {
        AuthFile::read(json.as_bytes()).unwrap_or_else(|problem| panic!("{json}: {problem}"))
    }

    /// The key of the entry that is used.
    #[track_caller]
    fn used(file: &AuthFile, reference: &str) -> String {
        match file.login(&ImageReference::parse(reference).expect("a reference")) {
            Login::Entry { key, .. } => key.to_owned(),
            Login::Helper => "a helper".to_owned(),
            Login::Anonymous => "nothing".to_owned(),
        }
    }

    #[test]
    fn the_longest_key_is_used_then_the_registry_then_a_url() {
        let file = read(
            r#"{"auths": {"quay.io": {}, "quay.io/a": {}, "quay.io/a/b": {}, "https://h.io/v1/": {}, "http://g.io": {},
                "h.io/scope": {}, "https://index.docker.io/v1/": {}, "x.io:5000": {}, "https://x.io": {}},
                "credHelpers": {"helped.io": "pass"}}"#,
        );
        for (reference, key) in [
            ("quay.io/a/b/c:1", "quay.io/a/b"),
            ("quay.io/a/b:1", "quay.io/a/b"),
            ("quay.io/a/bc:1", "quay.io/a"),
            ("quay.io/ab:1", "quay.io"),
            ("h.io/scope/a", "h.io/scope"),
            ("h.io/other/a", "https://h.io/v1/"),
            ("g.io/a", "http://g.io"),
            ("redis", "https://index.docker.io/v1/"),
            ("x.io:5000/a", "x.io:5000"),
            ("x.io/a", "https://x.io"),
            ("x.io:5001/a", "nothing"),
            ("helped.io/a", "a helper"),
            ("none.io/a", "nothing"),
        ] {
            assert_eq!(used(&file, reference), key, "{reference}");
        }
    }

    #[test]
    fn names_of_fields_match_in_any_case() {
        let file =
            read(r#"{"Auths": {"quay.io": {}}, "AUTHS": {"h.io": {}}, "credhelpers": {"g.io": "pass"}}"#);
        for (reference, key) in
            [("quay.io/a", "quay.io"), ("h.io/a", "h.io"), ("g.io/a", "a helper"), ("i.io/a", "nothing")]
        {
            assert_eq!(used(&file, reference), key, "{reference}");
        }
        assert!(!file.has_helpers_alone());
        assert!(read(r#"{"credHelpers": {"g.io": "pass"}}"#).has_helpers_alone());
    }

    #[test]
    fn a_newline_after_the_password_is_recorded() {
        // `unused:KEY` and a newline.
        let file = read(r#"{"auths": {"quay.io": {"auth": "dW51c2VkOktFWQo="}}}"#);
        let Login::Entry { credential: Ok(credential), .. } =
            file.login(&ImageReference::parse("quay.io/a").expect("a reference"))
        else {
            panic!("there is a credential")
        };
        assert!(credential.password.ends_with_newline());
    }

    #[test]
    fn a_credential_is_a_user_and_a_password_in_base64() {
        let robot = "cmVkaGF0LWlzdi1jb250YWluZXJzKzYwZDMwZjViYmQ4NTJkYmY0MjIwOTAyYi1yb2JvdDpLRVk=";
        let project = "60d30f5bbd852dbf4220902b".to_owned();
        for (entry, expected) in [
            ("{}".to_owned(), Err(NoCredential::Empty)),
            ("null".to_owned(), Err(NoCredential::Empty)),
            (r#"{"auth": null}"#.to_owned(), Err(NoCredential::Empty)),
            (r#"{"auth": ""}"#.to_owned(), Err(NoCredential::Empty)),
            (r#"{"auth": "dW51c2VkOktFWQ=="}"#.to_owned(), Ok(User::Unused)),
            (r#"{"Auth": "dW51c2VkOktFWQ=="}"#.to_owned(), Ok(User::Unused)),
            (r#"{"AUTH": "x", "email": null, "auth": "dW51c2VkOktFWQ=="}"#.to_owned(), Ok(User::Unused)),
            (r#"{"auth": "dW51c2Vk\u004fktFWQ=="}"#.to_owned(), Ok(User::Unused)),
            (r#"{"auth": "dW51c2Vk\nOktFWQ=="}"#.to_owned(), Ok(User::Unused)),
            (r#"{"auth": "dW51c2Vk"}"#.to_owned(), Err(NoCredential::NoColon)),
            (r#"{"auth": "Og=="}"#.to_owned(), Ok(User::Other)),
            (r#"{"auth": "YTo+YTo/"}"#.to_owned(), Ok(User::Other)),
            (r#"{"auth": "dW51c2VkOktFWQ"}"#.to_owned(), Err(NoCredential::NotBase64)),
            (r#"{"auth": "dW51c2VkOktFWQ=a"}"#.to_owned(), Err(NoCredential::NotBase64)),
            (r#"{"auth": "!!!!"}"#.to_owned(), Err(NoCredential::NotBase64)),
            (format!(r#"{{"auth": "{robot}"}}"#), Ok(User::Robot { project })),
            (format!(r#"{{"auth": "{}Og=="}}"#, "QUFB".repeat(40)), Ok(User::Other)),
        ] {
            let file = read(&format!(r#"{{"auths": {{"quay.io": {entry}}}}}"#));
            let found = file.entries["quay.io"].clone().map(|credential| credential.user);
            assert_eq!(found, expected, "{entry}");
        }
    }

    #[test]
    fn an_invalid_auth_file_is_reported_only_with_its_place() {
        for (text, expected) in [
            ("", "invalid JSON in line 1, column 0"),
            ("{\"auths\": 1}", "invalid JSON in line 1, column 11"),
            ("CANARY", "invalid JSON in line 1, column 1"),
            ("{}", "the JSON has no `auths`"),
            (
                r#"{"quay.io": {"auth": "CANARY"}}"#,
                "the file has the form of `.dockercfg`, without `auths` around its entries",
            ),
            (r#"{"quay.io": {"token": "CANARY"}}"#, "the JSON has no `auths`"),
        ] {
            assert_eq!(AuthFile::read(text.as_bytes()).unwrap_err().to_string(), expected, "{text}");
        }
        let long = vec![b' '; MAX_AUTH_FILE_BYTES + 1];
        assert_eq!(AuthFile::read(&long), Err(Problem::TooLarge(long.len())));
    }

    #[test]
    fn a_wrapped_auth_file_is_recognized_and_unwrapped() {
        let plain = r#"{"auths": {"quay.io": {"auth": "dW51c2VkOktFWQ=="}}}"#;
        let base64 = "eyJhdXRocyI6IHsicXVheS5pbyI6IHsiYXV0aCI6ICJkVzUxYzJWa09rdEZXUT09In19fQ==";
        let (start, end) = base64.split_at(40);
        let wide: Vec<u8> = format!("\u{feff}{plain}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (text, expected) in [
            (format!("\u{feff}{plain}").into_bytes(), Problem::ByteOrderMark),
            (wide.clone(), Problem::Utf16),
            (wide.get(2..).unwrap().to_vec(), Problem::Utf16),
            (base64.into(), Problem::Base64),
            (format!("\"{base64}\"\n").into(), Problem::Base64),
            (format!("{start}\r\n  {end}\n").into(), Problem::Base64),
            (
                format!("kind: Secret\ndata:\n  .dockerconfigjson: {base64}\ntype: x\n").into(),
                Problem::Secret,
            ),
            (
                format!("kind: Secret\ndata:\n  .dockerconfigjson: >-\n    {start}\n    {end}\ntype: x\n")
                    .into(),
                Problem::Secret,
            ),
            (
                format!("{{\"data\": {{\".dockerconfigjson\": \"{base64}\"}}, \"kind\": \"Secret\"}}").into(),
                Problem::Secret,
            ),
            (
                format!("stringData:\n  .dockerconfigjson: |\n    {plain}\nkind: Secret\n").into(),
                Problem::Secret,
            ),
            (br#"{"quay.io": {"auth": "dW51c2VkOktFWQ=="}}"#.to_vec(), Problem::Legacy),
            (b"eyJxdWF5LmlvIjogeyJhdXRoIjogImRXNTFjMlZrT2t0RldRPT0ifX0=".to_vec(), Problem::Base64),
        ] {
            let shown = String::from_utf8_lossy(&text);
            assert_eq!(AuthFile::read(&text), Err(expected.clone()), "{shown}");
            let (problem, json) = unwrap(&text).unwrap();
            assert_eq!(problem, expected, "{shown}");
            assert_eq!(AuthFile::read(&json), Ok(read(plain)), "{shown}");
        }
        for text in [
            "",
            "{}",
            "eyJhIjogMX0=",
            ".dockerconfigjson: e30=",
            "kind: Secret\ndata:\n  .dockerconfigjson: ''\n",
        ] {
            assert!(unwrap(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn a_key_that_nearly_matches_is_found() {
        for key in [
            "quay.io/",
            "quay.io/v2/",
            "QUAY.IO",
            " quay.io",
            "quay.io:443",
            "docker://quay.io",
            "quay.io/a/b:1",
            "quay.io/A",
        ] {
            let file = read(&format!(r#"{{"auths": {{"{key}": {{"auth": "dTprZXk="}}}}}}"#));
            let reference = ImageReference::parse("quay.io/a/b:1").unwrap();
            assert_eq!(file.login(&reference), Login::Anonymous, "{key}");
            assert_eq!(file.nearest(&reference).unwrap().as_str(), key);
            let other = ImageReference::parse("registry.example.com/a/b:1").unwrap();
            assert_eq!(file.nearest(&other), None, "{key}");
        }
        let file = read(r#"{"auths": {"https://u:CANARY@quay.io/v2/x": {}}, "credsStore": "desktop"}"#);
        assert_eq!(file.nearest(&ImageReference::parse("quay.io/a").unwrap()), None);
        assert!(file.has_store() && !read(r#"{"auths": {}}"#).has_store());
        assert_eq!(AuthFile::read(br#"{"credsStore": "desktop"}"#).unwrap().credentials(), 0);
    }

    #[test]
    fn no_secret_is_shown() {
        let file = read(r#"{"auths": {"https://u:CANARY@quay.io": {"auth": "Q0FOQVJZOkNBTkFSWQ=="}}}"#);
        let shown = format!("{file:?} {:?}", file.entries.values().collect::<Vec<_>>());
        assert!(!shown.contains("CANARY") && !shown.contains("Q0FO"), "{shown}");
    }
}
