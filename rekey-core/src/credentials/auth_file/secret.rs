//! The secret of an entry, for a program that logs in itself.

use std::fmt;

use memchr::memmem;
use zeroize::Zeroizing;

use super::{Document, decoded};
use crate::base64;

/// A user and a password for a registry, and possibly an identity token to use in their place. The memory is
/// wiped when it is dropped, and no part of it is ever printed.
///
/// ```
/// use rekey_core::credentials::auth_file::LoginSecret;
///
/// let json = br#"{"auths": {"quay.io": {"auth": "dTpwYXNzd29yZA=="}}}"#;
/// let secret = LoginSecret::of_entry(json, "quay.io").expect("the entry has one");
/// assert_eq!(*secret.to_basic(), "dTpwYXNzd29yZA==");
/// assert!(secret.occurs_in("the server says `password`"));
/// assert_eq!(format!("{secret:?}"), "LoginSecret { .. }");
/// ```
pub struct LoginSecret {
    /// The user, a colon and the password.
    pair: Zeroizing<Vec<u8>>,
    identity_token: Option<Zeroizing<String>>,
}

impl LoginSecret {
    /// Returns a user with a password.
    pub fn new(user: &str, password: &str) -> Self {
        let mut pair = Zeroizing::new(Vec::with_capacity(user.len() + 1 + password.len()));
        pair.extend_from_slice(user.as_bytes());
        pair.push(b':');
        pair.extend_from_slice(password.as_bytes());
        Self { pair, identity_token: None }
    }

    /// Returns an identity token, with which a registry's service of tokens identifies a user.
    pub fn of_identity_token(token: &str) -> Self {
        Self { pair: Zeroizing::default(), identity_token: Some(Zeroizing::new(token.to_owned())) }
    }

    /// Returns the secret of the entry with exactly this key; `None` if the file or the entry has no secret.
    pub fn of_entry(json: &[u8], key: &str) -> Option<Self> {
        let document: Document<'_> = serde_json::from_slice(json).ok()?;
        let entry = document.auths?.remove(key)??;
        let token = entry.identity_token.as_ref().filter(|token| !token.0.is_empty());
        let identity_token = token.map(|token| Zeroizing::new(token.0.clone().into_owned()));
        let pair = entry.auth.as_ref().and_then(|auth| decoded(&auth.0));
        let pair = pair.filter(|pair| pair.contains(&b':'));
        (pair.is_some() || identity_token.is_some())
            .then(|| Self { pair: pair.unwrap_or_default(), identity_token })
    }

    /// The user and the password in the form of HTTP's Basic authentication.
    pub fn to_basic(&self) -> Zeroizing<String> {
        let mut digits = Vec::with_capacity(self.pair.len().div_ceil(3) * 4);
        base64::encode(&self.pair, &mut digits);
        Zeroizing::new(String::from_utf8(digits).expect("digits are ASCII"))
    }

    /// The identity token.
    pub fn identity_token(&self) -> Option<&str> {
        self.identity_token.as_ref().map(|token| token.as_str())
    }

    /// Returns true if a text contains the password or the token, as they are or in base64.
    pub fn occurs_in(&self, text: &str) -> bool {
        let password = self.pair.iter().position(|byte| *byte == b':').and_then(|at| self.pair.get(at + 1..));
        let basic = self.to_basic();
        let secrets = [password, Some(basic.as_bytes()), self.identity_token().map(str::as_bytes)];
        let occurs = |secret: &[u8]| !secret.is_empty() && memmem::find(text.as_bytes(), secret).is_some();
        secrets.into_iter().flatten().any(occurs)
    }
}

impl fmt::Debug for LoginSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginSecret").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_that_of_exactly_one_key() {
        let json = br#"{"auths": {
            "quay.io": {"auth": "dTpw"},
            "quay.io/team": {"auth": "dDpx"},
            "token.example.com": {"auth": "PHRva2VuPjo=", "identitytoken": "long-lived"},
            "empty.example.com": {},
            "odd.example.com": {"auth": "!"},
            "plain.example.com": {"auth": "dXNlcg=="}
        }}"#;
        for (key, basic, token) in [
            ("quay.io", Some("dTpw"), None),
            ("quay.io/team", Some("dDpx"), None),
            ("token.example.com", Some("PHRva2VuPjo="), Some("long-lived")),
            ("empty.example.com", None, None),
            ("odd.example.com", None, None),
            ("plain.example.com", None, None),
            ("absent.example.com", None, None),
        ] {
            let secret = LoginSecret::of_entry(json, key);
            let found = secret.as_ref().map(|secret| secret.to_basic().to_string());
            assert_eq!(found.as_deref(), basic, "{key}");
            assert_eq!(secret.as_ref().and_then(LoginSecret::identity_token), token, "{key}");
        }
        assert!(LoginSecret::of_entry(b"[]", "quay.io").is_none());
    }

    #[test]
    fn a_text_that_repeats_the_secret_is_found() {
        let secret = LoginSecret::new("robot", "hunter2");
        let token = LoginSecret::of_identity_token("long-lived");
        for (text, first, second) in [
            ("the password hunter2 is wrong", true, false),
            ("Basic cm9ib3Q6aHVudGVyMg==", true, false),
            ("the token long-lived is wrong", false, true),
            ("the user robot is unknown", false, false),
        ] {
            assert_eq!((secret.occurs_in(text), token.occurs_in(text)), (first, second), "{text}");
        }
    }
}
