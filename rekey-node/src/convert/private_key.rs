//! Private keys: the public facts about a key, and its conversion for the service.

use rekey_core::{
    Target, check_private_key,
    private_key::{self, Match, PrivateKey, PublicKey},
};
use serde::Serialize;
use zeroize::Zeroizing;

use super::value::{ParseFailure, Parsed, Refusal, given, json, refusal};
use crate::content::{Secret, bytes};

/// Returns true if the content is a private key.
pub(crate) fn is_private_key(data: &Secret<'_>) -> bool {
    PrivateKey::parse(bytes(&data.0)).is_ok()
}

/// Parses a private key, and returns the public facts about it.
pub(crate) fn parse_private_key(data: &Secret<'_>) -> Parsed {
    given(&data.0, key_of(data), |key| json(&KeyForm::from(&key)))
}

/// The key in PKCS#1: the whole secret.
pub(crate) fn to_pkcs1_pem(data: &Secret<'_>) -> Result<Zeroizing<String>, Refusal> {
    key_of(data).map(|key| key.to_pkcs1_pem()).map_err(|failure| refusal(&data.0, failure))
}

/// The public half.
pub(crate) fn to_public_key(data: &Secret<'_>) -> Parsed {
    given(&data.0, key_of(data), |key| public_half(&key))
}

/// Returns true if a public key belongs to the key: of multiple ones, one match is enough.
pub(crate) fn private_key_matches(data: &Secret<'_>, public_key: &Secret<'_>) -> Result<bool, Refusal> {
    let key = key_of(data).map_err(|failure| refusal(&data.0, failure))?;
    let keys = PublicKey::parse_all(bytes(&public_key.0)).map_err(|problem| {
        let failure = ParseFailure::whole(&public_key.0, &problem).under("private-key-invalid-public-key");
        refusal(&public_key.0, failure)
    })?;
    Ok(keys.iter().any(|public| key.matches(public) == Match::Same))
}

fn public_half(key: &PrivateKey) -> String {
    key.public_key().to_line().unwrap_or_default()
}

fn key_of(data: &Secret<'_>) -> Result<PrivateKey, ParseFailure> {
    let bytes = bytes(&data.0);
    PrivateKey::parse(bytes).map_err(|problem: private_key::Problem| {
        ParseFailure::new(&problem.kind, &problem, problem.span)
            .by(&check_private_key(bytes, &Target::default()))
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyForm {
    bits: u32,
    public_key: String,
    fingerprint: String,
    md5_fingerprint: String,
}

impl From<&PrivateKey> for KeyForm {
    fn from(key: &PrivateKey) -> Self {
        Self {
            bits: key.bits(),
            public_key: public_half(key),
            fingerprint: key.fingerprint().to_string(),
            md5_fingerprint: key.md5_fingerprint().to_string(),
        }
    }
}
