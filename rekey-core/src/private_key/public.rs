//! Public keys, in every format in which a git host, a file or a cloud shows them.

use std::fmt;

use serde::Serialize;

use super::{
    bignum::Nat,
    der::{self, Reader, Tag},
    fingerprint::Fingerprint,
    kind::{Algorithm, Label},
    wire::{self, Wire},
};
use crate::base64;

/// The maximum number of keys that are read from one text.
pub const MAX_PUBLIC_KEYS: usize = 1000;

/// The public half of a key, or its fingerprint.
///
/// # Syntax
/// Any of: a line as in `id_rsa.pub` or `authorized_keys`, with options; RFC 4716
/// (`---- BEGIN SSH2 PUBLIC KEY ----`); `BEGIN PUBLIC KEY`; `BEGIN RSA PUBLIC KEY`; a [`Fingerprint`]; the
/// JSON that GitHub and GitLab return for deploy keys; the output of `ssh-keyscan`, which is the key of a
/// host, not of a user. Not allowed: a private key, a certificate, a line whose type and content differ.
///
/// ```
/// use rekey_core::private_key::PublicKey;
///
/// let key = PublicKey::parse("SHA256:1M4RzhMyWuFS/86uPY/ce2prh/dVTHW7iD2RhpquOZA")?;
/// assert_eq!(key.fingerprint().to_string(), "SHA256:1M4RzhMyWuFS/86uPY/ce2prh/dVTHW7iD2RhpquOZA");
/// assert_eq!(key.to_string(), key.fingerprint().to_string());
/// assert!("ssh-rsa".parse::<PublicKey>().is_err());
/// # Ok::<(), rekey_core::private_key::PublicKeyProblem>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    form: PublicKeyForm,
    algorithm: Option<Algorithm>,
    /// The key in the encoding of RFC 4253; empty if only a fingerprint is known.
    blob: Vec<u8>,
    fingerprint: Fingerprint,
    comment: Option<Comment>,
}

/// The format of a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PublicKeyForm {
    /// A line with type, base64 and comment.
    Line,
    /// A line with options in front, as in `authorized_keys`.
    AuthorizedKey,
    /// RFC 4716.
    Rfc4716,
    /// `BEGIN PUBLIC KEY`.
    Spki,
    /// `BEGIN RSA PUBLIC KEY`.
    Pkcs1,
    /// A fingerprint.
    Fingerprint,
    /// JSON from a git host.
    Json,
    /// The key of a host, as `ssh-keyscan` prints it.
    HostKey,
}

/// The reason why a text is not a public key. It contains nothing of the text, which may be a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublicKeyProblem {
    /// The text is empty.
    #[error("expected a public key or a fingerprint, found nothing")]
    Empty,
    /// The text is longer than any list of keys.
    #[error("the text has {0} bytes; at most {limit} are allowed", limit = super::limits::MAX_BYTES)]
    TooLong(usize),
    /// The text is a private key.
    #[error("expected a public key, found a private one")]
    PrivateKey,
    /// The text is a certificate.
    #[error("expected a public key, found a certificate")]
    Certificate,
    /// The type and the content of a line differ, or the content is cut off.
    #[error("the public key does not match the type in front of it")]
    Content,
    /// The text is none of these.
    #[error("this is neither a public key nor a fingerprint")]
    Unknown,
}

/// The result of comparing a public key with a private one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Match {
    /// The public key belongs to the private one.
    Same,
    /// The keys differ.
    Different {
        /// The private key's fingerprint, of the kind that was compared.
        private: Fingerprint,
        /// The public key's fingerprint.
        public: Fingerprint,
    },
    /// The public key is that of a host, which is unrelated to the user's.
    HostKey,
}

/// The kind of a key's comment, which hints at the owner of the key. It never contains the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Comment {
    /// `name@machine`, as `ssh-keygen` writes it for a person's key.
    PersonAndMachine,
    /// An email address.
    Mail,
    /// Anything else.
    Other,
}

impl Comment {
    pub(super) fn of(comment: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(comment).ok().map(str::trim).filter(|text| !text.is_empty())?;
        let Some((name, place)) = text.rsplit_once('@').filter(|_| !text.contains(' ')) else {
            return Some(Self::Other);
        };
        Some(match (name.is_empty() || place.is_empty(), place.contains('.')) {
            (true, _) => Self::Other,
            (_, true) if !matches!(place.rsplit('.').next(), Some("local" | "lan")) => Self::Mail,
            _ => Self::PersonAndMachine,
        })
    }
}

impl PublicKey {
    /// Parses a public key; the first one if the text has more.
    ///
    /// # Errors
    /// Returns the reason why the text is not a public key.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, PublicKeyProblem> {
        Self::parse_all(text)
            .map(|keys| keys.into_iter().next().expect("there is a key where there is no problem"))
    }

    /// Parses all public keys of a text, at least one: the lines of `authorized_keys`, the deploy keys of a
    /// repository.
    ///
    /// # Errors
    /// Returns the reason why the text has no public keys.
    pub fn parse_all(text: impl AsRef<[u8]>) -> Result<Vec<Self>, PublicKeyProblem> {
        let text = text.as_ref();
        if text.len() > super::limits::MAX_BYTES {
            return Err(PublicKeyProblem::TooLong(text.len()));
        }
        let plain = super::plain::Plain::of(text);
        let text = String::from_utf8_lossy(plain.bytes());
        let text = text.trim();
        let keys = if text.is_empty() {
            return Err(PublicKeyProblem::Empty);
        } else if let Some(fingerprint) = listed_fingerprint(text) {
            vec![Self::of_fingerprint(fingerprint)]
        } else if text.starts_with(['{', '[']) {
            of_json(text)
        } else if text.contains("BEGIN ") {
            of_blocks(text.as_bytes())?
        } else {
            of_lines(text)?
        };
        if keys.is_empty() { Err(PublicKeyProblem::Unknown) } else { Ok(keys) }
    }

    pub(super) fn of_blob(form: PublicKeyForm, blob: Vec<u8>, comment: Option<Comment>) -> Option<Self> {
        let mut reader = Wire(&blob);
        let algorithm = Algorithm::of_ssh(reader.string().ok()?);
        if algorithm == Algorithm::Rsa {
            let whole = reader.positive().is_ok() && reader.positive().is_ok() && reader.0.is_empty();
            whole.then_some(())?;
        }
        let fingerprint = Fingerprint::of(&blob);
        Some(Self { form, algorithm: Some(algorithm), blob, fingerprint, comment })
    }

    /// A key that is known only by its fingerprint.
    pub(super) fn of_fingerprint(fingerprint: Fingerprint) -> Self {
        let form = PublicKeyForm::Fingerprint;
        Self { form, algorithm: None, blob: Vec::new(), fingerprint, comment: None }
    }

    /// The format in which it was written.
    pub fn form(&self) -> PublicKeyForm {
        self.form
    }

    /// The algorithm; unknown for a fingerprint.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// The SHA-256 fingerprint, or the one that was given.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The kind of its comment.
    pub fn comment(&self) -> Option<Comment> {
        self.comment
    }

    /// The published list that contains the key, if any.
    pub fn known(&self) -> Option<&'static super::KnownKey> {
        super::known::find(&self.fingerprint)
    }

    /// The line for `authorized_keys`, without comment; `None` for a fingerprint.
    pub fn to_line(&self) -> Option<String> {
        let name = Wire(&self.blob).string().ok()?;
        Some(format!("{} {}", String::from_utf8_lossy(name), base64::encoded(&self.blob)))
    }

    /// The length of an RSA modulus in bits.
    pub fn bits(&self) -> Option<u32> {
        self.modulus().map(|modulus| modulus.bits())
    }

    pub(super) fn modulus(&self) -> Option<Nat> {
        let mut reader = Wire(&self.blob);
        reader.string().ok().filter(|name| *name == b"ssh-rsa")?;
        reader.positive().ok()?;
        reader.positive().ok().map(Nat::from_be)
    }

    /// The key in the encoding of RFC 4253; empty if only a fingerprint is known.
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }
}

impl fmt::Display for PublicKey {
    /// Writes the line for `authorized_keys` without comment, or the fingerprint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_line() {
            Some(line) => f.pad(&line),
            None => fmt::Display::fmt(&self.fingerprint, f),
        }
    }
}

impl std::str::FromStr for PublicKey {
    type Err = PublicKeyProblem;

    fn from_str(text: &str) -> Result<Self, PublicKeyProblem> {
        Self::parse(text)
    }
}

written_as_text!(PublicKey, PublicKeyProblem);

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("form", &self.form)
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

/// The public key with this exponent and modulus in the encoding of RFC 4253, section 6.6.
pub(super) fn rsa_blob(exponent: &[u8], modulus: &[u8]) -> Vec<u8> {
    let mut blob = Vec::with_capacity(modulus.len() + exponent.len() + 24);
    wire::string(b"ssh-rsa", &mut blob);
    wire::mpint(exponent, &mut blob);
    wire::mpint(modulus, &mut blob);
    blob
}

/// The public key in DER with its algorithm, as in `BEGIN PUBLIC KEY`.
pub(super) fn rsa_spki(exponent: &[u8], modulus: &[u8]) -> Vec<u8> {
    let mut key = Vec::new();
    der::header(Tag::Sequence, der::number_length(modulus) + der::number_length(exponent), &mut key);
    der::number(modulus, &mut key);
    der::number(exponent, &mut key);
    let mut bits = Vec::new();
    der::header(Tag::BitString, key.len() + 1, &mut bits);
    bits.push(0);
    bits.extend_from_slice(&key);
    let mut out = Vec::new();
    der::header(Tag::Sequence, RSA_ALGORITHM.len() + bits.len(), &mut out);
    out.extend_from_slice(RSA_ALGORITHM);
    out.extend_from_slice(&bits);
    out
}

/// AlgorithmIdentifier { rsaEncryption, NULL }.
pub(super) const RSA_ALGORITHM: &[u8] =
    &[0x30, 13, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0];

/// A fingerprint alone, or in a line of `ssh-keygen -l`: bits, fingerprint, comment, type.
fn listed_fingerprint(text: &str) -> Option<Fingerprint> {
    if text.contains('\n') {
        return None;
    }
    let mut words = text.split_whitespace();
    let first = words.next()?;
    let bits = first.bytes().all(|byte| byte.is_ascii_digit());
    Fingerprint::parse(if bits { words.next()? } else { first }).ok()
}

fn of_lines(text: &str) -> Result<Vec<PublicKey>, PublicKeyProblem> {
    let mut keys = Vec::new();
    let mut problem = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match of_line(line) {
            Ok(key) => keys.push(key),
            Err(found) => problem = problem.or(Some(found)),
        }
        if keys.len() == MAX_PUBLIC_KEYS {
            break;
        }
    }
    match problem {
        Some(problem) if keys.is_empty() => Err(problem),
        _ => Ok(keys),
    }
}

/// Parses `[options] type base64 [comment]`, or `host type base64` as printed by `ssh-keyscan`.
fn of_line(line: &str) -> Result<PublicKey, PublicKeyProblem> {
    let words = words(line);
    let at = words.iter().take(3).position(|(_, word)| is_key_type(word));
    let at = at.ok_or(PublicKeyProblem::Unknown)?;
    let name = words[at].1;
    if name.ends_with("-cert-v01@openssh.com") {
        return Err(PublicKeyProblem::Certificate);
    }
    let (start, digits) = *words.get(at + 1).ok_or(PublicKeyProblem::Content)?;
    let blob = base64::decode(digits.as_bytes()).ok_or(PublicKeyProblem::Content)?;
    if Wire(&blob).string() != Ok(name.as_bytes()) {
        return Err(PublicKeyProblem::Content);
    }
    let form = match at {
        0 => PublicKeyForm::Line,
        _ if is_host(words[0].1) => PublicKeyForm::HostKey,
        _ => PublicKeyForm::AuthorizedKey,
    };
    let comment = Comment::of(&line.as_bytes()[start + digits.len()..]);
    PublicKey::of_blob(form, blob.to_vec(), comment).ok_or(PublicKeyProblem::Content)
}

/// The first words of a line with their places; spaces in quotation marks do not separate words.
fn words(line: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let (mut start, mut quoted, mut escaped) = (None, false, false);
    for (at, byte) in line.bytes().enumerate() {
        let blank = matches!(byte, b' ' | b'\t') && !quoted;
        match start {
            None if !blank => start = Some(at),
            Some(from) if blank => {
                words.push((from, &line[from..at]));
                start = None;
                if words.len() == 4 {
                    return words;
                }
            }
            _ => {}
        }
        quoted ^= byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
    }
    words.extend(start.map(|from| (from, &line[from..])));
    words
}

fn is_key_type(word: &str) -> bool {
    word.starts_with("ssh-") || word.starts_with("ecdsa-sha2-") || word.starts_with("sk-")
}

/// Returns true if the word before a key is a host rather than options: a name or address, possibly with a
/// port, or hashed.
fn is_host(word: &str) -> bool {
    const OPTIONS: &[&str] = &[
        "agent-forwarding",
        "cert-authority",
        "no-agent-forwarding",
        "no-port-forwarding",
        "no-pty",
        "no-touch-required",
        "no-user-rc",
        "no-X11-forwarding",
        "port-forwarding",
        "pty",
        "restrict",
        "user-rc",
        "verify-required",
        "X11-forwarding",
        "no-x11-forwarding",
        "x11-forwarding",
    ];
    let first = word.split(',').next().unwrap_or_default();
    !word.contains('=') && !OPTIONS.contains(&first) || word.starts_with("|1|")
}

/// Every `key` in an object or a list of objects.
fn of_json(text: &str) -> Vec<PublicKey> {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else { return Vec::new() };
    let objects = match &value {
        serde_json::Value::Array(list) => list.as_slice(),
        other => std::slice::from_ref(other),
    };
    let keys = objects.iter().take(MAX_PUBLIC_KEYS).filter_map(|object| {
        let field = |name| object.get(name).and_then(serde_json::Value::as_str);
        let key = field("key").and_then(|line| of_line(line.trim()).ok());
        let key = key.or_else(|| {
            let fingerprint = field("fingerprint_sha256").or(field("fingerprint"))?;
            Some(PublicKey::of_fingerprint(Fingerprint::parse(fingerprint).ok()?))
        })?;
        Some(PublicKey { form: PublicKeyForm::Json, ..key })
    });
    keys.collect()
}

fn of_blocks(text: &[u8]) -> Result<Vec<PublicKey>, PublicKeyProblem> {
    let mut keys = Vec::new();
    for block in super::armor::blocks(text) {
        let label = block.label();
        if label.is_private_key() {
            return Err(PublicKeyProblem::PrivateKey);
        }
        if matches!(label, Label::Certificate | Label::CertificateRequest | Label::Pkcs7) {
            return Err(PublicKeyProblem::Certificate);
        }
        let key = match label {
            Label::Ssh2PublicKey => of_rfc4716(&text[block.body.0..block.body.1]),
            Label::PublicKey => of_spki(&super::armor::body(text, &block, 64).bytes),
            Label::RsaPublicKey => of_pkcs1(&super::armor::body(text, &block, 64).bytes),
            _ => return Err(PublicKeyProblem::Unknown),
        };
        keys.push(key.ok_or(PublicKeyProblem::Content)?);
    }
    Ok(keys)
}

/// Parses RFC 4716: header lines, which a backslash continues, and base64.
fn of_rfc4716(body: &[u8]) -> Option<PublicKey> {
    let body = std::str::from_utf8(body).ok()?;
    let mut digits = String::new();
    let mut comment = None;
    let mut continued = false;
    for line in body.lines().map(str::trim) {
        let header = line.split_once(':').filter(|_| digits.is_empty());
        if let Some((name, value)) = header {
            if name.eq_ignore_ascii_case("Comment") {
                comment = Comment::of(value.trim().trim_matches('"').as_bytes());
            }
        } else if !continued {
            digits.push_str(line);
        }
        continued = (header.is_some() || continued) && line.ends_with('\\');
    }
    let blob = base64::decode(digits.as_bytes())?;
    PublicKey::of_blob(PublicKeyForm::Rfc4716, blob.to_vec(), comment)
}

fn of_pkcs1(bytes: &[u8]) -> Option<PublicKey> {
    of_rsa_numbers(bytes, PublicKeyForm::Pkcs1)
}

fn of_rsa_numbers(bytes: &[u8], form: PublicKeyForm) -> Option<PublicKey> {
    let mut reader = Reader::strict(bytes);
    let (n, e) = reader.sequence(|reader| Ok((reader.number()?, reader.number()?))).ok()?;
    PublicKey::of_blob(form, rsa_blob(&bytes[e], &bytes[n]), None)
}

fn of_spki(bytes: &[u8]) -> Option<PublicKey> {
    let mut reader = Reader::strict(bytes);
    let (oid, bits) = reader
        .sequence(|reader| {
            let oid = reader.sequence(|reader| {
                let oid = reader.value(Tag::ObjectIdentifier)?;
                reader.skip_rest();
                Ok(oid)
            })?;
            Ok((oid, reader.value(Tag::BitString)?))
        })
        .ok()?;
    let key = bytes[bits].strip_prefix(&[0])?;
    match Algorithm::of_oid(&bytes[oid]) {
        Algorithm::Rsa => of_rsa_numbers(key, PublicKeyForm::Spki),
        Algorithm::Ed25519 => {
            let mut blob = Vec::new();
            wire::string(b"ssh-ed25519", &mut blob);
            wire::string(key, &mut blob);
            PublicKey::of_blob(PublicKeyForm::Spki, blob, None)
        }
        _ => None,
    }
}
