//! Rules about git source URLs.
//!
//! A syntax error makes the rest of the URL uncertain, so rules about its value run only if the text [is
//! sound](Context::is_sound). All findings about one URL have the same fix: all mistakes repaired at once.

mod access;
mod host;
mod name;
mod path;
mod scheme;
mod text;
mod user;

use crate::{
    finding::{Draft, Findings, Safety},
    git_url::{
        NameDefect, Problem, ProblemKind, Reach, RepairTarget, Scan, owner_defect, pretends_to_be,
        repository_defect,
    },
    text::Span,
};

/// All rules about git URLs, in the order in which they run.
pub(crate) static RULES: &[&Entry] = &[
    &text::EMPTY,
    &text::TOO_LONG,
    &text::SURROUNDING_TEXT,
    &text::CONTROL_CHARACTER,
    &text::INVALID_CHARACTER,
    &scheme::REMOTE_HELPER,
    &scheme::LEADING_DASH,
    &scheme::LOCAL_PATH,
    &scheme::MISSING_SCHEME,
    &scheme::SCHEME_CASE,
    &scheme::SCHEME_TYPO,
    &scheme::PACKAGE_MANAGER_SCHEME,
    &scheme::UNSUPPORTED_SCHEME,
    &scheme::SHORTHAND,
    &host::SCP_MISSING_COLON,
    &host::PATH_IN_PORT,
    &host::INVALID_PORT,
    &user::USER_INFO,
    &user::SECRET,
    &user::INVALID_USER,
    &host::MISSING_HOST,
    &host::INVALID_HOST,
    &path::DOT_SEGMENT,
    &path::INVALID_PATH,
    &path::QUERY,
    &path::FRAGMENT,
    // The rules from here on also apply to a text without problems.
    &text::UNUSUAL_LENGTH,
    &host::CONFUSABLE_HOST,
    &host::IDN_HOST,
    &path::MISSING_REPOSITORY,
    &scheme::PLAIN_HTTP,
    &scheme::GIT_PROTOCOL,
    &scheme::DEPRECATED_SCHEME,
    &user::MISSING_USER,
    &user::FORGE_USER,
    &host::FORGE_HOST,
    &host::FORGE_PORT,
    &host::SCP_PORT,
    &path::BROWSER_PAGE,
    &path::EXTRA_PATH,
    &host::NOT_A_GIT_HOST,
    &path::GIST,
    &host::PRIVATE_HOST,
    &host::IP_ADDRESS,
    &host::HOST_CASE,
    &host::WWW,
    &host::DEFAULT_PORT,
    &path::UNNECESSARY_ESCAPE,
    &path::TRAILING_SLASH,
    &path::DOUBLE_SUFFIX,
    &path::AZURE_PATH,
    &path::AZURE_SUFFIX,
    &path::WIKI,
    // The rules from here on also apply to a plain URL.
    &host::OTHER_FORGE,
    &text::PLACEHOLDER,
    &name::OWNER_NAME,
    &name::REPOSITORY_NAME,
    &name::LEGACY_NAME,
    &access::SSH_FOR_PUBLIC,
    &access::HTTPS_FOR_PRIVATE,
];

/// The number of rules at the beginning of the table that apply only if the scan found a problem.
const ABOUT_PROBLEMS: usize = 26;

/// The number of rules that apply only to URLs that are not plain, including those about problems.
const NOT_OF_PLAIN: usize = 53;

/// The rules that a text can violate.
pub(crate) fn rules_for(scan: &Scan<'_>) -> &'static [&'static Entry] {
    match () {
        () if scan.is_plain() => RULES.split_at(NOT_OF_PLAIN).1,
        () if scan.problems.is_empty() => RULES.split_at(ABOUT_PROBLEMS).1,
        () => RULES,
    }
}

/// A row of this table.
pub(crate) type Entry = crate::rule::Entry<fn(&Context<'_>, &mut Findings)>;

/// The input of rules about git URLs.
pub(crate) struct Context<'a> {
    /// The scan of the URL.
    pub(crate) scan: &'a Scan<'a>,
    /// True for a private repository, false for a public one; `None` if unknown.
    pub(crate) private: Option<bool>,
    is_sound: bool,
    reach: Option<Reach>,
    owner_defect: Option<(Span, NameDefect)>,
    repository_defect: Option<(Span, NameDefect)>,
    pretended_host: Option<&'static str>,
    may_be_encoded: bool,
}

impl<'a> Context<'a> {
    pub(crate) fn new(scan: &'a Scan<'a>, private: Option<bool>) -> Self {
        let is_sound =
            scan.host.is_some() && scan.problems.iter().all(|problem| leaves_parts(scan, problem.kind));
        let host = scan.str(scan.host).filter(|host| !host.is_empty());
        let mut context = Self {
            scan,
            private,
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

    /// Returns true if host and path are what they seem: the syntax is correct, though there may be text
    /// around the URL.
    pub(crate) fn is_sound(&self) -> bool {
        self.is_sound
    }

    /// The network from which the host is reachable.
    pub(crate) fn reach(&self) -> Option<Reach> {
        self.reach
    }

    /// The main name of a known host.
    pub(crate) fn known_host(&self) -> Option<&'static str> {
        self.scan.known_host()
    }

    /// The problems of these kinds.
    pub(crate) fn problems(&self, kinds: &[ProblemKind]) -> impl Iterator<Item = Problem> {
        self.scan.problems.iter().filter(|problem| kinds.contains(&problem.kind)).copied()
    }

    /// Reports each problem of these kinds.
    fn report_problems(&self, findings: &mut Findings, kinds: &[ProblemKind]) {
        for problem in self.problems(kinds) {
            self.report(findings, problem.to_string(), problem.span);
        }
    }

    /// Reports each problem of these kinds, with the corrected URL as its fix, if it is known.
    fn fix_problems(&self, findings: &mut Findings, kinds: &[ProblemKind]) {
        for problem in self.problems(kinds) {
            self.fix(findings, problem.to_string(), problem.span);
        }
    }

    /// The forge that the host imitates.
    pub(crate) fn pretended_host(&self) -> Option<&'static str> {
        self.pretended_host
    }

    /// Returns true if the host may differ from what it looks like: it has non-ASCII letters, or `--` as in
    /// `xn--`.
    pub(crate) fn may_be_encoded(&self) -> bool {
        self.may_be_encoded
    }

    /// The defect of the owner's name, if the text is sound.
    pub(crate) fn owner_defect(&self) -> Option<(Span, NameDefect)> {
        self.owner_defect
    }

    /// The defect of the repository's name, if the text is sound.
    pub(crate) fn repository_defect(&self) -> Option<(Span, NameDefect)> {
        self.repository_defect
    }

    /// The placeholder that a person has to replace.
    pub(crate) fn placeholder(&self) -> Option<Span> {
        let path = self.scan.path?;
        text::find(self.scan.str(Some(path))?, path.start)
    }

    /// A name without escapes; unnecessary escapes have to be decoded first.
    fn name(&self, span: Span) -> Option<&'a str> {
        self.scan.str(Some(span)).filter(|name| self.scan.needless_escape.is_none() || !name.contains('%'))
    }

    /// Reports a finding without a fix.
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

    /// Reports a finding with the corrected URL as its fix, if it is known.
    pub(crate) fn fix<'f>(&self, findings: &'f mut Findings, message: String, span: Span) -> &'f mut Draft {
        let draft = self.report(findings, message, span);
        let wanted = match self.private {
            Some(true) => RepairTarget::Ssh,
            Some(false) => RepairTarget::Https,
            None => RepairTarget::Meant,
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

/// Returns true if the parts of a URL are certain in spite of a problem.
fn leaves_parts(scan: &Scan<'_>, kind: ProblemKind) -> bool {
    match kind {
        ProblemKind::Wrapped | ProblemKind::UserInfo | ProblemKind::Query | ProblemKind::Fragment => true,
        ProblemKind::Secret => {
            scan.secret.zip(scan.host).is_some_and(|((secret, _), host)| secret.end <= host.start)
        }
        _ => false,
    }
}

/// The shortest edit that turns one text into the other; never an insertion, so that the same fix of two
/// findings is applied once.
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

/// A URL of `N` bytes, as an example of one that is too long.
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

/// The bytes as text.
const fn ascii(text: &'static [u8]) -> &'static str {
    match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Target;

    #[test]
    fn rules_about_problems_come_first() {
        let is_about_problems = |entry: &&'static Entry| {
            let bad =
                entry.rule.examples.iter().filter(|example| example.verdict != crate::rule::Verdict::Good);
            bad.map(|example| crate::git_url::scan(example.input.as_bytes()))
                .all(|scan| !scan.problems.is_empty())
        };
        assert!(RULES[..ABOUT_PROBLEMS].iter().all(is_about_problems));
    }

    #[test]
    fn skipped_rules_have_no_findings_for_a_plain_url() {
        assert_eq!(RULES[NOT_OF_PLAIN].rule.id, "git-url-other-forge");
        let texts = RULES.iter().flat_map(|entry| entry.rule.examples).flat_map(|example| {
            let good =
                if let crate::rule::Verdict::Fixed(good) = example.verdict { Some(good) } else { None };
            std::iter::once(example.input).chain(good)
        });
        // Details that could be hidden in a URL that looks plain.
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
        let target = Target::default();
        let mut plain = 0;
        for text in texts.chain(odd) {
            let scan = crate::git_url::scan(text.as_bytes());
            if !scan.is_plain() {
                continue;
            }
            plain += 1;
            for private in [None, Some(true), Some(false)] {
                let context = Context::new(&scan, private);
                let drafts = crate::check::run(&RULES[..NOT_OF_PLAIN], &target, |entry, findings| {
                    (entry.check)(&context, findings);
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
