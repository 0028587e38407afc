//! Rules about git source URLs.
//!
//! A wrong form hides what stands in it, so rules about the value speak only where the text [is sound](Context::is_sound).
//! All fixes of one URL are the same one: every mistake repaired at once.

mod azure_path;
mod azure_suffix;
mod bad_character;
mod bad_host;
mod bad_path;
mod bad_port;
mod bad_user;
mod browser_page;
mod confusable_host;
mod control_character;
mod default_port;
mod deprecated_scheme;
mod dot_segment;
mod double_suffix;
mod empty;
mod extra_path;
mod forge_host;
mod forge_port;
mod forge_user;
mod fragment;
mod gist;
mod git_protocol;
mod host_case;
mod https_for_private;
mod idn_host;
mod ip_address;
mod leading_dash;
mod local_path;
mod long;
mod missing_host;
mod missing_repository;
mod missing_scheme;
mod missing_user;
mod needless_escape;
mod not_a_git_host;
mod old_name;
mod other_forge;
mod owner_name;
mod package_manager_scheme;
mod path_for_port;
mod placeholder;
mod plain_http;
mod private_host;
mod query;
mod remote_helper;
mod repository_name;
mod scheme_case;
mod scheme_typo;
mod scp_port;
mod secret;
mod shorthand;
mod slash_for_colon;
mod ssh_for_public;
mod too_long;
mod trailing_slash;
mod unsupported_scheme;
mod user_info;
mod wiki;
mod wrapped;
mod www;

use crate::{
    finding::{Draft, Findings, Safety},
    git_url::{
        NameDefect, Problem, ProblemKind, Reach, Scan, Wanted, owner_defect, pretends_to_be,
        repository_defect,
    },
    policy::Policy,
    rule::Rule,
    text::Span,
};

/// Every rule about git URLs, in the order in which they run.
pub(crate) static RULES: &[&Rule] = &[
    &empty::RULE,
    &too_long::RULE,
    &wrapped::RULE,
    &control_character::RULE,
    &bad_character::RULE,
    &remote_helper::RULE,
    &leading_dash::RULE,
    &local_path::RULE,
    &missing_scheme::RULE,
    &scheme_case::RULE,
    &scheme_typo::RULE,
    &package_manager_scheme::RULE,
    &unsupported_scheme::RULE,
    &shorthand::RULE,
    &slash_for_colon::RULE,
    &path_for_port::RULE,
    &bad_port::RULE,
    &user_info::RULE,
    &secret::RULE,
    &bad_user::RULE,
    &missing_host::RULE,
    &bad_host::RULE,
    &dot_segment::RULE,
    &bad_path::RULE,
    &query::RULE,
    &fragment::RULE,
    // From here on rules have something to say about a text without problems too.
    &long::RULE,
    &confusable_host::RULE,
    &idn_host::RULE,
    &missing_repository::RULE,
    &plain_http::RULE,
    &git_protocol::RULE,
    &deprecated_scheme::RULE,
    &missing_user::RULE,
    &forge_user::RULE,
    &forge_host::RULE,
    &forge_port::RULE,
    &scp_port::RULE,
    &browser_page::RULE,
    &extra_path::RULE,
    &not_a_git_host::RULE,
    &gist::RULE,
    &private_host::RULE,
    &ip_address::RULE,
    &host_case::RULE,
    &www::RULE,
    &default_port::RULE,
    &needless_escape::RULE,
    &trailing_slash::RULE,
    &double_suffix::RULE,
    &azure_path::RULE,
    &azure_suffix::RULE,
    &wiki::RULE,
    // And from here on about a plain one.
    &other_forge::RULE,
    &placeholder::RULE,
    &owner_name::RULE,
    &repository_name::RULE,
    &old_name::RULE,
    &ssh_for_public::RULE,
    &https_for_private::RULE,
];

/// How many rules at the beginning of the table speak only where the scan found a problem.
const ABOUT_PROBLEMS: usize = 26;

/// How many speak only of what is not plain, those about problems among them.
const NOT_OF_PLAIN: usize = 53;

/// The rules that a text can break.
pub(crate) fn rules_for(scan: &Scan<'_>) -> &'static [&'static Rule] {
    match () {
        () if scan.is_plain() => RULES.split_at(NOT_OF_PLAIN).1,
        () if scan.problems.is_empty() => RULES.split_at(ABOUT_PROBLEMS).1,
        () => RULES,
    }
}

/// What a rule about git URLs looks at.
pub(crate) struct Context<'a> {
    /// What stands in the URL.
    pub(crate) scan: &'a Scan<'a>,
    /// Whether the repository is private, where that is known.
    pub(crate) private: Option<bool>,
    /// What it is judged against.
    #[expect(dead_code, reason = "read by rules that depend on the policy beyond whether they apply")]
    pub(crate) policy: &'a Policy,
    is_sound: bool,
    reach: Option<Reach>,
    owner_defect: Option<(Span, NameDefect)>,
    repository_defect: Option<(Span, NameDefect)>,
    pretended_host: Option<&'static str>,
    may_be_encoded: bool,
}

impl<'a> Context<'a> {
    pub(crate) fn new(scan: &'a Scan<'a>, private: Option<bool>, policy: &'a Policy) -> Self {
        let is_sound =
            scan.host.is_some() && scan.problems.iter().all(|problem| leaves_parts(scan, problem.kind));
        let host = scan.str(scan.host).filter(|host| !host.is_empty());
        let mut context = Self {
            scan,
            private,
            policy,
            is_sound,
            reach: None,
            owner_defect: None,
            repository_defect: None,
            pretended_host: None,
            may_be_encoded: false,
        };
        if scan.known_host().is_some() {
            context.reach = Some(Reach::Public);
        } else if let Some(host) = host {
            context.reach = Some(Reach::of(host));
            context.may_be_encoded = !host.is_ascii() || host.as_bytes().windows(2).any(|pair| pair == b"--");
            context.pretended_host = if context.may_be_encoded { pretends_to_be(host) } else { None };
        }
        if is_sound {
            context.judge_names();
        }
        context
    }

    fn judge_names(&mut self) {
        let forge = self.scan.forge;
        if let Some(owner) = self.scan.owner {
            let defect = self.name(owner).and_then(|name| owner_defect(forge, name));
            self.owner_defect = defect.map(|defect| (owner, defect));
        }
        if let Some(repository) = self.scan.repository {
            let defect = self.name(repository).and_then(|name| repository_defect(forge, name));
            self.repository_defect = defect.map(|defect| (repository, defect));
        }
    }

    /// Whether host and path are what they seem: nothing is wrong with the form, though perhaps with what is round it.
    pub(crate) fn is_sound(&self) -> bool {
        self.is_sound
    }

    /// From where the host can be reached.
    pub(crate) fn reach(&self) -> Option<Reach> {
        self.reach
    }

    /// The first name of a known host.
    pub(crate) fn known_host(&self) -> Option<&'static str> {
        self.scan.known_host()
    }

    /// The problems of these kinds.
    pub(crate) fn problems(&self, kinds: &[ProblemKind]) -> impl Iterator<Item = Problem> {
        self.scan.problems.iter().filter(|problem| kinds.contains(&problem.kind)).copied()
    }

    /// The forge that the host pretends to be.
    pub(crate) fn pretended_host(&self) -> Option<&'static str> {
        self.pretended_host
    }

    /// Whether the host can be another than it looks: it has letters outside ASCII, or `--` as `xn--` does.
    pub(crate) fn may_be_encoded(&self) -> bool {
        self.may_be_encoded
    }

    /// What is wrong with the owner's name, where the text is sound.
    pub(crate) fn owner_defect(&self) -> Option<(Span, NameDefect)> {
        self.owner_defect
    }

    /// What is wrong with the repository's name, where the text is sound.
    pub(crate) fn repository_defect(&self) -> Option<(Span, NameDefect)> {
        self.repository_defect
    }

    /// What a person is still to fill in.
    pub(crate) fn placeholder(&self) -> Option<Span> {
        let path = self.scan.path?;
        placeholder::find(self.scan.str(Some(path))?, path.start)
    }

    /// A name that stands as it is; what is needlessly encoded is first to be decoded.
    fn name(&self, span: Span) -> Option<&'a str> {
        self.scan.str(Some(span)).filter(|name| self.scan.needless_escape.is_none() || !name.contains('%'))
    }

    /// Writes down a finding that no text can mend.
    pub(crate) fn report<'f>(
        &self,
        findings: &'f mut Findings,
        message: String,
        span: Span,
    ) -> &'f mut Draft {
        let draft = findings.report(message).at(span);
        if self.scan.is_incomplete() {
            draft.incomplete();
        }
        draft
    }

    /// Writes down a finding together with the right URL, where it can be told.
    pub(crate) fn mend<'f>(&self, findings: &'f mut Findings, message: String, span: Span) -> &'f mut Draft {
        let draft = self.report(findings, message, span);
        let wanted = match self.private {
            Some(true) => Wanted::Ssh,
            Some(false) => Wanted::Https,
            None => Wanted::Meant,
        };
        if let Some(repair) = self.scan.repair(wanted) {
            let safety = if repair.is_safe { Safety::Safe } else { Safety::Unsafe };
            let description = format!("write `{}`", repair.text);
            let (span, text) = difference(self.scan.text(), &repair.text);
            draft.fix(safety, description, span, text);
        }
        draft
    }
}

/// Whether the parts of a URL mean what they seem to in spite of a problem.
fn leaves_parts(scan: &Scan<'_>, kind: ProblemKind) -> bool {
    match kind {
        ProblemKind::Wrapped | ProblemKind::UserInfo | ProblemKind::Query | ProblemKind::Fragment => true,
        ProblemKind::Secret => {
            scan.secret.zip(scan.host).is_some_and(|((secret, _), host)| secret.end <= host.start)
        }
        _ => false,
    }
}

/// The shortest edit that turns one text into the other; never an insertion, so that the same fix of two findings is
/// applied once.
fn difference(from: &[u8], to: &str) -> (Span, String) {
    let target = to.as_bytes();
    let mut head = from.iter().zip(target).take_while(|(a, b)| a == b).count();
    let rest = from.len().min(target.len()) - head;
    let mut tail = from.iter().rev().zip(target.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    if head + tail == from.len() {
        if tail > 0 {
            tail -= 1;
        } else {
            head = head.saturating_sub(1);
        }
    }
    let replaced = from.get(head..from.len() - tail).map(std::str::from_utf8);
    match (to.get(head..target.len() - tail), replaced) {
        (Some(text), Some(Ok(_))) => (Span::new(head, from.len() - tail), text.to_owned()),
        _ => (Span::new(0, from.len()), to.to_owned()), // in the middle of a character
    }
}

/// A URL of `N` bytes, to show what is too long.
#[allow(clippy::indexing_slicing, reason = "a constant is made while compiling")]
const fn of_length<const N: usize>() -> [u8; N] {
    let start = b"https://gitlab.com/acme/";
    let mut text = [b'a'; N];
    let mut at = 0;
    while at < start.len() {
        text[at] = start[at];
        at += 1;
    }
    text
}

/// Those bytes as text.
const fn ascii(text: &'static [u8]) -> &'static str {
    match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_about_problems_stand_first() {
        let is_about_problems = |rule: &&'static Rule| {
            let bad = rule.examples.iter().filter(|example| example.verdict != crate::rule::Verdict::Good);
            bad.map(|example| crate::git_url::scan(example.input.as_bytes()))
                .all(|scan| !scan.problems.is_empty())
        };
        assert!(RULES[..ABOUT_PROBLEMS].iter().all(is_about_problems));
    }

    #[test]
    fn rules_that_are_left_out_say_nothing_of_a_plain_url() {
        assert_eq!(RULES[NOT_OF_PLAIN].id, "git-url-other-forge");
        let texts = RULES.iter().flat_map(|rule| rule.examples).flat_map(|example| {
            let good =
                if let crate::rule::Verdict::Fixed(good) = example.verdict { Some(good) } else { None };
            std::iter::once(example.input).chain(good)
        });
        // What could hide in a URL that looks plain.
        let odd = [
            "git@github.com:22/acme/app",
            "git@github.com:acme/app/",
            "https://github.com/acme/app.wiki",
            "https://github.com/acme/app.git.git",
            "https://gitlab.com/a/b/c",
            "git@ssh.dev.azure.com:v3/o/p/r",
            "https://dev.azure.com/o/p/_git/r",
            "https://git.sr.ht/~a/b",
        ];
        let policy = Policy::default();
        let mut plain = 0;
        for text in texts.chain(odd) {
            let scan = crate::git_url::scan(text.as_bytes());
            if !scan.is_plain() {
                continue;
            }
            plain += 1;
            for private in [None, Some(true), Some(false)] {
                let context = Context::new(&scan, private, &policy);
                let drafts = crate::check::run(&RULES[..NOT_OF_PLAIN], &policy, |rule, findings| {
                    if let crate::rule::Check::GitUrl(check) = rule.check {
                        check(&context, findings);
                    }
                });
                assert!(drafts.is_empty(), "{text}: {drafts:?}");
            }
        }
        assert!(plain > 20, "{plain}");
    }

    #[test]
    fn a_difference_is_never_an_insertion() {
        for (from, to, marked, text) in [
            ("acme/app", "https://github.com/acme/app", "a", "https://github.com/a"),
            ("https://h/x/", "https://h/x", "/", ""),
            ("https://h", "https://h/x", "h", "h/x"),
            ("http://h/x", "https://h/x", ":", "s:"),
        ] {
            let (span, edit) = difference(from.as_bytes(), to);
            assert_eq!((span.str(from.as_bytes()), edit.as_str()), (Some(marked), text), "{from}");
        }
    }
}
