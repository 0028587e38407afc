//! Secrets in a URL: tokens, user info, parameters.

use crate::{
    mask::{
        self, Issuer,
        token::{Finder, Need},
    },
    text::Span,
};

/// The kind of a secret in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Secret {
    /// A password, or a token of unknown kind.
    Password,
    /// A token that is recognized by its format.
    Token(Issuer),
    /// A CI job token, recognized by its user name: `x-access-token`, `gitlab-ci-token`.
    JobToken,
    /// An OAuth token, recognized by its user name: `oauth2`, `x-token-auth`, `x-oauth-basic`.
    OAuthToken,
}

impl Secret {
    /// The page on which the owner can revoke it.
    pub fn revoke_at(self) -> Option<&'static str> {
        match self {
            Self::Token(issuer) => issuer.revoke_at(),
            Self::Password | Self::JobToken | Self::OAuthToken => None,
        }
    }
}

/// User names that are used with a token instead of a password.
const TOKEN_USERS: [(&[u8], Secret); 7] = [
    (b"x-access-token", Secret::JobToken),
    (b"gitlab-ci-token", Secret::JobToken),
    (b"oauth2", Secret::OAuthToken),
    (b"x-token-auth", Secret::OAuthToken),
    (b"x-oauth-basic", Secret::OAuthToken),
    (b"x-bitbucket-api-token-auth", Secret::Token(Issuer::Atlassian)),
    (b"private-token", Secret::Token(Issuer::GitLab)),
];

/// The first token in a text, recognized by its format.
pub(super) fn find_token(text: &[u8]) -> Option<(Span, Secret)> {
    // Hosts are always displayed in lowercase.
    let (span, issuer) = Finder::new(text, Need::Certain).next()?;
    Some((span, Secret::Token(issuer)))
}

/// The values of query parameters that must not be shown, each with its kind if that is certain.
pub(super) fn in_query(query: &[u8]) -> impl Iterator<Item = (Span, Option<Secret>)> {
    let mut start = 0;
    query.split(|b| matches!(b, b'&' | b';')).filter_map(move |parameter| {
        let at = start;
        start += parameter.len() + 1;
        let equals = parameter.iter().position(|b| *b == b'=')?;
        let (name, value) = (&parameter[..equals], &parameter[equals + 1..]);
        let token = find_token(value).map(|(_, kind)| kind);
        let certain = token.or_else(|| mask::is_secret_name(name).then_some(Secret::Password));
        let shown = value.is_empty() || certain.is_none() && !mask::is_secret_parameter(name);
        (!shown).then(|| (Span::new(at + equals + 1, at + parameter.len()), certain))
    })
}

/// The secret in user info, if there certainly is one; a plain name is not a secret.
pub(super) fn in_user_info(user: &[u8], password: Option<&[u8]>) -> Option<Secret> {
    if let Some((_, kind)) = find_token(user).or_else(|| password.and_then(find_token)) {
        return Some(kind);
    }
    let named = |name: &[u8]| TOKEN_USERS.iter().find(|(token, _)| *token == name).map(|(_, kind)| *kind);
    // In `token:x-oauth-basic@` the token comes first.
    match password {
        Some(password) => named(user).or_else(|| named(password)).or(Some(Secret::Password)),
        None if looks_random(user) => Some(Secret::Password),
        None => None,
    }
}

/// Twenty characters or more, only letters and digits, and unlike a name: an old token.
fn looks_random(user: &[u8]) -> bool {
    user.len() >= 20
        && user.iter().all(u8::is_ascii_alphanumeric)
        && user.iter().filter(|b| b.is_ascii_digit()).count() >= 4
        && user.iter().any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_recognized_by_their_format() {
        for (text, expected) in [
            ("ghp_0123456789abcdef0123", Some(Secret::Token(Issuer::GitHub))),
            ("x/github_pat_0123456789abcdef0123", Some(Secret::Token(Issuer::GitHub))),
            ("?private_token=glpat-0123456789abcdef0123", Some(Secret::Token(Issuer::GitLab))),
            ("GHP_0123456789abcdef0123", Some(Secret::Token(Issuer::GitHub))),
            ("ghp_tools", None),
            ("my-repository", None),
        ] {
            assert_eq!(find_token(text.as_bytes()).map(|(_, kind)| kind), expected, "{text}");
        }
    }

    #[test]
    fn a_token_is_marked_at_its_place() {
        let text = "xx/ghp_0123456789abcdef0123/x";
        let marked = find_token(text.as_bytes()).and_then(|(span, _)| span.str(text.as_bytes()));
        assert_eq!(marked, Some("ghp_0123456789abcdef0123"));
    }

    #[test]
    fn a_plain_name_is_not_a_secret() {
        assert_eq!(in_user_info(b"jane.doe", None), None);
        assert_eq!(in_user_info(b"0123456789abcdef0123456789abcdef01234567", None), Some(Secret::Password));
        assert_eq!(in_user_info(b"jane", Some(b"x")), Some(Secret::Password));
        assert_eq!(in_user_info(b"oauth2", Some(b"x")), Some(Secret::OAuthToken));
    }
}
