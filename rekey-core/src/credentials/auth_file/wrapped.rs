//! Auth files wrapped in something else, as people paste them: in another encoding, in base64, in a
//! Kubernetes Secret, or in the format that docker had before `auths`.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::credentials::auth_file::{AuthFile, MAX_AUTH_FILE_BYTES, Problem, RawEntry, decoded};

/// Unwraps an auth file: returns the kind of wrapping and the JSON that contains `auths`.
pub fn unwrap(text: &[u8]) -> Option<(Problem, Zeroizing<Vec<u8>>)> {
    if text.len() > MAX_AUTH_FILE_BYTES {
        return None;
    }
    if let Some(rest) = text.strip_prefix(b"\xef\xbb\xbf") {
        return Some((Problem::ByteOrderMark, auth_file(Zeroizing::new(rest.to_vec()))?));
    }
    if let Some(bytes) = from_utf16(text) {
        return Some((Problem::Utf16, auth_file(bytes)?));
    }
    let text = std::str::from_utf8(text).ok()?.trim();
    if let Some(bytes) = from_base64(text.trim_matches('"')) {
        return Some((Problem::Base64, auth_file(bytes)?));
    }
    if let Some(bytes) = from_secret(text) {
        return Some((Problem::Secret, auth_file(bytes)?));
    }
    legacy(text.as_bytes()).map(|bytes| (Problem::Legacy, bytes))
}

/// Returns the text if it is an auth file, unwrapped or in the format before `auths`.
fn auth_file(text: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
    if AuthFile::parse(&text).is_ok() { Some(text) } else { legacy(&text) }
}

/// Returns the text of a `.dockercfg`, which has the entries directly at the top, with `auths` around them.
fn legacy(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let entries: BTreeMap<String, Option<RawEntry<'_>>> = serde_json::from_slice(text).ok()?;
    let has_auth = |entry: &Option<RawEntry<'_>>| entry.as_ref().is_some_and(|entry| entry.auth.is_some());
    if !entries.values().any(has_auth) {
        return None;
    }
    let (before, after): (&[u8], &[u8]) = (b"{\"auths\": ", b"}\n");
    let mut out = Zeroizing::new(Vec::with_capacity(before.len() + text.len() + after.len()));
    out.extend_from_slice(before);
    out.extend_from_slice(text.trim_ascii());
    out.extend_from_slice(after);
    Some(out)
}

fn from_utf16(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (rest, big) = match text {
        [0xff, 0xfe, rest @ ..] => (rest, false),
        [0xfe, 0xff, rest @ ..] => (rest, true),
        [b'{', 0, ..] => (text, false),
        [0, b'{', ..] => (text, true),
        _ => return None,
    };
    let units = rest.as_chunks::<2>().0.iter();
    let units = units.map(|unit| if big { u16::from_be_bytes(*unit) } else { u16::from_le_bytes(*unit) });
    // One unit has at most three bytes of UTF-8, so the buffer is never reallocated.
    let mut out = Zeroizing::new(String::with_capacity(rest.len() / 2 * 3));
    for c in char::decode_utf16(units) {
        out.push(c.ok()?);
    }
    Some(Zeroizing::new(std::mem::take(&mut *out).into_bytes()))
}

/// Returns the bytes that base64 encodes, on one line or many, if they are a text in braces.
fn from_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    digits.extend(text.chars().filter(|c| !matches!(c, ' ' | '\t')));
    let out = decoded(&digits)?;
    out.trim_ascii().starts_with(b"{").then_some(out)
}

/// The value of `.dockerconfigjson` or `.dockercfg` in a YAML or JSON manifest, base64-encoded or plain.
fn from_secret(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let names = [".dockerconfigjson", ".dockercfg"];
    // The type of a Secret contains the name too, but without a dot: `kubernetes.io/dockerconfigjson`.
    let (at, name) = names.iter().find_map(|name| Some((text.find(name)?, *name)))?;
    let rest = text.get(at + name.len()..)?.trim_start_matches(['"', '\'']).trim_start();
    let value = rest.strip_prefix(':')?.trim_start();
    let block = value.trim_start_matches(['|', '>', '-', '+', '"', '\'']).trim_start();
    if block.starts_with('{') {
        let mut values = serde_json::Deserializer::from_str(block).into_iter::<serde::de::IgnoredAny>();
        values.next()?.ok()?;
        let json = block.get(..values.byte_offset())?;
        return Some(Zeroizing::new(json.as_bytes().to_vec()));
    }
    let is_digit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    // A YAML value may continue on further lines of digits, up to the next name.
    let mut digits = Zeroizing::new(String::with_capacity(block.len()));
    for (at, line) in block.lines().map(str::trim).enumerate() {
        match line.find(|c| !is_digit(c)) {
            None => digits.push_str(line),
            Some(end) => {
                digits.push_str(line.get(..end).filter(|_| at == 0).unwrap_or_default());
                break;
            }
        }
    }
    from_base64(&digits)
}
