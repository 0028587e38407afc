//! Container auth files: podman's `auth.json` and docker's `config.json`.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::Deserialize;
use zeroize::Zeroize as _;

use super::{
    ImageReference,
    registry::{QUAY_NAMESPACE, is_project_id},
    registry_key::KeyForm,
};

/// The most bytes of an auth file that are read.
pub const MAX_AUTH_FILE_BYTES: usize = 1 << 20;

/// The most bytes of a user that are looked at. The longest that is recognised has 52.
const MAX_USER_BYTES: usize = 64;

/// What an auth file holds, without its secrets.
///
/// # Deviation
/// Where several keys name one registry by a URL, podman takes any of them; here it is the first in alphabetical order.
///
/// ```
/// use rekey_core::image::{ImageReference, auth_file::{AuthFile, Login, User}};
///
/// let file = AuthFile::read(br#"{"auths": {"scan.connect.redhat.com": {"auth": "dW51c2VkOktFWQ=="}}}"#)?;
/// let reference = ImageReference::parse("scan.connect.redhat.com/ospid-1/app:1.0-1").unwrap();
/// let Login::Entry { key, credential } = file.login(&reference) else { panic!("there is an entry") };
/// let user = credential.as_ref().map(|credential| &credential.user);
/// assert_eq!((key, user), ("scan.connect.redhat.com", Ok(&User::Unused)));
/// # Ok::<(), rekey_core::image::auth_file::Problem>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AuthFile {
    entries: BTreeMap<String, Entry>,
    helpers: BTreeSet<String>,
}

/// What stands below one key.
type Entry = Result<Credential, NoCredential>;

/// A user and a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The user.
    pub user: User,
    /// What the password looks like.
    pub password: KeyForm,
}

/// A user, as far as it is one of those that Red Hat's registries know: who mixes up user and password has the key here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum User {
    /// `unused`.
    Unused,
    /// `redhat-isv-containers+<project>-robot`.
    Robot {
        /// The id of the project.
        project: String,
    },
    /// Any other.
    Other,
}

/// Why an entry is no credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoCredential {
    /// It has no `auth`: docker leaves such entries where a credential store has the rest.
    #[error("found an entry without `auth`")]
    Empty,
    /// The `auth` is not base 64. The tools stop there.
    #[error("found an `auth` that is not base 64")]
    NotBase64,
    /// The `auth` is not a user, a colon and a password.
    #[error("found an `auth` without a colon between user and password")]
    NoColon,
}

/// What podman logs in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login<'a> {
    /// An entry of the file.
    Entry {
        /// Its key as it stands in the file.
        key: &'a str,
        /// What it holds.
        credential: &'a Entry,
    },
    /// A program that the file names for the registry.
    Helper,
    /// Nothing.
    Anonymous,
}

/// Why a text is no auth file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Too many bytes.
    #[error("expected at most {MAX_AUTH_FILE_BYTES} bytes, found {0}")]
    TooLarge(usize),
    /// Not JSON, or a value has another type than it should.
    #[error("expected the JSON of an auth file, found an error in line {line}, column {column}")]
    Json {
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
    },
    /// The JSON has neither `auths` nor `credHelpers`.
    #[error("expected an auth file with `auths`, found JSON without it")]
    NoAuths,
}

impl AuthFile {
    /// Reads an auth file. Of a password nothing is kept but its form.
    ///
    /// # Errors
    /// When the text is not such JSON.
    pub fn read(json: &[u8]) -> Result<Self, Problem> {
        if json.len() > MAX_AUTH_FILE_BYTES {
            return Err(Problem::TooLarge(json.len()));
        }
        let document: Document<'_> = serde_json::from_slice(json)
            .map_err(|error| Problem::Json { line: error.line(), column: error.column() })?;
        if document.auths.is_none() && document.helpers.is_none() {
            return Err(Problem::NoAuths);
        }
        let auths = document.auths.unwrap_or_default().into_iter();
        let helpers = document.helpers.unwrap_or_default().into_keys().collect();
        Ok(Self { entries: auths.map(|(key, entry)| (key, credential(entry))).collect(), helpers })
    }

    /// How many credentials the file holds.
    pub fn credentials(&self) -> usize {
        self.entries.values().filter(|entry| entry.is_ok()).count()
    }

    /// What podman, skopeo and buildah log in with to push to a reference, or pull it: a program named for the registry,
    /// else the entry with the longest key that is the reference's name or a part of it up to a slash, else one whose key
    /// is a URL on the registry.
    ///
    /// Source: containers/image `pkg/docker/config/config.go`, `findCredentialsInFile`.
    pub fn login(&self, reference: &ImageReference) -> Login<'_> {
        if self.helpers.contains(reference.domain()) {
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
    /// Never the keys, which may be URLs with a password in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthFile").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

/// A name and all that it begins with up to a slash, the longest first.
fn scopes(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |scope| scope.rsplit_once('/').map(|(shorter, _)| shorter))
}

/// The registry that a key means as a whole: `https://quay.io/v2/` is `quay.io`, and `quay.io/team` is none.
fn registry_of(key: &str) -> &str {
    let stripped = key.strip_prefix("http://").unwrap_or(key);
    let stripped = stripped.strip_prefix("https://").unwrap_or(stripped);
    let host = if stripped.len() == key.len() { key } else { stripped.split('/').next().unwrap_or_default() };
    canonical(host)
}

/// Docker Hub by the one of its names that docker writes.
fn canonical(registry: &str) -> &str {
    if matches!(registry, "registry-1.docker.io" | "docker.io") { "index.docker.io" } else { registry }
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    auths: Option<BTreeMap<String, Option<RawEntry<'a>>>>,
    #[serde(rename = "credHelpers")]
    helpers: Option<BTreeMap<String, Option<String>>>,
}

#[derive(Deserialize)]
struct RawEntry<'a> {
    #[serde(borrow)]
    auth: Option<Auth<'a>>,
}

/// Borrowed from the file, unless it is written with escapes: then the copy is wiped.
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
    let mut bytes = decoded(&auth.0).ok_or(NoCredential::NotBase64)?.peekable();
    bytes.peek().ok_or(NoCredential::Empty)?;
    let user = User::read(&mut bytes).ok_or(NoCredential::NoColon)?;
    Ok(Credential { user, password: KeyForm::counted(bytes) })
}

impl User {
    /// Reads up to the colon; none where there is none.
    fn read(bytes: &mut impl Iterator<Item = u8>) -> Option<Self> {
        let mut name = zeroize::Zeroizing::new([0; MAX_USER_BYTES]);
        let mut length = 0_usize;
        loop {
            match bytes.next()? {
                b':' => break,
                byte => {
                    if let Some(place) = name.get_mut(length) {
                        *place = byte;
                    }
                    length += 1;
                }
            }
        }
        Some(name.get(..length).map_or(Self::Other, Self::of))
    }

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

/// The bytes that base 64 means, one by one; none where the text is not base 64. Line ends do not count.
fn decoded(text: &str) -> Option<impl Iterator<Item = u8>> {
    let digits = || text.bytes().filter(|b| !matches!(b, b'\r' | b'\n'));
    let padding = digits().rev().take_while(|b| *b == b'=').count();
    let count = digits().count();
    let significant = count - padding;
    let right =
        count.is_multiple_of(4) && padding <= 2 && digits().take(significant).all(|b| value(b).is_some());
    right.then(|| {
        let (mut bits, mut held) = (0_u32, 0_u32);
        digits().take(significant).filter_map(move |digit| {
            bits = (bits << 6 | u32::from(value(digit)?)) & 0xffff;
            held += 6;
            if held < 8 {
                return None;
            }
            held -= 8;
            Some((bits >> held) as u8)
        })
    })
}

const fn value(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
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
    fn a_credential_is_a_user_and_a_password_in_base_64() {
        let robot = "cmVkaGF0LWlzdi1jb250YWluZXJzKzYwZDMwZjViYmQ4NTJkYmY0MjIwOTAyYi1yb2JvdDpLRVk=";
        let project = "60d30f5bbd852dbf4220902b".to_owned();
        for (entry, expected) in [
            ("{}".to_owned(), Err(NoCredential::Empty)),
            ("null".to_owned(), Err(NoCredential::Empty)),
            (r#"{"auth": null}"#.to_owned(), Err(NoCredential::Empty)),
            (r#"{"auth": ""}"#.to_owned(), Err(NoCredential::Empty)),
            (r#"{"auth": "dW51c2VkOktFWQ=="}"#.to_owned(), Ok(User::Unused)),
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
    fn what_is_no_auth_file_is_told_by_its_place_alone() {
        for (text, expected) in [
            ("", "expected the JSON of an auth file, found an error in line 1, column 0"),
            ("{\"auths\": 1}", "expected the JSON of an auth file, found an error in line 1, column 11"),
            ("CANARY", "expected the JSON of an auth file, found an error in line 1, column 1"),
            ("{}", "expected an auth file with `auths`, found JSON without it"),
            (
                r#"{"quay.io": {"auth": "CANARY"}}"#,
                "expected an auth file with `auths`, found JSON without it",
            ),
        ] {
            assert_eq!(AuthFile::read(text.as_bytes()).unwrap_err().to_string(), expected, "{text}");
        }
        let long = vec![b' '; MAX_AUTH_FILE_BYTES + 1];
        assert_eq!(AuthFile::read(&long), Err(Problem::TooLarge(long.len())));
    }

    #[test]
    fn no_secret_is_shown() {
        let file = read(r#"{"auths": {"https://u:CANARY@quay.io": {"auth": "Q0FOQVJZOkNBTkFSWQ=="}}}"#);
        let shown = format!("{file:?} {:?}", file.entries.values().collect::<Vec<_>>());
        assert!(!shown.contains("CANARY") && !shown.contains("Q0FO"), "{shown}");
    }
}
