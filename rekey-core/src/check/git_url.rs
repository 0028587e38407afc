//! `check_git_url`.

use super::{run, secrets::Secrets, section};
use crate::{
    git_url::{GitUrl, scan},
    input::Text,
    mask,
    report::{Facts, Report},
    rule::Subject,
    rules::git_url::{Context, rules_for},
    target::Target,
};

/// Checks a git source URL as the service will clone it: unattended, from outside the partner's network.
pub fn check_git_url<'a>(input: impl Into<GitUrlInput<'a>>, target: &Target) -> Report {
    let input = input.into();
    let scan = scan(input.text.bytes());
    let context = Context::new(&scan, input.private);
    let drafts = run(rules_for(&scan), target, |entry, findings| (entry.check)(&context, findings));
    let is_long = scan.path.is_none_or(|path| path.len() >= SHORTEST);
    let by_form = if is_long { Secrets::by_form(scan.text()) } else { Secrets::default() };
    let hides = scan.may_hold_secret() || !by_form.spans.is_empty();
    let facts = if hides { Facts::None } else { GitUrl::from_scan(&scan).map_or(Facts::None, Facts::GitUrl) };
    let secrets = if drafts.is_empty() {
        Secrets::default()
    } else {
        Secrets::at(scan.text(), mask::merged([scan.secrets(), by_form.spans].concat()))
    };
    Report::of(target, section(Subject::GitUrl, &input.text, "git.url", drafts, target, facts, secrets))
}

/// The shortest path that may contain a token without being a problem of the URL: a letter before the token
/// leaves a doubt.
const SHORTEST: usize = mask::token::SHORTEST;

/// The input of [`check_git_url`].
#[derive(Clone, Debug)]
pub struct GitUrlInput<'a> {
    pub(crate) text: Text<'a>,
    private: Option<bool>,
}

impl<'a> GitUrlInput<'a> {
    /// A URL alone, without saying whether the repository is public or private.
    pub fn new(text: impl Into<Text<'a>>) -> Self {
        Self { text: text.into(), private: None }
    }

    /// Says whether the repository is private, if that is known.
    #[must_use]
    pub fn private(mut self, private: Option<bool>) -> Self {
        self.private = private;
        self
    }
}

impl<'a, T: Into<Text<'a>>> From<T> for GitUrlInput<'a> {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}
