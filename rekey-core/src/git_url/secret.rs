//! Access tokens, told by their form.

use crate::text::Span;

/// What kind of secret stands in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Secret {
    /// A password, or a token of unknown kind.
    Password,
    /// A GitHub token: personal, fine-grained, OAuth, app or refresh.
    GitHubToken,
    /// A GitLab token: personal, deploy, runner, job.
    GitLabToken,
    /// A token of a CI job, by its user name: `x-access-token`, `gitlab-ci-token`.
    JobToken,
    /// A token handed over as OAuth, by its user name: `oauth2`, `x-token-auth`, `x-oauth-basic`.
    OAuthToken,
    /// An Atlassian (Bitbucket) token or app password.
    BitbucketToken,
}

impl Secret {
    /// Where a person takes the secret back.
    pub fn revoke_at(self) -> Option<&'static str> {
        match self {
            Self::GitHubToken => Some("https://github.com/settings/tokens"),
            Self::GitLabToken => Some("https://gitlab.com/-/user_settings/personal_access_tokens"),
            Self::BitbucketToken => Some("https://bitbucket.org/account/settings/app-passwords/"),
            Self::Password | Self::JobToken | Self::OAuthToken => None,
        }
    }
}

/// The beginnings of tokens, and how many characters of a token must follow at least.
///
/// GitHub: "About authentication to GitHub", section "GitHub's token formats". GitLab: "Token overview",
/// section "Token prefixes". Atlassian: `ATBB` (app passwords), `ATCTT3` (access tokens).
const TOKENS: [(&[u8], usize, Secret); 16] = [
    (b"ghp_", 16, Secret::GitHubToken),
    (b"gho_", 16, Secret::GitHubToken),
    (b"ghu_", 16, Secret::GitHubToken),
    (b"ghs_", 16, Secret::GitHubToken),
    (b"ghr_", 16, Secret::GitHubToken),
    (b"github_pat_", 16, Secret::GitHubToken),
    (b"glpat-", 16, Secret::GitLabToken),
    (b"gldt-", 16, Secret::GitLabToken),
    (b"glrt-", 16, Secret::GitLabToken),
    (b"glcbt-", 16, Secret::GitLabToken),
    (b"glptt-", 16, Secret::GitLabToken),
    (b"glsoat-", 16, Secret::GitLabToken),
    (b"glft-", 16, Secret::GitLabToken),
    (b"gloas-", 16, Secret::GitLabToken),
    (b"ATBB", 20, Secret::BitbucketToken),
    (b"ATCTT3", 20, Secret::BitbucketToken),
];

/// User names that go with a token instead of a password.
const TOKEN_USERS: [(&[u8], Secret); 7] = [
    (b"x-access-token", Secret::JobToken),
    (b"gitlab-ci-token", Secret::JobToken),
    (b"oauth2", Secret::OAuthToken),
    (b"x-token-auth", Secret::OAuthToken),
    (b"x-oauth-basic", Secret::OAuthToken),
    (b"x-bitbucket-api-token-auth", Secret::BitbucketToken),
    (b"private-token", Secret::GitLabToken),
];

/// The first token in a text, by its form.
pub(super) fn find_token(text: &[u8]) -> Option<(Span, Secret)> {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if may_begin(rest)
            && let Some((length, kind)) = token_at(rest)
        {
            return Some((Span::new(at, at + length), kind));
        }
        at += 1;
    }
    None
}

/// Whether it is worth comparing: nearly every URL has a `g`, that of `github.com`.
fn may_begin(text: &[u8]) -> bool {
    match text {
        [b'A', b'T', ..] | [b'g' | b'G', b'l' | b'L', ..] | [b'g' | b'G', b'h' | b'H', _, b'_', ..] => true,
        [b'g' | b'G', b'i' | b'I', ..] => text.get(6) == Some(&b'_'),
        _ => false,
    }
}

fn token_at(text: &[u8]) -> Option<(usize, Secret)> {
    // In a host, which is shown in small letters, the case says nothing.
    let begins =
        |prefix: &[u8]| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let (prefix, least, kind) = TOKENS.iter().find(|(prefix, ..)| begins(prefix))?;
    let body =
        text[prefix.len()..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let length = body.count();
    (length >= *least).then_some((prefix.len() + length, *kind))
}

/// What user info gives away: nothing when it is a plain name.
pub(super) fn in_user_info(user: &[u8], password: Option<&[u8]>) -> Option<Secret> {
    if let Some((_, kind)) = find_token(user).or_else(|| password.and_then(find_token)) {
        return Some(kind);
    }
    let named = |name: &[u8]| TOKEN_USERS.iter().find(|(token, _)| *token == name).map(|(_, kind)| *kind);
    // `token:x-oauth-basic@` has the token first.
    match password {
        Some(password) => named(user).or_else(|| named(password)).or(Some(Secret::Password)),
        None if looks_random(user) => Some(Secret::Password),
        None => None,
    }
}

/// Twenty characters or more, with letters and digits and nothing that a name would have: an old token.
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
    fn tokens_are_known_by_form() {
        for (text, expected) in [
            ("ghp_0123456789abcdef0123", Some(Secret::GitHubToken)),
            ("x/github_pat_0123456789abcdef0123", Some(Secret::GitHubToken)),
            ("?private_token=glpat-0123456789abcdef0123", Some(Secret::GitLabToken)),
            ("GHP_0123456789abcdef0123", Some(Secret::GitHubToken)),
            ("ghp_tools", None),
            ("my-repository", None),
        ] {
            assert_eq!(find_token(text.as_bytes()).map(|(_, kind)| kind), expected, "{text}");
        }
    }

    #[test]
    fn a_token_is_marked_where_it_stands() {
        let text = "xx/ghp_0123456789abcdef0123/x";
        let marked = find_token(text.as_bytes()).and_then(|(span, _)| span.str(text.as_bytes()));
        assert_eq!(marked, Some("ghp_0123456789abcdef0123"));
    }

    #[test]
    fn a_plain_name_is_no_secret() {
        assert_eq!(in_user_info(b"jane.doe", None), None);
        assert_eq!(in_user_info(b"0123456789abcdef0123456789abcdef01234567", None), Some(Secret::Password));
        assert_eq!(in_user_info(b"jane", Some(b"x")), Some(Secret::Password));
        assert_eq!(in_user_info(b"oauth2", Some(b"x")), Some(Secret::OAuthToken));
    }
}
