//! Recognition of texts without `BEGIN`.

use memchr::memmem;

use super::{
    fingerprint::Fingerprint,
    kind::{Algorithm, Kind},
    public::{PublicKey, PublicKeyForm},
};
use crate::base64;

/// Recognizes a text without `BEGIN` by its first words.
pub(super) fn recognize(text: &[u8]) -> Option<Kind> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Some(Kind::Empty);
    }
    if let Some(kind) = by_beginning(text) {
        return Some(kind);
    }
    let text = std::str::from_utf8(text).ok()?;
    if is_error_page(text) {
        return Some(Kind::ErrorPage);
    }
    if let Ok(key) = PublicKey::parse(text.as_bytes()) {
        return Some(match key.form() {
            PublicKeyForm::HostKey => Kind::HostKey,
            PublicKeyForm::Fingerprint => Kind::Fingerprint,
            _ => Kind::PublicKey(key.algorithm().unwrap_or(Algorithm::Other)),
        });
    }
    by_words(text)
}

/// Recognizes a text that another program encrypted or stored in place of a key.
pub(super) fn recognize_encrypted(text: &[u8]) -> Option<Kind> {
    let text = text.trim_ascii();
    let prefixes: &[(&[u8], Kind)] = &[
        (b"$ANSIBLE_VAULT;", Kind::AnsibleVault),
        (b"\0GITCRYPT\0", Kind::GitCrypt),
        (b"version https://git-lfs.github.com/spec/", Kind::LfsPointer),
        (b"\x1f\x8b\x08", Kind::Gzip),
        (b"<RSAKeyValue>", Kind::XmlKey),
    ];
    let known = prefixes.iter().find(|(prefix, _)| text.starts_with(prefix)).map(|(_, kind)| *kind);
    let words: &[(&[u8], Kind)] = &[
        (b"$ANSIBLE_VAULT;", Kind::AnsibleVault),
        (b"ENC[AES256_GCM,", Kind::Sops),
        (b"SealedSecret", Kind::SealedSecret),
        (b"<RSAKeyValue>", Kind::XmlKey),
    ];
    known.or_else(|| words.iter().find(|(word, _)| memmem::find(text, word).is_some()).map(|(_, kind)| *kind))
}

/// Returns true for a placeholder for a key, on one line.
fn is_placeholder(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "null",
        "none",
        "nil",
        "undefined",
        "redacted",
        "masked",
        "hidden",
        "secret",
        "password",
        "changeme",
        "change_me",
        "todo",
        "fixme",
        "tbd",
        "n/a",
        "none yet",
        "your key",
        "private key",
        "ssh key",
        "...",
        "…",
        "<key>",
        "true",
        "false",
        "[object object]",
    ];
    let text = text.trim_matches(['"', '\'', '`']).trim();
    let inner = text.trim_matches(['<', '>', '[', ']', '(', ')', '*']).trim();
    let masked = text.chars().all(|c| matches!(c, '*' | '•' | '●' | '.' | 'x' | 'X'));
    let pairs = [
        ("${", "}"),
        ("{{", "}}"),
        ("<%", "%>"),
        ("$(", ")"),
        ("%", "%"),
        ("<", ">"),
        ("[", "]"),
        ("#{", "}"),
        ("__", "__"),
        ("@", "@"),
    ];
    let template = pairs.iter().any(|(start, end)| {
        text.len() > start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
    });
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let variable = text
        .strip_prefix('$')
        .or_else(|| text.strip_prefix("env:"))
        .is_some_and(|name| is_name(name.strip_prefix("env:").unwrap_or(name)));
    let capitals = is_name(text) && text.contains("KEY") && !text.bytes().any(|b| b.is_ascii_lowercase());
    let word = inner.to_lowercase();
    !text.is_empty()
        && (masked || template || variable || capitals || WORDS.contains(&word.as_str()) || text == "***")
}

/// Returns true for a reference to a secret store, recognized by its scheme.
fn is_secret_reference(text: &str) -> bool {
    const SCHEMES: &[&str] = &[
        "op://",
        "vault:",
        "ssm:",
        "aws-ssm:",
        "awssm:",
        "arn:aws:secretsmanager:",
        "arn:aws:ssm:",
        "gcp-sm:",
        "sm://",
        "azurekv://",
        "akv://",
        "keyvault:",
        "secretref:",
        "ref+",
        "doppler://",
        "bw://",
        "keepass://",
        "pass://",
        "infisical://",
    ];
    let lower = text.trim_matches(['"', '\'']).to_lowercase();
    let cloud = lower.starts_with("projects/") && lower.contains("/secrets/");
    let azure = lower.starts_with("https://") && lower.contains(".vault.azure.net/")
        || lower.starts_with("@microsoft.keyvault(");
    cloud || azure || SCHEMES.iter().any(|scheme| lower.starts_with(scheme))
}

/// Returns true for a server's answer in place of a file: a page, or a message in JSON, XML or plain text.
fn is_error_page(text: &str) -> bool {
    let start: String = text.chars().take(512).flat_map(char::to_lowercase).collect();
    let page =
        ["<!doctype html", "<html", "<head", "<body", "<title"].iter().any(|tag| start.starts_with(tag));
    let json = start.starts_with('{')
        && ["\"message\"", "\"error\"", "\"errors\"", "\"status\"", "\"detail\""]
            .iter()
            .any(|field| start.contains(field));
    let xml = (start.starts_with("<?xml") || start.starts_with("<error")) && start.contains("<error");
    let line = text.lines().count() == 1
        && [
            "404",
            "403",
            "401",
            "400",
            "500",
            "502",
            "503",
            "not found",
            "access denied",
            "error:",
            "fatal:",
            "curl:",
        ]
        .iter()
        .any(|word| start.starts_with(word) && start.len() > word.len() || start == "not found");
    page || json || xml || line
}

fn by_beginning(text: &[u8]) -> Option<Kind> {
    if let Some(rest) = text.strip_prefix(b"PuTTY-User-Key-File-") {
        let mut lines = rest.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let name = lines.next()?.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
        let encryption = lines.take(2).find_map(|line| line.strip_prefix(b"Encryption: "));
        let encrypted = encryption.is_some_and(|name| name != b"none");
        return Some(Kind::Putty { algorithm: Algorithm::of_ssh(name), encrypted });
    }
    let prefixes: &[(&[u8], Kind)] = &[
        (b"SSH PRIVATE KEY FILE FORMAT 1.1", Kind::Ssh1),
        (b"AGE-SECRET-KEY-", Kind::Age),
        (b"age1", Kind::Age),
        (b"[Interface]", Kind::WireGuard),
    ];
    let known = prefixes.iter().find(|(prefix, _)| text.starts_with(prefix)).map(|(_, kind)| *kind);
    let json = || text.starts_with(b"{") && text.windows(5).take(256).any(|window| window == b"\"kty\"");
    known.or_else(|| json().then_some(Kind::Jwk))
}

fn by_words(text: &str) -> Option<Kind> {
    let first = text.lines().next().unwrap_or_default();
    let mut words = first.split_whitespace();
    let word = words.next().unwrap_or_default();
    if word.starts_with("SHA256:") || Fingerprint::parse(first).is_ok() {
        return Some(Kind::Fingerprint);
    }
    let types = ["ssh-rsa", "ssh-dss", "ssh-ed25519", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"];
    if types.iter().any(|name| word.starts_with(name)) {
        let certificate = word.ends_with("-cert-v01@openssh.com");
        return Some(if certificate {
            Kind::SshCertificate
        } else {
            Kind::PublicKey(Algorithm::of_ssh(word.as_bytes()))
        });
    }
    if text.lines().count() > 1 || text.len() > 512 {
        return None;
    }
    if is_placeholder(text) {
        return Some(Kind::Placeholder);
    }
    if is_secret_reference(text) {
        return Some(Kind::SecretReference);
    }
    if ["https://", "http://", "ssh://", "git@", "git://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Some(Kind::Url);
    }
    let bytes = text.as_bytes();
    if bytes.len() == 44 && base64::decode(bytes).is_some_and(|key| key.len() == 32) {
        return Some(Kind::WireGuard);
    }
    is_path(text).then_some(Kind::Path)
}

fn is_path(text: &str) -> bool {
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let drive = text.as_bytes().get(1..3).is_some_and(|colon| colon == b":\\" || colon == b":/");
    let rooted = ["/", "~/", "./", "../"].iter().any(|root| text.starts_with(root)) || drive;
    let ending = [".pem", ".key", ".ppk", ".pub", ".txt"].iter().any(|ending| name.ends_with(ending));
    let short = text.len() <= 512 && !text.contains(' ');
    short && (rooted && text.len() <= 255 || ending || name.starts_with("id_") && name.len() < 20)
}
