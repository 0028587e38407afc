//! Whether BuildKit takes a text for an image reference: `[domain/]path[:tag][@digest]`.

/// Whether the text is a reference.
pub(super) fn is_reference(text: &str) -> bool {
    if text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return false;
    }
    let (name, digest) = match text.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (text, None),
    };
    let (domain, rest) = match name.split_once('/') {
        Some((domain, rest)) if is_like_domain(domain) => (Some(domain), rest),
        _ => (None, name),
    };
    let (path, tag) = match rest.split_once(':') {
        Some((path, tag)) => (path, Some(tag)),
        None => (rest, None),
    };
    let prefix = if domain.is_none() && !path.contains('/') { "library/".len() } else { 0 };
    domain.is_none_or(is_domain)
        && prefix + path.len() <= 255
        && path.split('/').all(is_component)
        && tag.is_none_or(is_tag)
        && digest.is_none_or(is_digest)
}

fn is_like_domain(text: &str) -> bool {
    text == "localhost" || text.contains(['.', ':']) || text.chars().any(char::is_uppercase)
}

fn is_domain(text: &str) -> bool {
    let (host, port) = match text.rfind(':').filter(|_| !text.ends_with(']')) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    };
    if !port.is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())) {
        return false;
    }
    if let Some(address) = host.strip_prefix('[') {
        let inner = address.strip_suffix(']').unwrap_or_default();
        return !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
    }
    host.split('.').all(|part| {
        let bytes = part.as_bytes();
        let ends = bytes.first().is_some_and(u8::is_ascii_alphanumeric)
            && bytes.last().is_some_and(u8::is_ascii_alphanumeric);
        ends && bytes.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

/// Runs of lower-case letters and digits, joined by `.`, `_`, `__` or dashes.
fn is_component(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    let ends =
        bytes.first().is_some_and(|&byte| is_word(byte)) && bytes.last().is_some_and(|&byte| is_word(byte));
    ends && bytes.chunk_by(|&a, &b| is_word(a) == is_word(b)).all(|run| {
        let is_dashes = run.iter().all(|&byte| byte == b'-');
        is_dashes || matches!(run, b"." | b"_" | b"__") || run.first().is_some_and(|&byte| is_word(byte))
    })
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

fn is_digest(text: &str) -> bool {
    let Some((algorithm, hex)) = text.split_once(':') else { return false };
    let len = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return false,
    };
    hex.len() == len && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        let digest = format!("a@sha256:{}", "0".repeat(64));
        for (text, expected) in [
            ("ubi9", true),
            ("registry.access.redhat.com/ubi9/ubi:9.4-1", true),
            ("localhost:5000/a/b__c.d--e:Tag_1", true),
            (&digest, true),
            ("[::1]:80/a", true),
            ("Foo/bar", true),
            ("Ubi9", false),
            ("a/Ubi9", false),
            ("ghcr.io/x/:latest", false),
            ("a:", false),
            ("a_-b", false),
            ("-a.io/b", false),
            ("a-.io/b", false),
            ("a_b.io/c", false),
            ("a!b.io/c", false),
            ("a@sha2:00", false),
            ("", false),
            ("a b", false),
        ] {
            assert_eq!(is_reference(text), expected, "{text}");
        }
        assert!(!is_reference(&"0".repeat(64)));
    }
}
