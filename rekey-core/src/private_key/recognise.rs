//! What a text without `BEGIN` is.

use super::{
    base64,
    fingerprint::Fingerprint,
    kind::{Algorithm, Kind},
    public::{PublicKey, PublicKeyForm},
};

/// What a text without `BEGIN` is, if it shows by its first words.
pub(super) fn recognise(text: &[u8]) -> Option<Kind> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Some(Kind::Empty);
    }
    if let Some(kind) = by_beginning(text) {
        return Some(kind);
    }
    let text = std::str::from_utf8(text).ok()?;
    if let Ok(key) = PublicKey::parse(text.as_bytes()) {
        return Some(match key.form() {
            PublicKeyForm::HostKey => Kind::HostKey,
            PublicKeyForm::Fingerprint => Kind::Fingerprint,
            _ => Kind::PublicKey(key.algorithm().unwrap_or(Algorithm::Other)),
        });
    }
    by_words(text)
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
    if word.starts_with("SHA256:") || Fingerprint::parse(first).is_some() {
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
    if text.lines().count() > 1 {
        return None;
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
