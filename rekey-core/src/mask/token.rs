//! Access tokens that are recognized by their format: one table for all searches.
#![allow(
    clippy::indexing_slicing,
    reason = "places were found in the same text; the fuzz targets dockerfile and git_url hold it"
)]

use crate::text::Span;

/// The issuer of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Issuer {
    /// GitHub: personal, fine-grained, OAuth, app or refresh tokens.
    GitHub,
    /// GitLab: personal, deploy, runner, job, trigger, feed, agent and other tokens.
    GitLab,
    /// Atlassian, and with it Bitbucket: app passwords, API and access tokens.
    Atlassian,
    /// Amazon Web Services: access key ids.
    Aws,
    /// Slack: bot, user, app, configuration and workflow tokens.
    Slack,
    /// npm: access tokens.
    Npm,
    /// PyPI: API tokens.
    PyPi,
    /// Docker Hub: personal and organization access tokens.
    Docker,
    /// Hugging Face: user and organization tokens.
    HuggingFace,
    /// OpenAI: project, service account, admin and old keys.
    OpenAi,
    /// Google: API keys, OAuth tokens and client secrets.
    Google,
    /// Microsoft: client secrets of Entra, and keys of Azure services.
    Microsoft,
    /// OpenShift: OAuth access tokens.
    OpenShift,
    /// Any issuer of JSON Web Tokens.
    Jwt,
}

impl Issuer {
    /// The name of the token in a message: "GitHub token".
    pub const fn token(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub token",
            Self::GitLab => "GitLab token",
            Self::Atlassian => "Bitbucket or Atlassian token",
            Self::Aws => "AWS access key",
            Self::Slack => "Slack token",
            Self::Npm => "npm token",
            Self::PyPi => "PyPI token",
            Self::Docker => "Docker Hub token",
            Self::HuggingFace => "Hugging Face token",
            Self::OpenAi => "OpenAI key",
            Self::Google => "Google key or token",
            Self::Microsoft => "Microsoft Entra secret or Azure key",
            Self::OpenShift => "OpenShift token",
            Self::Jwt => "JSON Web Token",
        }
    }

    /// The page that documents the format of the token.
    pub const fn source(self) -> &'static str {
        match self {
            Self::GitHub => {
                "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats"
            }
            Self::GitLab => "https://docs.gitlab.com/security/tokens/#token-prefixes",
            Self::Atlassian => "https://support.atlassian.com/bitbucket-cloud/docs/access-tokens/",
            Self::Aws => {
                "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids"
            }
            Self::Slack => "https://docs.slack.dev/authentication/tokens",
            Self::Npm => {
                "https://github.blog/security/application-security/announcing-npms-new-access-token-format/"
            }
            Self::PyPi => {
                "https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns"
            }
            Self::Docker => "https://docs.docker.com/security/access-tokens/",
            Self::HuggingFace => "https://huggingface.co/docs/hub/security-tokens",
            Self::OpenAi => "https://platform.openai.com/docs/api-reference/authentication",
            Self::Google => "https://cloud.google.com/docs/authentication/api-keys",
            Self::Microsoft => "https://learn.microsoft.com/purview/sit-defn-azure-ad-client-secret",
            Self::OpenShift => {
                "https://docs.redhat.com/en/documentation/openshift_container_platform/4.20/html/authentication_and_authorization/managing-oauth-access-tokens"
            }
            Self::Jwt => "https://www.rfc-editor.org/rfc/rfc7519#section-3.1",
        }
    }

    /// The page on which owners can revoke a token, if there is one for everyone.
    pub const fn revoke_at(self) -> Option<&'static str> {
        match self {
            Self::GitHub => Some("https://github.com/settings/tokens"),
            Self::GitLab => Some("https://gitlab.com/-/user_settings/personal_access_tokens"),
            Self::Atlassian => Some("https://id.atlassian.com/manage-profile/security/api-tokens"),
            Self::Docker => Some("https://app.docker.com/settings/personal-access-tokens"),
            Self::HuggingFace => Some("https://huggingface.co/settings/tokens"),
            Self::OpenAi => Some("https://platform.openai.com/api-keys"),
            Self::Aws
            | Self::Slack
            | Self::Npm
            | Self::PyPi
            | Self::Google
            | Self::Microsoft
            | Self::OpenShift
            | Self::Jwt => None,
        }
    }
}

/// The format of a token: `lead` letters, digits, dots, tildes or dashes, a prefix, and at least `min`
/// characters of `body`.
struct Pattern {
    lead: usize,
    prefix: &'static str,
    body: Body,
    min: usize,
    issuer: Issuer,
}

/// The characters that may follow a prefix.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    /// Letters, digits, `_`, `-`; `.` between them. The prefix is distinctive enough to count within a word.
    Token,
    /// Like `Token`, after a prefix that also begins ordinary words: no letter or digit may precede it, and
    /// at least one digit and one uppercase letter must follow.
    Mixed,
    /// Uppercase letters and digits; no letter or digit may precede the prefix.
    Upper,
    /// Up to 34 letters, digits, `_`, `-`, `.` and `~`.
    Tilde,
    /// Three parts of base64url separated by dots, the second of which begins with `eyJ` too.
    Jwt,
}

/// Every known format, in the order in which they are tried: by first letter, longer prefixes first.
const PATTERNS: &[Pattern] = {
    const fn pattern(prefix: &'static str, body: Body, min: usize, issuer: Issuer) -> Pattern {
        Pattern { lead: 0, prefix, body, min, issuer }
    }
    const fn within(lead: usize, prefix: &'static str, body: Body, min: usize, issuer: Issuer) -> Pattern {
        Pattern { lead, prefix, body, min, issuer }
    }
    use Body::{Jwt, Mixed, Tilde, Token, Upper};
    use Issuer as I;
    &[
        within(3, "7Q~", Tilde, 31, I::Microsoft),
        within(3, "8Q~", Tilde, 31, I::Microsoft),
        pattern("AKIA", Upper, 16, I::Aws),
        pattern("ASIA", Upper, 16, I::Aws),
        pattern("ATATT3", Token, 20, I::Atlassian),
        pattern("ATCTT3", Token, 20, I::Atlassian),
        pattern("ATBB", Token, 20, I::Atlassian),
        pattern("AIza", Token, 30, I::Google),
        pattern("api_org_", Token, 20, I::HuggingFace),
        pattern("dckr_pat_", Token, 16, I::Docker),
        pattern("dckr_oat_", Token, 16, I::Docker),
        pattern("eyJ", Jwt, 16, I::Jwt),
        pattern("GOCSPX-", Token, 20, I::Google),
        pattern("GR1348941", Token, 16, I::GitLab),
        pattern("github_pat_", Token, 16, I::GitHub),
        pattern("ghp_", Token, 16, I::GitHub),
        pattern("gho_", Token, 16, I::GitHub),
        pattern("ghu_", Token, 16, I::GitHub),
        pattern("ghs_", Token, 16, I::GitHub),
        pattern("ghr_", Token, 16, I::GitHub),
        pattern("glpat-", Token, 16, I::GitLab),
        pattern("gloas-", Token, 16, I::GitLab),
        pattern("gldt-", Token, 16, I::GitLab),
        pattern("glrtr-", Token, 16, I::GitLab),
        pattern("glrt-", Token, 16, I::GitLab),
        pattern("glcbt-", Token, 16, I::GitLab),
        pattern("glptt-", Token, 16, I::GitLab),
        pattern("glft-", Token, 16, I::GitLab),
        pattern("glimt-", Token, 16, I::GitLab),
        pattern("glagent-", Token, 16, I::GitLab),
        pattern("glwt-", Token, 16, I::GitLab),
        pattern("glsoat-", Token, 16, I::GitLab),
        pattern("glffct-", Token, 16, I::GitLab),
        pattern("hf_", Mixed, 20, I::HuggingFace),
        within(52, "JQQJ99", Token, 20, I::Microsoft),
        pattern("npm_", Mixed, 30, I::Npm),
        pattern("pypi-", Mixed, 50, I::PyPi),
        pattern("sha256~", Token, 30, I::OpenShift),
        pattern("sk-", Mixed, 20, I::OpenAi),
        pattern("xoxe.xoxb-", Token, 16, I::Slack),
        pattern("xoxe.xoxp-", Token, 16, I::Slack),
        pattern("xoxa-", Token, 16, I::Slack),
        pattern("xoxb-", Token, 16, I::Slack),
        pattern("xoxc-", Token, 16, I::Slack),
        pattern("xoxd-", Token, 16, I::Slack),
        pattern("xoxe-", Token, 16, I::Slack),
        pattern("xoxo-", Token, 16, I::Slack),
        pattern("xoxp-", Token, 16, I::Slack),
        pattern("xoxr-", Token, 16, I::Slack),
        pattern("xoxs-", Token, 16, I::Slack),
        pattern("xapp-", Token, 16, I::Slack),
        pattern("xwfp-", Token, 16, I::Slack),
        pattern("ya29.", Token, 20, I::Google),
    ]
};

/// The length of the shortest token, including its prefix.
pub(crate) const SHORTEST: usize = {
    let mut shortest = usize::MAX;
    let mut index = 0;
    while index < PATTERNS.len() {
        let length = PATTERNS[index].prefix.len() + PATTERNS[index].min;
        if length < shortest {
            shortest = length;
        }
        index += 1;
    }
    shortest
};

/// The patterns that begin with a byte, in either case.
static BEGIN: [(u8, u8); 256] = {
    let mut table = [(0, 0); 256];
    let mut index = 0;
    while index < PATTERNS.len() {
        let first = PATTERNS[index].prefix.as_bytes()[0].to_ascii_lowercase();
        let (start, _) = table[first as usize];
        let start = if table[first as usize].1 == 0 { index as u8 } else { start };
        table[first as usize] = (start, index as u8 + 1);
        table[first.to_ascii_uppercase() as usize] = (start, index as u8 + 1);
        index += 1;
    }
    table
};

/// The certainty that a search requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Only certain tokens, so that a finding may say so. Prefixes match in any case, since hosts are
    /// displayed in lowercase.
    Certain,
    /// Everything that may be a token, so that it is not shown: this includes random characters after a
    /// prefix within a word.
    Likely,
}

/// A search for the tokens of a text, from left to right.
pub(crate) struct Finder<'t> {
    text: &'t [u8],
    need: Need,
    at: usize,
    /// The end of the last token found.
    found: usize,
    /// The end of the current word.
    word: usize,
    /// The last run of characters examined, so that many prefixes in one run cost one pass.
    run: Run,
}

impl<'t> Finder<'t> {
    pub(crate) fn new(text: &'t [u8], need: Need) -> Self {
        Self { text, need, at: 0, found: 0, word: 0, run: Run::default() }
    }

    /// The end of a token in this format that begins at `at`.
    fn end(&mut self, pattern: &Pattern, at: usize) -> Option<usize> {
        let prefix = pattern.prefix.as_bytes();
        let body = at + prefix.len();
        let found = self.text.get(at..body)?;
        let is_prefix = match self.need {
            Need::Likely => found == prefix,
            Need::Certain => found.eq_ignore_ascii_case(prefix),
        };
        let follows_word = pattern.body != Body::Token && at > 0 && self.text[at - 1].is_ascii_alphanumeric();
        if !is_prefix || follows_word && self.need == Need::Certain {
            return None;
        }
        let lead = self.text.get(at.checked_sub(pattern.lead).filter(|start| *start >= self.found)?..at)?;
        if !lead.iter().all(|b| is_of_secret(*b)) {
            return None;
        }
        if pattern.body == Body::Tilde {
            let length = self.text[body..].iter().take(34).take_while(|b| is_of_secret(**b)).count();
            return (length >= pattern.min).then_some(body + length);
        }
        if pattern.body == Body::Upper {
            let is_body = |b: &&u8| b.is_ascii_uppercase() || b.is_ascii_digit();
            let length = self.text[body..].iter().take_while(is_body).count();
            let digits = || self.text[body..body + length].iter().filter(|b| b.is_ascii_digit()).count();
            let fits = length >= pattern.min && (!follows_word || digits() >= 2);
            return fits.then_some(body + length);
        }
        if body >= self.run.end {
            self.run = Run::from(self.text, body);
        }
        let fits = body + pattern.min <= self.run.end
            && match pattern.body {
                Body::Token | Body::Upper | Body::Tilde => true,
                Body::Mixed => self.run.last_digit >= body && self.run.last_upper >= body,
                Body::Jwt => self.run.last_json >= body,
            }
            && (!follows_word || super::is_random(&self.text[body..body + pattern.min]));
        fits.then_some(self.run.end)
    }
}

/// Returns true for the characters of Microsoft's secrets.
fn is_of_secret(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'~')
}

impl Iterator for Finder<'_> {
    type Item = (Span, Issuer);

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(byte) = self.text.get(self.at) {
            let at = self.at;
            if at >= self.word {
                // A token is within one word, and most words are too short.
                let length = super::word_length(self.text, at);
                self.word = at + length;
                if length < SHORTEST {
                    self.at = self.word.max(at + 1);
                    continue;
                }
            }
            let (first, last) = BEGIN[*byte as usize];
            let second = self.text.get(at + 1).map_or(0, u8::to_ascii_lowercase);
            for pattern in &PATTERNS[first as usize..last as usize] {
                let may_fit = pattern.prefix.as_bytes()[1].to_ascii_lowercase() == second;
                if may_fit && let Some(end) = self.end(pattern, at) {
                    (self.at, self.found) = (end, end);
                    return Some((Span::new(at - pattern.lead, end), pattern.issuer));
                }
            }
            self.at += 1;
        }
        None
    }
}

/// The rest of a run of token characters, and the last places of the characters that distinguish tokens from
/// words.
#[derive(Default)]
struct Run {
    end: usize,
    last_digit: usize,
    last_upper: usize,
    /// The last `.eyJ`: JSON in base64url that begins with `{"`.
    last_json: usize,
}

impl Run {
    fn from(text: &[u8], start: usize) -> Self {
        let is_body = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'=');
        let mut run = Self { end: start, ..Self::default() };
        for (at, byte) in text.iter().enumerate().skip(start).take_while(|(_, b)| is_body(**b)) {
            match byte {
                b'0'..=b'9' => run.last_digit = at,
                b'A'..=b'Z' => run.last_upper = at,
                b'.' if text[at..].starts_with(b".eyJ") => run.last_json = at,
                _ => {}
            }
            // A period belongs to the sentence, `=` to the next word.
            if !matches!(byte, b'.' | b'=') {
                run.end = at + 1;
            }
        }
        run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<(Span, Issuer)> {
        Finder::new(text.as_bytes(), Need::Likely).next()
    }

    #[test]
    fn patterns_of_one_letter_are_adjacent() {
        let letters: Vec<u8> =
            PATTERNS.iter().map(|pattern| pattern.prefix.as_bytes()[0].to_ascii_lowercase()).collect();
        let mut seen = letters.clone();
        seen.dedup();
        let mut sorted = letters;
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(seen.len(), sorted.len(), "the patterns of a letter are split");
    }

    #[test]
    fn every_pattern_finds_its_token_and_nothing_shorter() {
        for pattern in PATTERNS {
            let body = match pattern.body {
                Body::Jwt => format!("{}.eyJ{}.x", "Q0".repeat(pattern.min), "z9".repeat(pattern.min)),
                Body::Upper => "Q0".repeat(pattern.min / 2),
                _ => "aQ0_".repeat(pattern.min.div_ceil(4)),
            };
            let lead = "aQ0".repeat(pattern.lead);
            let token = format!("{}{}{body}", &lead[..pattern.lead], pattern.prefix);
            let text = format!("x={token} y");
            let found = first(&text);
            assert_eq!(found, Some((Span::new(2, 2 + token.len()), pattern.issuer)), "{token}");
            let short = format!("{}aQ0", pattern.prefix);
            assert_eq!(first(&short), None, "{short}");
        }
    }

    #[test]
    fn words_are_not_tokens() {
        for text in [
            "ghp_tools",
            "risk-ASSESSMENT-report-for-2024-and-later",
            "sk-learn-contrib-extensions-package",
            "half_OpenConfigurationManagerOf2024",
            "disk-Utility-for-MacOS10-extension-pack",
            "npm_config_registry_and_other_settings",
            "eyJust.a.long.sentence.without.anything",
            "AKIAbcdefghijklmnopqrst",
            "sha256~short",
            "8Q~aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF",
            "a=8Q~aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF",
        ] {
            assert_eq!(first(text), None, "{text}");
        }
    }

    #[test]
    fn hosts_match_in_any_case_and_words_hide_only_random_text() {
        let certain =
            |text: &str| Finder::new(text.as_bytes(), Need::Certain).next().map(|(_, issuer)| issuer);
        for (text, likely, sure) in [
            ("GHP_0123456789abcdef0123", None, Some(Issuer::GitHub)),
            ("xhf_aB3dE5gH7jK9mN1pQ3sT", Some(Issuer::HuggingFace), None),
            ("xAKIA3B5C7D9E1F3G5H7J", Some(Issuer::Aws), None),
        ] {
            assert_eq!((first(text).map(|(_, issuer)| issuer), certain(text)), (likely, sure), "{text}");
        }
    }
}
