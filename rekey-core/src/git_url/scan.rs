//! A scanner that parses a text as git does, into transport, host and path, and records what is wrong with
//! it.
//!
//! git decides in this order (`transport.c`, `url.c`, `connect.c`), and the first match wins:
//!
//! ```text
//! helper  = *scheme-char "::" rest                    scheme-char: A-Z a-z 0-9, and after the first also + - .
//! url     = 1*scheme-char "://" rest                  by case: http https ssh git+ssh ssh+git git file, else git-remote-x
//! other   = anything else with "://" in it            refused
//! local   = without ":", or with "/" before the first ":"
//! scp     = [user "@"] host ":" path                  everything that is left
//!
//! http    = authority [path] ["?" query] ["#" fragment]       authority ends at the first of / ? #
//! ssh,git = authority "/" path                                decoded as a whole first; "/~x" is path "~x"
//! authority = [user-info "@"] host [":" [port]]
//! host    = name / "[" IPv6 "]"                       scp also: "[" [user "@"] name [":" port] "]"
//! ```

use super::host::Reach;
use super::hosts::{self, Forge, KnownHost, Page};
use super::problem::{Problem, ProblemKind};
use super::secret::{self, Secret};
use crate::{
    mask::{
        self,
        token::{Finder, Need},
    },
    suggest::is_one_slip,
    text::Span,
};
use memchr::memmem;
use std::ops::Range;

/// The maximum length of a URL. Longer ones are rejected: git itself wrote beyond its buffer for some over
/// 1024 (CVE-2023-29007), and no forge has names that long.
pub const MAX_LENGTH: usize = 2048;

/// The maximum number of problems in a scan.
const MOST_PROBLEMS: usize = 24;

/// The transport by which git fetches from a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transport {
    /// `https://`.
    Https,
    /// `http://`, unencrypted.
    Http,
    /// `ssh://`, its two older spellings, or `user@host:path`.
    Ssh,
    /// `git://`, unencrypted and without server authentication.
    Git,
}

impl Transport {
    /// The scheme as written in a URL.
    pub fn scheme(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
            Self::Ssh => "ssh",
            Self::Git => "git",
        }
    }

    /// The default port.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
            Self::Ssh => 22,
            Self::Git => 9418,
        }
    }
}

impl std::fmt::Display for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.scheme())
    }
}

/// The grammar that git reads a text with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Form {
    /// `https://…`
    Https,
    /// `http://…`
    Http,
    /// `ssh://…`, `git+ssh://…`, `ssh+git://…`
    Ssh,
    /// `[user@]host:path`
    Scp,
    /// `git://…`
    Git,
    /// `file://…`
    File,
    /// A path of the local machine.
    Local,
    /// `name::rest`: git runs `git-remote-name`.
    Helper,
    /// Another `scheme://…`, or a text that git reads as one.
    Other,
    /// An empty text, or one that is too long.
    #[default]
    None,
}

/// The parts of a text read as a git URL. Only the grammar is checked, not whether the URL is a good idea.
///
/// ```text
/// ssh://git@gitlab.com:2222/group/sub/app.git
/// ^^^   ^^^ ^^^^^^^^^^ ^^^^^^^^^^^^^^^^^^^^^^    scheme, user, host, port, path
///                            ^^^^^^^^^ ^^^        owner, repository
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Scan<'a> {
    text: &'a [u8],
    /// The URL without surrounding spaces, quotes or `git clone`.
    pub url: Span,
    /// The grammar that git reads it with.
    pub form: Form,
    /// The scheme without `://`.
    pub scheme: Option<Span>,
    /// The user, including that in http(s) user info.
    pub user: Option<Span>,
    /// A password in user info.
    pub password: Option<Span>,
    /// The host without brackets.
    pub host: Option<Span>,
    /// The port as text, empty for `host:`.
    pub port: Option<Span>,
    /// The port, if its text is a number from 1 to 65535.
    pub port_number: Option<u16>,
    /// The path that git passes to the server, before decoding.
    pub path: Option<Span>,
    /// Everything before the repository, including subgroups. `None` for unknown shapes.
    pub owner: Option<Span>,
    /// The repository without `.git`.
    pub repository: Option<Span>,
    /// The text after the repository that is not part of its address.
    pub extra: Option<Span>,
    /// The web page that the path leads to.
    pub page: Option<Page>,
    /// The text after `?`.
    pub query: Option<Span>,
    /// The text after `#`.
    pub fragment: Option<Span>,
    /// The first unnecessary `%XX` in the path: it encodes a letter, digit, `-`, `_` or `~`.
    pub needless_escape: Option<Span>,
    /// A password or token and its kind, if it is certainly one.
    pub secret: Option<(Span, Secret)>,
    /// Text that is not shown because it may be a secret.
    hidden: Vec<Span>,
    /// The software of the host.
    pub forge: Forge,
    known: Option<&'static KnownHost>,
    /// The problems that keep the text from being a [`GitUrl`](super::GitUrl).
    pub problems: Vec<Problem>,
}

/// Shows the shape and never the text, which may contain a secret anywhere.
impl std::fmt::Debug for Scan<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scan")
            .field("form", &self.form)
            .field("forge", &self.forge)
            .field("port", &self.port_number)
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

/// The maximum length of a plain URL.
const PLAIN_LENGTH: usize = 255;

/// Scans a text as a git URL. Never fails; see [`Scan::problems`].
///
/// ```
/// use rekey_core::git_url::{Form, scan};
///
/// let scan = scan(b"git@github.com:acme/app.git");
/// assert_eq!(scan.form, Form::Scp);
/// assert_eq!(scan.of(scan.owner), b"acme");
/// assert_eq!(scan.of(scan.repository), b"app");
/// assert!(scan.problems.is_empty());
/// ```
pub fn scan(text: &[u8]) -> Scan<'_> {
    let mut scan = Scan { text, url: Span::new(0, text.len()), ..Scan::default() };
    if text.len() > MAX_LENGTH {
        scan.problem(ProblemKind::TooLong, Span::new(MAX_LENGTH, text.len()));
        return scan;
    }
    let mut classes = classes_of(text);
    scan.url = unwrapped(text, classes);
    if scan.url.is_empty() {
        scan.problem(ProblemKind::Empty, Span::new(0, text.len()));
        return scan;
    }
    if scan.url.len() != text.len() {
        scan.note_wrapping();
        classes = classes_of(scan.url.of(text));
    }
    if classes & HOSTILE != 0 {
        scan.check_characters();
    }
    scan.dispatch(classes);
    scan.find_repository();
    if classes & TOKEN != 0 {
        scan.check_for_tokens();
    }
    scan
}

impl<'a> Scan<'a> {
    /// The text that was scanned.
    pub fn text(&self) -> &'a [u8] {
        self.text
    }

    /// The bytes of one part; empty if it is absent.
    pub fn of(&self, part: Option<Span>) -> &'a [u8] {
        part.map_or(&[], |span| {
            let end = (span.end as usize).min(self.text.len());
            &self.text[(span.start as usize).min(end)..end]
        })
    }

    /// One part as text, if it is present and UTF-8.
    pub fn str(&self, part: Option<Span>) -> Option<&'a str> {
        std::str::from_utf8(self.of(Some(part?))).ok()
    }

    /// The transport; `None` for paths, helpers and schemes that git does not know.
    pub fn transport(&self) -> Option<Transport> {
        match self.form {
            Form::Https => Some(Transport::Https),
            Form::Http => Some(Transport::Http),
            Form::Ssh | Form::Scp => Some(Transport::Ssh),
            Form::Git => Some(Transport::Git),
            Form::File | Form::Local | Form::Helper | Form::Other | Form::None => None,
        }
    }

    /// The first problem of a kind.
    pub fn problem_of(&self, kind: ProblemKind) -> Option<Problem> {
        self.problems.iter().find(|problem| problem.kind == kind).copied()
    }

    /// The parts of the text that must not be shown: passwords, tokens, and text that may be a secret.
    pub fn secrets(&self) -> Vec<Span> {
        if !self.may_hold_secret() {
            return Vec::new();
        }
        let certain = self.secret.iter().map(|(span, _)| *span);
        let tokens = Finder::new(self.text, Need::Certain).map(|(span, _)| span);
        let hidden = self.hidden.iter().copied();
        mask::merged(certain.chain(tokens).chain(hidden).filter(|span| !span.is_empty()).collect())
    }

    /// Returns true if a part of the text is or may be a secret.
    pub(crate) fn may_hold_secret(&self) -> bool {
        self.secret.is_some() || !self.hidden.is_empty()
    }

    /// The network from which the host is reachable.
    pub fn reach(&self) -> Option<Reach> {
        self.str(self.host).filter(|host| !host.is_empty()).map(Reach::of)
    }

    /// The main name of a known host: `github.com` for `ssh.github.com`.
    pub fn known_host(&self) -> Option<&'static str> {
        self.known.map(|known| known.web)
    }

    /// The host that serves the transport, if the URL names another one of the same forge: `ssh.github.com`
    /// does not serve https, and `dev.azure.com` does not serve ssh.
    pub(crate) fn host_for_transport(&self) -> Option<&'static str> {
        let (known, transport) = (self.known?, self.transport()?);
        known.host_for(self.of(self.host), transport)
    }

    /// The port of the URL, if the forge is known not to serve the transport there.
    pub(crate) fn unserved_port(&self) -> Option<u16> {
        let (known, port, transport) = (self.known?, self.port_number?, self.transport()?);
        known.lacks_port(self.of(self.host), transport, port).then_some(port)
    }

    /// The path that Azure Repos uses for the transport, if the URL has the path for the other one or lacks
    /// its `v3`.
    pub(crate) fn azure_path(&self) -> Option<String> {
        let (known, path) = (self.known?, self.str(self.path)?);
        (known.forge == Forge::Azure).then(|| hosts::azure_path(path, self.transport()?)).flatten()
    }

    /// The known host that a wrong one is for: `github.com` for `github.com-work`, `githb.com`,
    /// `git.github.com`.
    pub fn meant_host(&self) -> Option<&'static str> {
        hosts::meant_host(self.str(self.host)?, self.transport() == Some(Transport::Ssh))
    }

    /// The intended port in `git@host:22/owner/repository`, which git reads as a directory.
    ///
    /// Only if two or more parts follow, since `22` may also be an owner.
    pub fn scp_port(&self) -> Option<Span> {
        let path = self.path.filter(|_| self.form == Form::Scp)?;
        let bytes = path.of(self.text);
        let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
        let parts = || bytes[digits..].split(|b| *b == b'/').filter(|part| !part.is_empty()).count();
        let is_port =
            (1..=5).contains(&digits) && matches!(bytes.get(digits), Some(b'/' | b':')) && parts() >= 2;
        is_port.then(|| Span::new(path.start as usize, path.start as usize + digits))
    }

    /// The trailing slash of the path.
    pub fn trailing_slash(&self) -> Option<Span> {
        let path = self.path?;
        let ends = path.len() > 1 && path.of(self.text).last() == Some(&b'/');
        ends.then(|| Span::new(path.end as usize - 1, path.end as usize))
    }

    /// Returns true if the URL is entirely ordinary: just an owner and a repository at a known host, by its
    /// name for cloning, over https or in git's short form of ssh as `git`.
    pub(crate) fn is_plain(&self) -> bool {
        let Some(known) = self.known else { return false };
        let (usual, by_usual_user) = match self.form {
            Form::Https => (known.web, self.user.is_none()),
            Form::Scp => (known.ssh, self.of(self.user) == b"git"),
            _ => return false,
        };
        let repository = self.of(self.repository);
        self.problems.is_empty()
            && self.of(self.host) == usual.as_bytes()
            && by_usual_user
            && self.port.is_none()
            && self.extra.is_none()
            && self.needless_escape.is_none()
            && self.page.is_none()
            && self.owner.is_some()
            && !(repository.is_empty() || repository.ends_with(b".git") || repository.ends_with(b".wiki"))
            && !matches!(self.forge, Forge::Gist | Forge::NoGit)
            && self.url.len() <= PLAIN_LENGTH
            && self.trailing_slash().is_none()
            && self.scp_port().is_none()
            && (self.forge != Forge::Azure || self.azure_path().is_none())
    }

    /// Returns true if the text lacks something only at its end, so that it can be the beginning of a valid
    /// URL.
    ///
    /// ```text
    /// https://gith          git@github.com          https://github.com/acme
    /// ```
    pub fn is_incomplete(&self) -> bool {
        let text = self.text;
        if [&b"https://"[..], b"ssh://", b"git@"].iter().any(|start| start.starts_with(text)) {
            return true;
        }
        let (rest, separator) = if let Some(rest) = text.strip_prefix(b"https://") {
            (rest, b'/')
        } else if let Some(rest) = text.strip_prefix(b"ssh://") {
            (rest.strip_prefix(b"git@").unwrap_or(rest), b'/')
        } else if let Some(rest) = text.strip_prefix(b"git@") {
            (rest, b':')
        } else {
            return false;
        };
        let Some(end) = rest.iter().position(|b| *b == separator) else {
            return is_beginning_of_host(rest);
        };
        if self.reach() != Some(Reach::Public) || matches!(self.forge, Forge::NoGit | Forge::Gist) {
            return false;
        }
        if end + 1 == rest.len() {
            return self.problems.iter().all(|problem| problem.kind == ProblemKind::MissingPath);
        }
        let lacks_repository = self.repository.is_none() && self.extra.is_none();
        let open_end = matches!(text.last(), Some(b'.' | b'-' | b'_'))
            || self.trailing_slash().is_some() && matches!(self.forge, Forge::GitLab | Forge::Unknown);
        self.problems.is_empty() && (lacks_repository || open_end)
    }

    fn problem(&mut self, kind: ProblemKind, span: Span) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem { kind, span });
        }
    }

    fn note_wrapping(&mut self) {
        let (before, after) =
            (Span::new(0, self.url.start as usize), Span::new(self.url.end as usize, self.text.len()));
        for span in [before, after] {
            if !span.is_empty() {
                self.problem(ProblemKind::Wrapped, span);
            }
        }
    }

    /// Reports characters that no URL may contain, in any form. One problem for each run of the same kind.
    fn check_characters(&mut self) {
        let (text, url) = (self.text, self.url);
        let mut at = url.start as usize;
        let mut last: Option<(ProblemKind, usize)> = None;
        while at < url.end as usize {
            let (kind, length) = hazard_at(&text[at..url.end as usize]);
            if let Some(kind) = kind {
                match (last, self.problems.last_mut()) {
                    (Some((before, end)), Some(problem)) if before == kind && end == at => {
                        problem.span.end = (at + length) as u32;
                    }
                    _ => self.problem(kind, Span::new(at, at + length)),
                }
                last = Some((kind, at + length));
            }
            at += length;
        }
    }

    fn dispatch(&mut self, classes: u8) {
        let (start, url) = (self.url.start as usize, self.url.of(self.text));
        let word = url.iter().enumerate().take_while(|(i, b)| is_scheme_char(*i == 0, **b)).count();
        let rest = &url[word..];
        if rest.starts_with(b"::") {
            self.form = Form::Helper;
            self.scheme = Some(Span::new(start, start + word));
            self.problem(ProblemKind::Helper, Span::new(start, start + word + 2));
            self.hide_user_info(start + word + 2);
        } else if word > 0 && rest.starts_with(b"://") {
            self.scheme = Some(Span::new(start, start + word));
            self.scan_url(&url[..word], start + word + 3, classes);
        } else if let Some(scheme) = memmem::find(url, b"://") {
            self.form = Form::Other;
            self.scheme = Some(Span::new(start, start + scheme));
            self.problem(ProblemKind::UnsupportedScheme, Span::new(start, start + scheme));
            self.hide_user_info(start + scheme + 3);
        } else {
            let colon = url.iter().position(|b| *b == b':');
            let slash = url.iter().position(|b| *b == b'/');
            match colon {
                Some(colon) if slash.is_none_or(|slash| colon < slash) => self.scan_scp(classes),
                _ => self.scan_local(slash),
            }
        }
    }

    fn scan_url(&mut self, scheme: &[u8], after: usize, classes: u8) {
        self.form = match scheme {
            b"https" => Form::Https,
            b"http" => Form::Http,
            b"ssh" | b"git+ssh" | b"ssh+git" => Form::Ssh,
            b"git" => Form::Git,
            b"file" => Form::File,
            _ => Form::Other,
        };
        let scheme_span = self.scheme.unwrap_or_default();
        match self.form {
            Form::Other => self.problem(judge_scheme(scheme), scheme_span),
            Form::File => {
                self.problem(ProblemKind::LocalPath, scheme_span);
                self.path = Some(Span::new(after, self.url.end as usize));
                return;
            }
            _ => {}
        }
        let by_git = matches!(self.form, Form::Ssh | Form::Git);
        let rest = &self.text[after..self.url.end as usize];
        let ends = |b: &u8| *b == b'/' || (!by_git && matches!(b, b'?' | b'#'));
        let authority_end = after + rest.iter().position(ends).unwrap_or(rest.len());
        self.scan_authority(after, authority_end, by_git);
        let path = self.cut_query_and_fragment(authority_end, classes);
        if by_git && path.is_empty() {
            self.problem(ProblemKind::MissingPath, Span::at(authority_end));
            return;
        }
        self.check_path(path, true, classes);
        if by_git {
            self.check_for_bracket(path);
        }
        self.path = Some(if by_git { self.without_slash_before_home(path) } else { path });
    }

    /// Reads `[user[:password]@]host[:port]` from `start` to `end`.
    fn scan_authority(&mut self, start: usize, end: usize, by_git: bool) {
        let (mut at, mut bracket, mut colon, mut colons) = (None, None, None, 0);
        for (index, byte) in self.text[start..end].iter().enumerate() {
            match byte {
                b'@' => (at, bracket, colon, colons) = (Some(start + index), None, None, 0),
                b']' => bracket = bracket.or(Some(start + index)),
                b':' => {
                    colon = colon.or(Some(start + index));
                    colons += 1;
                }
                _ => {}
            }
        }
        match at {
            Some(at) => self.scan_user_info(start, at, end),
            None if colons > 0 => self.hide_cut_password(start, end),
            None => {}
        }
        let start = at.map_or(start, |at| at + 1);
        let host_end = match bracket {
            Some(bracket) if self.text[start] == b'[' => {
                self.set_bracketed_host(Span::new(start + 1, bracket));
                bracket + 1
            }
            _ => {
                let host_end = colon.unwrap_or(end);
                if colons > 1 {
                    if let Some(path) = path_after_port(&self.text[start..end], host_end - start) {
                        let path = path.shifted(start);
                        self.set_host(Span::new(start, host_end));
                        self.set_port(Span::new(host_end + 1, path.start as usize - 1), by_git);
                        return self.problem(ProblemKind::PathForPort, path);
                    }
                    self.problem(ProblemKind::Brackets, Span::new(start, end));
                }
                self.set_host(Span::new(start, host_end));
                host_end
            }
        };
        match self.text[host_end..end].split_first() {
            None => {}
            Some((b':', _)) => self.set_port(Span::new(host_end + 1, end), by_git),
            Some(_) => self.problem(ProblemKind::Brackets, Span::new(host_end, end)),
        }
    }

    fn scan_user_info(&mut self, start: usize, end: usize, authority_end: usize) {
        let info = &self.text[start..end];
        if info == b"git" && self.form == Form::Ssh {
            self.user = Some(Span::new(start, end));
            return;
        }
        let colon = info.iter().position(|b| *b == b':');
        let user = Span::new(start, start + colon.unwrap_or(info.len()));
        let password = colon.map(|colon| Span::new(start + colon + 1, end)).filter(|span| !span.is_empty());
        self.user = Some(user);
        self.password = password;
        if let Some(kind) = secret::in_user_info(user.of(self.text), password.map(|span| span.of(self.text)))
        {
            let span = Span::new(start, end);
            self.secret = Some((span, kind));
            self.problem(ProblemKind::Secret, span);
        } else if self.form != Form::Ssh {
            self.hidden.push(Span::new(start, end));
            self.problem(ProblemKind::UserInfo, Span::new(start, end + 1));
        } else if colon.is_some() {
            self.problem(ProblemKind::UserCharacter, Span::new(end - 1, end)); // `user:@host`
        } else {
            self.check_user(user);
        }
        if info.contains(&b'@') {
            self.problem(ProblemKind::SecondAt, Span::new(start, authority_end));
        }
    }

    fn check_user(&mut self, user: Span) {
        let bytes = user.of(self.text);
        let allowed = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        // `jane%40corp.com` logs in as `jane@corp.com`: git decodes the URL, and ssh splits at the last `@`.
        let encodes_at = |at: usize| self.form == Form::Ssh && at > 0 && bytes[at..].starts_with(b"%40");
        match bytes.first() {
            None => self.problem(ProblemKind::EmptyUser, user),
            Some(b'-') => self.problem(ProblemKind::UserDash, user),
            Some(_) => {
                let bad = (0..bytes.len()).find(|at| !allowed(&bytes[*at]) && !encodes_at(*at));
                if let Some(bad) = bad {
                    let bad = user.start as usize + bad;
                    self.problem(ProblemKind::UserCharacter, Span::new(bad, self.char_end(bad)));
                }
            }
        }
    }

    fn set_host(&mut self, host: Span) {
        self.host = Some(host);
        if let Some((kind, span)) = judge_host(host.of(self.text)) {
            self.problem(kind, span.shifted(host.start as usize));
        }
    }

    fn set_bracketed_host(&mut self, host: Span) {
        self.host = Some(host);
        let address = host.str(self.text).and_then(|text| text.parse::<std::net::Ipv6Addr>().ok());
        if address.is_none() {
            self.problem(ProblemKind::Brackets, host);
        }
    }

    /// git reads an ssh port that is not a number as part of the host; curl rejects it.
    fn set_port(&mut self, port: Span, by_git: bool) {
        self.port = Some(port);
        let digits = port.of(self.text);
        if digits.is_empty() {
            return;
        }
        self.port_number = parse_port(digits);
        if self.port_number.is_none() {
            let begins_path = digits[0].is_ascii_alphabetic() || matches!(digits[0], b'~' | b'_');
            let kind = if begins_path || by_git && !digits.iter().all(u8::is_ascii_digit) && digits[0] != b'-'
            {
                ProblemKind::PathForPort
            } else {
                ProblemKind::Port
            };
            self.problem(kind, port);
        }
    }

    /// The path from `start` on, without query and fragment.
    fn cut_query_and_fragment(&mut self, start: usize, classes: u8) -> Span {
        let mut end = self.url.end as usize;
        if classes & MARK == 0 {
            return Span::new(start, end);
        }
        let rest = &self.text[start..end];
        if let Some(hash) = rest.iter().position(|b| *b == b'#') {
            self.fragment = Some(Span::new(start + hash + 1, end));
            end = start + hash;
        }
        if let Some(mark) = self.text[start..end].iter().position(|b| *b == b'?') {
            self.query = Some(Span::new(start + mark + 1, end));
            end = start + mark;
        }
        if let Some(query) = self.query {
            self.hide_parameters(query);
            self.problem(ProblemKind::Query, Span { start: query.start - 1, end: query.end });
        }
        if let Some(fragment) = self.fragment {
            self.problem(ProblemKind::Fragment, Span { start: fragment.start - 1, end: fragment.end });
        }
        Span::new(start, end)
    }

    fn hide_parameters(&mut self, query: Span) {
        for (value, certain) in secret::in_query(query.of(self.text)) {
            let value = value.shifted(query.start as usize);
            self.hidden.push(value);
            if let Some(kind) = certain.filter(|_| self.secret.is_none()) {
                self.secret = Some((value, kind));
                self.problem(ProblemKind::Secret, value);
            }
        }
    }

    fn check_path(&mut self, path: Span, is_url: bool, classes: u8) {
        let bytes = path.of(self.text);
        let mut start = 0;
        for index in 0..=bytes.len() {
            if index < bytes.len() && bytes[index] != b'/' {
                continue;
            }
            let kind = match &bytes[start..index] {
                [] if start > 0 && index < bytes.len() || bytes.starts_with(b"//") && index == 1 => {
                    Some(ProblemKind::EmptySegment)
                }
                [] if start > 1 && bytes[start - 2] == b'/' => None,
                b"." | b".." => Some(ProblemKind::DotSegment),
                [b'-', ..] if start <= 1 => Some(ProblemKind::PathDash),
                _ => None,
            };
            if let Some(kind) = kind {
                self.problem(kind, Span::new(start, index).shifted(path.start as usize));
            }
            start = index + 1;
        }
        if classes & HIGH != 0
            && !matches!(self.form, Form::Ssh | Form::Git | Form::Scp)
            && self.problem_of(ProblemKind::NotUtf8).is_none()
            && let Some(high) = bytes.iter().position(|b| *b >= 0x80)
        {
            let high = path.start as usize + high;
            self.problem(ProblemKind::PathNotAscii, Span::new(high, self.char_end(high)));
        }
        if is_url && classes & PERCENT != 0 {
            self.check_escapes(path);
        }
    }

    fn check_escapes(&mut self, path: Span) {
        let bytes = path.of(self.text);
        let mut index = 0;
        while index < bytes.len() {
            if bytes[index] != b'%' {
                index += 1;
                continue;
            }
            let (kind, length) = judge_escape(&bytes[index..]);
            let span = Span::new(index, index + length).shifted(path.start as usize);
            match kind {
                Escape::Right => {}
                Escape::Needless => self.needless_escape = self.needless_escape.or(Some(span)),
                Escape::Wrong(kind) => self.problem(kind, span),
            }
            if index == 1 && bytes[1..].get(..3).is_some_and(|escape| escape.eq_ignore_ascii_case(b"%2d")) {
                self.problem(ProblemKind::PathDash, span);
            }
            index += length;
        }
    }

    fn check_for_bracket(&mut self, path: Span) {
        if let Some(bracket) = late_bracket(path.of(self.text)) {
            self.problem(ProblemKind::Brackets, bracket.shifted(path.start as usize));
        }
    }

    /// git passes `/~user` as `~user`, and decodes before this test.
    fn without_slash_before_home(&self, path: Span) -> Span {
        let bytes = path.of(self.text);
        let home =
            bytes.get(1) == Some(&b'~') || bytes.get(1..4).is_some_and(|b| b.eq_ignore_ascii_case(b"%7e"));
        if home { Span { start: path.start + 1, end: path.end } } else { path }
    }

    /// Reads `[user@]host:path`, in which brackets may enclose the host with user and port.
    fn scan_scp(&mut self, classes: u8) {
        self.form = Form::Scp;
        let (start, url) = (self.url.start as usize, self.url.of(self.text));
        let bracket = match url.contains(&b'[') {
            true if url[0] == b'[' => Some(0),
            true => memmem::find(url, b"@[").map(|at| at + 1),
            false => None,
        };
        let bracket = bracket.and_then(|open| {
            let close = url[open..].iter().position(|b| *b == b']')?;
            Some((open, open + close))
        });
        let from = bracket.map_or(0, |(_, close)| close);
        let Some(colon) = url[from..].iter().position(|b| *b == b':').map(|colon| from + colon) else {
            self.problem(ProblemKind::MissingPath, Span::at(self.url.end as usize));
            return;
        };
        match bracket {
            Some((open, close)) if open < colon => self.scan_bracketed(start, open, close, colon),
            _ => self.scan_scp_host(start, colon),
        }
        let path = self.cut_query_and_fragment(start + colon + 1, classes);
        // A password with `?` or `#` seems to end the path before the `@`.
        let rest = Span { start: path.end, end: self.url.end };
        if let Some(at) = rest.of(self.text).iter().rposition(|b| *b == b'@')
            && self.user.is_none()
        {
            self.hidden.push(Span { end: rest.start + at as u32, ..path });
        }
        if path.is_empty() {
            self.problem(ProblemKind::MissingPath, path);
            return;
        }
        self.check_scp_path(path, classes);
    }

    fn check_scp_path(&mut self, path: Span, classes: u8) {
        let bytes = path.of(self.text);
        let (path, swallowed) = match bytes {
            [b'/', b'~', ..] => (Span { start: path.start + 1, end: path.end }, false),
            [_, b'~', ..] => (Span { start: path.start + 1, end: path.end }, true),
            _ => (path, false),
        };
        if swallowed {
            self.problem(ProblemKind::SwallowedByte, Span::at(path.start as usize));
        }
        // `user:password@host:path`: git reads the user as the host. The password may contain an `@`.
        let colon = bytes.iter().rposition(|b| *b == b':');
        let last = colon.and_then(|colon| bytes[..colon].iter().rposition(|b| *b == b'@'));
        let at = last.or_else(|| bytes.iter().position(|b| *b == b'@'));
        if let Some(at) = at
            && self.user.is_none()
            && !mask::is_known_user(&bytes[..at])
        {
            let info = Span::new(0, at).shifted(path.start as usize);
            match bytes[..at].contains(&b'/') {
                false => self.scan_scp_password(info),
                true if bytes[at..].contains(&b':') => self.hidden.push(info),
                true => {}
            }
        }
        self.check_path(path, false, classes);
        self.check_for_bracket(path);
        self.path = Some(path);
    }

    /// Reads `password` in `user:password@host:path`; after a scheme, or a word such as `origin`, it may be a
    /// user name.
    fn scan_scp_password(&mut self, password: Span) {
        let certain = secret::in_user_info(password.of(self.text), None);
        let before = self.of(self.host);
        let is_label = SCHEME_WORDS.iter().chain(LABELS).any(|word| before.eq_ignore_ascii_case(word));
        let Some(kind) = certain.or((!is_label).then_some(Secret::Password)) else {
            return self.hidden.push(password);
        };
        self.secret = Some((password, kind));
        self.problem(ProblemKind::Secret, password);
    }

    fn scan_scp_host(&mut self, start: usize, colon: usize) {
        let name = &self.text[start..start + colon];
        let at = name.iter().rposition(|b| *b == b'@');
        if let Some(at) = at {
            self.scan_scp_user(Span::new(start, start + at));
        }
        let host = Span::new(start + at.map_or(0, |at| at + 1), start + colon);
        if at.is_none() {
            match name {
                [drive] if drive.is_ascii_alphabetic() => self.problem(ProblemKind::WindowsPath, host),
                _ if SCHEME_WORDS.iter().any(|word| name.eq_ignore_ascii_case(word)) => {
                    self.problem(ProblemKind::SchemeTypo, Span::new(start, start + colon + 1));
                }
                _ if shorthand_host(name).is_some() => {
                    self.problem(ProblemKind::Shorthand, Span::new(start, start + colon + 1));
                }
                _ => {}
            }
        }
        self.set_host(host);
    }

    fn scan_scp_user(&mut self, user: Span) {
        self.user = Some(user);
        let bytes = user.of(self.text);
        if bytes == b"git" {
            return;
        }
        if let Some(kind) = secret::in_user_info(bytes, None) {
            self.secret = Some((user, kind));
            self.problem(ProblemKind::Secret, user);
        } else if bytes.contains(&b'@') {
            self.problem(ProblemKind::SecondAt, user);
        } else {
            self.check_user(user);
        }
    }

    /// Reads `[host:port]:path`, `[user@host]:path` or `user@[IPv6]:path`: the only notation for a port in
    /// scp form.
    fn scan_bracketed(&mut self, start: usize, open: usize, close: usize, colon: usize) {
        let whole = Span::new(start, start + colon);
        if close + 1 != colon {
            self.problem(ProblemKind::Brackets, whole);
        }
        if open > 1 {
            self.scan_scp_user(Span::new(start, start + open - 1));
        } else if open == 1 {
            self.problem(ProblemKind::EmptyUser, Span::at(start));
        }
        let inner = Span::new(start + open + 1, start + close);
        let bytes = inner.of(self.text);
        if inner.str(self.text).is_some_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok()) {
            self.host = Some(inner);
            return;
        }
        let at = bytes.iter().rposition(|b| *b == b'@');
        if let Some(at) = at {
            if self.user.is_some() {
                self.problem(ProblemKind::SecondAt, whole);
            }
            self.scan_scp_user(Span::new(inner.start as usize, inner.start as usize + at));
        }
        let host_start = inner.start as usize + at.map_or(0, |at| at + 1);
        let host_port = &self.text[host_start..inner.end as usize];
        let colon = host_port.iter().position(|b| *b == b':');
        self.set_host(Span::new(host_start, host_start + colon.unwrap_or(host_port.len())));
        match colon {
            Some(colon) if colon + 1 < host_port.len() => {
                self.set_port(Span::new(host_start + colon + 1, inner.end as usize), false);
            }
            Some(_) => self.problem(ProblemKind::Brackets, inner), // `[host:]` keeps its colon
            None => {}
        }
    }

    /// Reads a text that git interprets as a local path; usually something else was meant.
    fn scan_local(&mut self, slash: Option<usize>) {
        self.form = Form::Local;
        let (start, url) = (self.url.start as usize, self.url.of(self.text));
        let first = &url[..slash.unwrap_or(url.len())];
        let first_span = Span::new(start, start + first.len());
        self.path = Some(self.url);
        let (kind, span) = match (first, slash) {
            ([b'-', ..], _) => (ProblemKind::LeadingDash, first_span),
            ([], _) if url.starts_with(b"//") && names_a_host(url[2..].split(|b| *b == b'/').next()) => {
                (ProblemKind::MissingScheme, Span::new(start, start + 2))
            }
            (_, Some(slash)) if is_scheme_typo(first, &url[slash..]) => (ProblemKind::SchemeTypo, first_span),
            (_, Some(slash)) if names_a_host_after_at(first) => {
                (ProblemKind::SlashForColon, Span::new(start + slash, start + slash + 1))
            }
            (_, None) if names_a_host_after_at(first) => {
                (ProblemKind::MissingPath, Span::at(self.url.end as usize))
            }
            (_, Some(_)) if looks_like_host(first, url) => (ProblemKind::MissingScheme, Span::at(start)),
            (_, Some(slash)) if is_owner_and_name(first, &url[slash + 1..]) => {
                (ProblemKind::Shorthand, self.url)
            }
            ([b'\\', ..], _) => (ProblemKind::WindowsPath, self.url),
            _ => (ProblemKind::LocalPath, self.url),
        };
        self.problem(kind, span);
    }

    fn find_repository(&mut self) {
        let (Some(host), Some(path)) = (self.host, self.path) else { return };
        let host = host.of(self.text);
        self.known = hosts::find(host);
        self.forge = self.known.map_or_else(|| hosts::forge_by_label(host), |known| known.forge);
        let over_ssh = matches!(self.form, Form::Ssh | Form::Scp | Form::Git);
        if self.forge == Forge::Unknown && over_ssh && self.port_number == Some(hosts::BITBUCKET_SERVER_SSH) {
            self.forge = Forge::BitbucketServer;
        }
        // Azure's SSH links contain escapes that its server decodes.
        if self.forge == Forge::Azure && self.form == Form::Scp {
            self.check_escapes(path);
        }
        let found = hosts::locate(self.text, self.forge, over_ssh, path);
        self.owner = found.owner;
        self.repository = found.repository;
        self.extra = found.extra;
        self.page = found.page;
    }

    fn check_for_tokens(&mut self) {
        if self.secret.is_none()
            && let Some((span, kind)) = secret::find_token(self.url.of(self.text))
        {
            let span = span.shifted(self.url.start as usize);
            self.secret = Some((span, kind));
            self.problem(ProblemKind::Secret, span);
        }
    }

    /// Hides user info, up to the last `@`, in a form that is not parsed further.
    ///
    /// It is a secret only if it certainly contains a password: `codecommit::region://profile@name` has a
    /// name before the `@`.
    fn hide_user_info(&mut self, from: usize) {
        let rest = &self.text[from..self.url.end as usize];
        let Some(at) = rest.iter().rposition(|b| *b == b'@') else { return };
        let start = memmem::find(&rest[..at], b"://").map_or(0, |scheme| scheme + 3);
        let info = &rest[start..at];
        let is_word = |word: &[u8]| {
            mask::is_known_user(word) || LABELS.iter().any(|label| word.eq_ignore_ascii_case(label))
        };
        if info.split(|b| *b == b':').all(is_word) {
            return;
        }
        let span = Span::new(start, at).shifted(from);
        let colon = info.iter().position(|b| *b == b':');
        let password = colon.map(|colon| &info[colon + 1..]).filter(|password| !password.is_empty());
        let name = &info[..colon.unwrap_or(info.len())];
        match secret::in_user_info(name, password) {
            Some(kind) if !info.contains(&b'/') => self.secret = Some((span, kind)),
            Some(_) => self.hidden.push(span),
            None => {}
        }
    }

    /// `user:pa/ss@host`: a slash, `?` or `#` in the password seems to end the authority before the `@`.
    fn hide_cut_password(&mut self, start: usize, authority_end: usize) {
        let authority = &self.text[start..authority_end];
        let Some(colon) = authority.iter().position(|b| *b == b':') else { return };
        let encoded = memmem::find(&authority[colon..], b"%40");
        if let Some(at) = encoded {
            return self.hidden.push(Span::new(start, start + colon + at));
        }
        if authority[colon + 1..].iter().all(u8::is_ascii_digit) {
            return; // a port
        }
        let rest = &self.text[authority_end..self.url.end as usize];
        if let Some(at) = rest.iter().rposition(|b| *b == b'@') {
            self.hidden.push(Span::new(start, authority_end + at));
        }
    }

    fn char_end(&self, at: usize) -> usize {
        let length = self.text[at..].iter().skip(1).take_while(|b| **b & 0xc0 == 0x80).take(3).count();
        at + 1 + length
    }
}

const CONTROL: u8 = 1;
const BLANK: u8 = 2;
const HIGH: u8 = 4;
const FORBIDDEN: u8 = 8;
const PERCENT: u8 = 16;
const MARK: u8 = 32;
const TOKEN: u8 = 64;
const HOSTILE: u8 = CONTROL | BLANK | HIGH | FORBIDDEN;

/// The possible meanings of each byte, so that one pass decides which checks a text needs.
static CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            0..0x20 | 0x7f => CONTROL,
            b' ' => BLANK,
            0x80.. => HIGH,
            b'\\' | b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}' => FORBIDDEN,
            b'%' => PERCENT,
            b'?' | b'#' => MARK,
            // The prefix of every token contains one of these: `ghp_…`, `glpat-…`, `ATBB…`, `ATCTT3…`,
            // `AKIA…`, `eyJ…`, `ya29.…`.
            b'_' | b'~' | b'B' | b'I' | b'J' | b'3' | b'9' => TOKEN,
            _ => 0,
        };
        if byte == b'-' as usize {
            table[byte] = TOKEN;
        }
        byte += 1;
    }
    table
};

/// Words before a colon that are schemes, not hosts.
const SCHEME_WORDS: [&[u8]; 11] = [
    b"https",
    b"http",
    b"ssh",
    b"git",
    b"ftp",
    b"ftps",
    b"file",
    b"svn",
    b"git+ssh",
    b"git+https",
    b"git+http",
];

/// The length of a label before a URL, with its separator, as in `origin: git@host:path`,
/// `remote.origin.url=https://…`, Maven's `scm:git:`, or JSON's `"url": "https://…"`.
fn label(text: &[u8]) -> Option<usize> {
    const STARTS: &[&[u8]] = &[b"git@", b"https://", b"http://", b"ssh://", b"git://"];
    let blanks = |from: usize| from + text[from..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'');
    let quote = text.first().copied().filter(is_quote);
    let from = usize::from(quote.is_some());
    let is_of_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let word = from + text[from..].iter().take_while(|b| is_of_name(b)).count();
    let name = text[from..word].rsplit(|b| *b == b'.').next().unwrap_or_default();
    if quote.is_some_and(|quote| text.get(word) != Some(&quote))
        || !LABELS.iter().any(|label| name.eq_ignore_ascii_case(label))
    {
        return None;
    }
    let sign = blanks(word + from);
    if !matches!(text.get(sign), Some(b':' | b'=')) {
        return None;
    }
    let provider = if text[sign + 1..].starts_with(b"git:") { b"git:".len() } else { 0 };
    let length = blanks(sign + 1 + provider);
    let rest = &text[length..];
    let rest = &rest[usize::from(rest.first().is_some_and(is_quote))..];
    STARTS.iter().any(|start| rest.starts_with(start)).then_some(length)
}

/// Words that people put before a URL, with a colon.
const LABELS: &[&[u8]] = &[
    b"url",
    b"uri",
    b"origin",
    b"upstream",
    b"remote",
    b"repo",
    b"repository",
    b"source",
    b"scm",
    b"npm",
    b"hg",
];

fn is_scheme_char(first: bool, byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || (!first && matches!(byte, b'+' | b'-' | b'.'))
}

/// The combined classes of all bytes in a text.
fn classes_of(text: &[u8]) -> u8 {
    text.iter().fold(0, |classes, byte| classes | CLASS[*byte as usize])
}

/// The path in `host:2222:group/app`, up to its first slash; `colon` is the place of the first colon. The
/// host must not be a number, as in an IPv6 address without brackets.
fn path_after_port(authority: &[u8], colon: usize) -> Option<Span> {
    let (host, rest) = (&authority[..colon], &authority[colon + 1..]);
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let path = rest.get(digits..)?.strip_prefix(b":")?;
    let is_path = (1..=5).contains(&digits) && !path.is_empty() && !path.contains(&b':');
    (is_path && !host.iter().all(u8::is_ascii_hexdigit))
        .then(|| Span::new(authority.len() - path.len(), authority.len()))
}

/// Commands that take the address of a repository, by their first words.
const COMMANDS: [&[&[u8]]; 9] = [
    &[b"git", b"clone"],
    &[b"git", b"remote", b"add"],
    &[b"git", b"remote", b"set-url"],
    &[b"git", b"submodule", b"add"],
    &[b"git", b"ls-remote"],
    &[b"git", b"fetch"],
    &[b"git", b"pull"],
    &[b"git", b"push"],
    GH_CLONE,
];

/// GitHub's own command, which takes `owner/repository` too.
const GH_CLONE: &[&[u8]] = &[b"gh", b"repo", b"clone"];

/// The place of the address in a command, `git remote add origin URL`, or in a line of `git remote -v`.
///
/// `None` if anything beside it could be part of a password with a space in it.
fn address_in_command(text: &[u8]) -> Option<Range<usize>> {
    let mut all: Vec<_> = words(text).collect();
    // A prompt, `sudo`, or `cd src &&`.
    let program = |(_, word): &(usize, &[u8])| *word == b"git" || *word == b"gh";
    if let Some(at) = all.iter().position(program)
        && all[..at].iter().all(|(_, word)| *word == b"$" || is_plain_word(word))
    {
        drop(all.drain(..at));
    }
    let begins_with = |command: &&&[&[u8]]| {
        all.len() > command.len() && all.iter().zip(**command).all(|((_, word), name)| word == name)
    };
    let command = COMMANDS.iter().find(begins_with);
    let is_note = |word: &[u8]| word == b"(fetch)" || word == b"(push)";
    let is_line = all.last().is_some_and(|(_, word)| is_note(word))
        || all.first().is_some_and(|(_, word)| LABELS.iter().any(|label| word.eq_ignore_ascii_case(label)));
    let from = match command {
        Some(command) => command.len(),
        None if is_line => 1,
        None => return None,
    };
    let takes_name = command.is_some_and(|command| *command == GH_CLONE);
    let mut address = None;
    for (at, word) in all.get(from..)? {
        let is_first_name = takes_name && address.is_none() && !word.starts_with(b"-");
        if is_address(word) || is_first_name {
            if address.replace(*at..*at + word.len()).is_some() {
                return None;
            }
        } else if !is_note(word) && !is_plain_word(word) {
            return None;
        }
    }
    address
}

/// The words of a text between spaces, each with its start.
fn words(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    text.split(|b| matches!(b, b' ' | b'\t')).filter_map(move |word| {
        let at = start;
        start += word.len() + 1;
        (!word.is_empty()).then_some((at, word))
    })
}

/// Returns true if a word of a command is an address, possibly in quotes.
fn is_address(word: &[u8]) -> bool {
    let at = word.iter().position(|b| *b == b'@');
    memmem::find(word, b"://").is_some() || at.is_some_and(|at| at > 0 && word[at..].contains(&b':'))
}

/// Returns true if a word beside an address can be shown: an option, a branch, a directory, a command
/// separator.
fn is_plain_word(word: &[u8]) -> bool {
    let is_option = word.starts_with(b"--") && !word.starts_with(b"--config");
    let allowed = |b: &u8| {
        b.is_ascii_alphanumeric()
            || matches!(b, b'.' | b'_' | b'/' | b'+' | b'-' | b'#')
            || *b == b'=' && is_option
    };
    matches!(word, b"&&" | b"||" | b"|" | b";") || word.iter().all(allowed)
}

/// The number of bytes at the end that belong to the text around a URL: a comma, or a bracket or quote
/// without an opening one.
fn surplus_end(url: &[u8]) -> usize {
    let mut end = url.len();
    while let Some((last, rest)) = url[..end].split_last() {
        let is_surplus = match last {
            b',' | b';' => true,
            b'.' => matches!(rest.last(), Some(b')' | b']' | b'>' | b',' | b';' | b'"' | b'\'')),
            b')' => !rest.contains(&b'('),
            b']' => !rest.contains(&b'['),
            b'>' => !rest.contains(&b'<'),
            quote @ (b'"' | b'\'' | b'`') => !rest.contains(quote),
            _ => false,
        };
        if !is_surplus {
            break;
        }
        end -= 1;
    }
    url.len() - end
}

/// The URL in `[text](URL)`, unless the text may hold a password.
fn target_of_link(text: &[u8]) -> Option<Range<usize>> {
    let link = text.strip_prefix(b"!").unwrap_or(text);
    let inner = link.strip_prefix(b"[")?.strip_suffix(b")")?;
    let middle = memmem::find(inner, b"](").filter(|middle| !inner[..*middle].contains(&b'@'))?;
    Some(text.len() - inner.len() + middle + 1..text.len() - 1)
}

/// The URL inside spaces, quotes, brackets and commands such as `git clone`.
fn unwrapped(text: &[u8], classes: u8) -> Span {
    let plain = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.'));
    let begins_with_url = || text.starts_with(b"http") || text.starts_with(b"git@");
    if plain(text.first())
        && plain(text.last())
        && classes & (BLANK | CONTROL) == 0
        && (begins_with_url() || label(text).is_none())
    {
        return Span::new(0, text.len());
    }
    let (mut start, mut end) = (0, text.len());
    // Each iteration removes one layer, and more than four kinds of wrapping are never nested in practice.
    for _ in 0..4 {
        let before = (start, end);
        let inner = &text[start..end];
        let blank = |b: &u8| b.is_ascii_whitespace() || *b == 0x0b;
        start += inner.iter().take_while(|b| blank(b)).count();
        end -= text[start..end].iter().rev().take_while(|b| blank(b)).count();
        for mark in ["\u{feff}", "\u{a0}", "\u{200b}"] {
            start += if text[start..end].starts_with(mark.as_bytes()) { mark.len() } else { 0 };
            end -= if text[start..end].ends_with(mark.as_bytes()) { mark.len() } else { 0 };
        }
        // A list item.
        if text[start..end].starts_with(b"- ") || text[start..end].starts_with(b"* ") {
            start += 2;
        }
        let inner = &text[start..end];
        if let Some(address) = address_in_command(inner).or_else(|| target_of_link(inner)) {
            (start, end) = (start + address.start, start + address.end);
        } else if inner.starts_with(b"git clone ") {
            start += b"git clone ".len();
        }
        start += label(&text[start..end]).unwrap_or(0);
        if let [open @ (b'"' | b'\'' | b'`' | b'<' | b'('), .., close] = &text[start..end] {
            let partner = match open {
                b'<' => b'>',
                b'(' => b')',
                quote => *quote,
            };
            if *close == partner {
                start += 1;
                end -= 1;
            }
        }
        end -= surplus_end(&text[start..end]);
        if before == (start, end) {
            break;
        }
    }
    Span::new(start, end)
}

/// The problem with the first character of a text, and the length of the character.
fn hazard_at(text: &[u8]) -> (Option<ProblemKind>, usize) {
    let class = CLASS[text[0] as usize];
    if class & HIGH == 0 {
        let kind = match class {
            CONTROL => Some(ProblemKind::Control),
            BLANK => Some(ProblemKind::Blank),
            FORBIDDEN if text[0] == b'\\' => Some(ProblemKind::Backslash),
            FORBIDDEN => Some(ProblemKind::Character),
            _ => None,
        };
        return (kind, 1);
    }
    match first_char(text) {
        Some(letter) => (is_invisible(letter).then_some(ProblemKind::Invisible), letter.len_utf8()),
        None => (Some(ProblemKind::NotUtf8), 1),
    }
}

fn first_char(text: &[u8]) -> Option<char> {
    let head = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).ok()?,
    };
    valid.chars().next()
}

/// Returns true for C1 controls, bidi controls (also U+061C), zero-width and other invisible characters.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

enum Escape {
    Right,
    Needless,
    Wrong(ProblemKind),
}

/// Checks the escape, or the escapes of one character, at the beginning of a text.
fn judge_escape(text: &[u8]) -> (Escape, usize) {
    let Some(byte) = decoded(text) else {
        return (Escape::Wrong(ProblemKind::Escape), text.len().min(3).min(1 + hex_digits(text)));
    };
    let kind = match byte {
        0..0x20 | 0x7f => Escape::Wrong(ProblemKind::EncodedControl),
        b'/' | b'\\' | b'.' => Escape::Wrong(ProblemKind::EncodedSeparator),
        b'-' | b'_' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Escape::Needless,
        0x80.. => return judge_escaped_char(text),
        _ => Escape::Right,
    };
    (kind, 3)
}

fn judge_escaped_char(text: &[u8]) -> (Escape, usize) {
    let mut bytes = [0; 4];
    let mut count = 0;
    while let (Some(slot), Some(byte)) = (bytes.get_mut(count), text.get(count * 3..).and_then(decoded)) {
        *slot = byte;
        count += 1;
    }
    match first_char(&bytes[..count]) {
        Some(letter) if is_invisible(letter) => {
            (Escape::Wrong(ProblemKind::EncodedControl), letter.len_utf8() * 3)
        }
        Some(letter) => (Escape::Right, letter.len_utf8() * 3),
        None => (Escape::Wrong(ProblemKind::Escape), 3),
    }
}

/// The byte that the escape at the beginning of a text encodes.
pub(super) fn decoded(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else { return None };
    let digit = |b: u8| (b as char).to_digit(16);
    Some((digit(*high)? * 16 + digit(*low)?) as u8)
}

/// `@[` in the path, decoded or not: git searches for it in the whole URL and reads the rest as the host.
fn late_bracket(path: &[u8]) -> Option<Span> {
    if !path.contains(&b'[') && !path.contains(&b'%') {
        return None;
    }
    let mut before = None;
    let mut at = 0;
    while at < path.len() {
        let (byte, length) = decoded(&path[at..]).map_or((path[at], 1), |byte| (byte, 3));
        match (before, byte) {
            (Some(start), b'[') => return Some(Span::new(start, at + length)),
            _ => before = (byte == b'@').then_some(at),
        }
        at += length;
    }
    None
}

fn hex_digits(escape: &[u8]) -> usize {
    escape.iter().skip(1).take_while(|b| b.is_ascii_hexdigit()).count()
}

fn parse_port(digits: &[u8]) -> Option<u16> {
    let digits = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?;
    let port = if digits.len() <= 8 { digits.parse::<u32>().ok()? } else { return None };
    u16::try_from(port).ok().filter(|port| *port != 0)
}

/// Checks a host: letters, digits, `-`, `.`, and `_`, which occurs in server names; labels of 1 to 63 bytes,
/// 253 in total.
fn judge_host(host: &[u8]) -> Option<(ProblemKind, Span)> {
    let whole = Span::new(0, host.len());
    match host.first() {
        None => return Some((ProblemKind::MissingHost, whole)),
        Some(b'-') => return Some((ProblemKind::HostDash, whole)),
        Some(_) => {}
    }
    let mut label = 0;
    for (index, byte) in host.iter().enumerate() {
        let kind = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => continue,
            b'.' if (1..=63).contains(&(index - label)) => {
                label = index + 1;
                continue;
            }
            b'.' => return Some((ProblemKind::HostLabel, Span::new(label, index + 1))),
            b'%' => ProblemKind::HostEscape,
            0x80.. => ProblemKind::HostNotAscii,
            _ => ProblemKind::HostCharacter,
        };
        let span = if kind == ProblemKind::HostNotAscii { whole } else { Span::new(index, index + 1) };
        return Some((kind, span));
    }
    if !(1..=63).contains(&(host.len() - label)) || host.len() > 253 {
        return Some((ProblemKind::HostLabel, Span::new(label, host.len())));
    }
    (is_number(&host[label..]) && !is_plain_ipv4(host)).then_some((ProblemKind::NumericHost, whole))
}

/// According to the URL standard, a host whose last label is a number is an IPv4 address in some notation.
fn is_number(label: &[u8]) -> bool {
    let hex = label.strip_prefix(b"0x").or_else(|| label.strip_prefix(b"0X"));
    label.iter().all(u8::is_ascii_digit) || hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
}

fn is_plain_ipv4(host: &[u8]) -> bool {
    std::str::from_utf8(host).is_ok_and(|text| text.parse::<std::net::Ipv4Addr>().is_ok())
}

/// The problem with a scheme that git does not know.
fn judge_scheme(scheme: &[u8]) -> ProblemKind {
    const RIGHT: [&[u8]; 6] = [b"https", b"http", b"ssh", b"git", b"git+ssh", b"ssh+git"];
    if RIGHT.iter().any(|right| scheme.eq_ignore_ascii_case(right)) {
        ProblemKind::SchemeCase
    } else if [&b"git+https"[..], b"git+http", b"https+git", b"http+git"].contains(&scheme) {
        ProblemKind::PackageManagerScheme
    } else if meant_scheme(scheme).is_some() {
        ProblemKind::SchemeTypo
    } else {
        ProblemKind::UnsupportedScheme
    }
}

/// The scheme that a misspelled one stands for: one letter is wrong, missing or extra, or two are swapped.
pub(super) fn meant_scheme(scheme: &[u8]) -> Option<&'static str> {
    const OTHERS: [&[u8]; 8] = [b"ftps", b"ftp", b"file", b"git", b"sftp", b"rsh", b"shttp", b"ipfs"];
    if OTHERS.iter().any(|other| scheme.eq_ignore_ascii_case(other)) {
        return None;
    }
    if scheme.eq_ignore_ascii_case(b"shttps") || scheme.eq_ignore_ascii_case(b"htp") {
        return Some("https");
    }
    ["https", "http", "ssh"].into_iter().find(|right| is_one_slip(scheme, right.as_bytes()))
}

/// The host that an abbreviation such as `gh:` means.
pub(super) fn shorthand_host(name: &[u8]) -> Option<&'static str> {
    let is = |short: &str| short.as_bytes().eq_ignore_ascii_case(name);
    hosts::SHORTHANDS.iter().find(|(short, _)| is(short)).map(|(_, host)| *host)
}

/// Returns true if the name before the colon of `name:path` is not read as a host.
pub(super) fn is_no_host(name: &[u8]) -> bool {
    let is_drive = matches!(name, [letter] if letter.is_ascii_alphabetic());
    is_drive
        || SCHEME_WORDS.iter().any(|word| name.eq_ignore_ascii_case(word))
        || shorthand_host(name).is_some()
}

/// `https//host`, `htps//host`: a scheme without its colon.
fn is_scheme_typo(first: &[u8], rest: &[u8]) -> bool {
    let known = SCHEME_WORDS[..4].iter().any(|word| first.eq_ignore_ascii_case(word));
    rest.starts_with(b"//") && (known || meant_scheme(first).is_some())
}

fn names_a_host_after_at(first: &[u8]) -> bool {
    first.iter().position(|b| *b == b'@').is_some_and(|at| at > 0 && names_a_host(first.get(at + 1..)))
}

/// Returns true for a name with a dot inside and a top-level domain of letters.
fn names_a_host(name: Option<&[u8]>) -> bool {
    let Some(name) = name else { return false };
    let Some(dot) = name.iter().rposition(|b| *b == b'.') else { return false };
    let top = &name[dot + 1..];
    dot > 0
        && top.len() >= 2
        && top.iter().all(u8::is_ascii_alphabetic)
        && judge_host(name).is_none()
        && !top.eq_ignore_ascii_case(b"git")
}

fn looks_like_host(first: &[u8], url: &[u8]) -> bool {
    let parts = || url.split(|b| *b == b'/').filter(|part| !part.is_empty()).count();
    names_a_host(Some(first)) && (hosts::find(first).is_some() || parts() >= 3)
}

fn is_owner_and_name(owner: &[u8], rest: &[u8]) -> bool {
    let named = |name: &[u8]| {
        name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            && name.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
    };
    let name = rest.split(|b| matches!(b, b'#' | b'?')).next().unwrap_or(rest);
    named(owner) && named(name)
}

/// Returns true if the text can still become a valid host as more is typed; a port may follow.
fn is_beginning_of_host(text: &[u8]) -> bool {
    let (host, port) = match text.iter().position(|b| *b == b':') {
        Some(colon) => (&text[..colon], &text[colon + 1..]),
        None => (text, &text[..0]),
    };
    let clean = host.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    let dots = host.starts_with(b".") || host.starts_with(b"-") || memmem::find(host, b"..").is_some();
    clean && !dots && port.len() <= 5 && port.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn problem(text: &str) -> Option<(ProblemKind, String)> {
        let problem = *scan(text.as_bytes()).problems.first()?;
        Some((problem.kind, String::from_utf8_lossy(problem.span.of(text.as_bytes())).into_owned()))
    }

    #[test]
    fn each_problem_marks_its_place() {
        use ProblemKind as K;
        for (text, kind, marked) in [
            ("", K::Empty, ""),
            (" \n", K::Empty, " \n"),
            (" https://github.com/acme/app", K::Wrapped, " "),
            ("https://github.com/ac\tme/app", K::Control, "\t"),
            ("https://github.com/acme/a\u{200b}pp", K::Invisible, "\u{200b}"),
            ("https://github.com/acme/a pp", K::Blank, " "),
            ("https://github.com\\@evil.com/a", K::Backslash, "\\"),
            ("https://github.com/acme/\"app\"x", K::Character, "\""),
            ("ext::sh", K::Helper, "ext::"),
            ("::x", K::Helper, "::"),
            ("/srv/app", K::LocalPath, "/srv/app"),
            ("https", K::LocalPath, "https"),
            ("C:\\app", K::Backslash, "\\"),
            ("c:/app", K::WindowsPath, "c"),
            ("github.com/acme/app", K::MissingScheme, ""),
            ("Https://github.com/acme/app", K::SchemeCase, "Https"),
            ("htps://github.com/acme/app", K::SchemeTypo, "htps"),
            ("ttps://github.com/acme/app", K::SchemeTypo, "ttps"),
            ("git+https://github.com/acme/app", K::PackageManagerScheme, "git+https"),
            ("svn://h.x/app", K::UnsupportedScheme, "svn"),
            ("a b://h.x/app", K::Blank, " "),
            ("acme/app", K::Shorthand, "acme/app"),
            ("gh:acme/app", K::Shorthand, "gh:"),
            ("GitHub:acme/app", K::Shorthand, "GitHub:"),
            ("git@github.com/acme/app", K::SlashForColon, "/"),
            ("ssh://git@github.com:acme/app", K::PathForPort, "acme"),
            ("https://github.com:0/acme/app", K::Port, "0"),
            ("https://github.com:70000/acme/app", K::Port, "70000"),
            ("ssh://git@h.x:-1/acme/app", K::Port, "-1"),
            ("https://jane@github.com/acme/app", K::UserInfo, "jane@"),
            ("https://jane:x@github.com/acme/app", K::Secret, "jane:x"),
            ("jane:x@github.com:acme/app", K::Secret, "x"),
            ("ssh://a@b@h.x/acme/app", K::UserCharacter, "@"),
            ("a@b@h.x:acme/app", K::SecondAt, "a@b"),
            ("@h.x:acme/app", K::EmptyUser, ""),
            ("ssh://-x@h.x/acme/app", K::UserDash, "-x"),
            ("https:///acme/app", K::MissingHost, ""),
            ("ssh://-x/acme/app", K::HostDash, "-x"),
            ("https://h$x.com/acme/app", K::HostCharacter, "$"),
            ("https://g\u{456}thub.com/a/b", K::HostNotAscii, "g\u{456}thub.com"),
            ("ssh://git@github%2ecom/a/b", K::HostEscape, "%"),
            ("https://a..b/x", K::HostLabel, "."),
            ("https://github.com./a/b", K::HostLabel, ""),
            ("https://0x7f.1/a", K::NumericHost, "0x7f.1"),
            ("https://010.0.0.1/a", K::NumericHost, "010.0.0.1"),
            ("ssh://[h]/a", K::Brackets, "h"),
            ("ssh://::1/a", K::Brackets, "::1"),
            ("ssh://git@h.x", K::MissingPath, ""),
            ("git@h.x:", K::MissingPath, ""),
            ("git@h.x:-a", K::PathDash, "-a"),
            ("ssh://h.x/%2Da", K::PathDash, "%2D"),
            ("h.x:a~b", K::SwallowedByte, ""),
            ("https://h.x/a/../b", K::DotSegment, ".."),
            ("https://h.x/a//b", K::EmptySegment, ""),
            ("https://h.x//a", K::EmptySegment, ""),
            ("https://h.x/\u{e9}", K::PathNotAscii, "\u{e9}"),
            ("https://h.x/a%2", K::Escape, "%2"),
            ("https://h.x/%ff", K::Escape, "%ff"),
            ("https://h.x/a%2Fb", K::EncodedSeparator, "%2F"),
            ("https://h.x/a%0D", K::EncodedControl, "%0D"),
            ("https://h.x/%E2%80%AEa", K::EncodedControl, "%E2%80%AE"),
            ("https://h.x/a?b", K::Query, "?b"),
            ("git@h.x:a#b", K::Fragment, "#b"),
            ("ssh://git@h.x/a/@[b", K::Brackets, "@["),
            ("ssh://git@h.x/a/%40%5bb", K::Brackets, "%40%5b"),
            ("git@github.com", K::MissingPath, ""),
            ("@github.com/acme/app", K::LocalPath, "@github.com/acme/app"),
            ("hsttp://github.com/acme/app", K::SchemeTypo, "hsttp"),
            ("htpts://github.com/acme/app", K::SchemeTypo, "htpts"),
        ] {
            let found = problem(text);
            assert_eq!(found, Some((kind, marked.to_owned())), "{text:?}");
        }
    }

    #[test]
    fn every_prefix_of_a_valid_url_is_incomplete() {
        for text in [
            "https://github.com/acme/app",
            "https://gitlab.com/group/sub/app.git",
            "git@github.com:acme/app.git",
            "ssh://git@gitlab.com/acme/app.git",
            "ssh://git@ssh.github.com:443/acme/app.git",
            "https://dev.azure.com/o/p/_git/r",
            "https://git.sr.ht/~jane/app",
        ] {
            for end in 0..text.len() {
                let begun = scan(&text.as_bytes()[..end]);
                let right = begun.problems.is_empty() && (begun.repository.is_some());
                assert!(right || begun.is_incomplete(), "{}", &text[..end]);
            }
        }
    }

    #[test]
    fn a_text_that_may_continue_is_incomplete() {
        for text in [
            "https://github.com/acme/app-",
            "https://gitlab.com/acme/app/",
            "https://git.example.com/acme/app/",
        ] {
            assert!(scan(text.as_bytes()).is_incomplete(), "{text}");
        }
    }

    #[test]
    fn debug_shows_the_shape_and_not_the_text() {
        let shown = format!("{:?}", scan(b"https://user:hunter2@github.com:8443/acme/app"));
        assert!(shown.starts_with("Scan {") && shown.contains("8443"), "{shown}");
        assert!(!shown.contains("hunter2") && !shown.contains("acme"), "{shown}");
    }

    #[test]
    fn text_before_an_at_sign_is_hidden_in_unparsed_forms() {
        let hidden = |text: &str| {
            let secret = scan(text.as_bytes()).secret;
            secret.map(|(span, _)| String::from_utf8_lossy(span.of(text.as_bytes())).into_owned())
        };
        assert_eq!(hidden("ext::jane:hunter2@h.x/app").as_deref(), Some("jane:hunter2"));
        assert_eq!(hidden("ext::@h.x/app"), None);
    }

    #[test]
    fn only_certain_secrets_are_called_secrets() {
        let plain = [
            "git::git@github.com:acme/app.git",
            "git::ssh://git@github.com/acme/app.git",
            "git::https://github.com/acme/app.git",
            "repo:git@github.com:acme/app.git",
            "git@https://github.com/acme/app.git",
            "ssh:git@github.com:acme/app.git",
            "SSH:git@github.com:acme/app.git",
            "https:git@github.com:acme/app.git",
            "codecommit::eu-west-1://profile@app",
            "hg::hg@h.x/app",
            "scm:git:git@github.com:acme/app.git",
            "scm:git:ssh://git@github.com/acme/app.git",
            "url: git@github.com:acme/app.git",
            "origin: git@github.com:acme/app.git",
            "remote:git@github.com:acme/app.git",
            "upstream:ssh://git@github.com/acme/app.git",
            "file:git@github.com:acme/app.git",
            "npm:git@1",
            "origin:jane@github.com:acme/app.git",
            "https://h.x/a?tab=readme",
            "https://h.x/a?t=1",
        ];
        for text in plain {
            assert_eq!(scan(text.as_bytes()).secret, None, "{text}");
        }
        for (text, secret) in [
            ("jane:hunter2@github.com:acme/app.git", "hunter2"),
            ("origin:ghp_0123456789abcdef0123@github.com:acme/app.git", "ghp_0123456789abcdef0123"),
            ("git::https://jane:hunter2@github.com/acme/app.git", "jane:hunter2"),
            ("git::jane:hunter2@github.com:acme/app.git", "jane:hunter2"),
            ("ext::jane:hunter2:git@github.com:acme/app.git", "jane:hunter2:git"),
            ("x:https://jane:hunter2@github.com/acme/app.git", "jane:hunter2"),
            ("https://h.x/a?access_token=hunter2&b=c", "hunter2"),
            ("https://h.x/a?b=c&X-Amz-Security-Token=hunter2", "hunter2"),
        ] {
            let found = scan(text.as_bytes()).secret.map(|(span, _)| span.of(text.as_bytes()).to_vec());
            assert_eq!(found.as_deref(), Some(secret.as_bytes()), "{text}");
        }
    }

    #[test]
    fn passwords_with_any_characters_are_hidden() {
        for byte in (0x20..0x7f_u8).chain([b'\t', 0x80, 0xc3, 0xe2, 0xff]) {
            let password = [&b"CANA"[..], &[byte], b"RY99"].concat();
            for (before, after) in [
                ("https://jane:", "@h.x/a/b"),
                ("http://jane:", "@h.x/a/b?x=y"),
                ("ssh://git:", "@h.x/a/b"),
                ("jane:", "@h.x:a/b"),
                ("git clone https://jane:", "@h.x/a/b"),
                ("  https://jane:", "@h.x/a/b "),
            ] {
                let text = [before.as_bytes(), &password, after.as_bytes()].concat();
                let mut shown = text.clone();
                for secret in scan(&text).secrets().iter().rev() {
                    drop(shown.splice(secret.range(), *b"***"));
                }
                let shown = String::from_utf8_lossy(&shown);
                assert!(!shown.contains("CANA") && !shown.contains("RY99"), "{byte:#x}: {shown}");
            }
        }
    }

    #[test]
    fn a_text_that_cannot_become_valid_is_not_incomplete() {
        for text in [
            "http://github.com/acme",
            "ftp://",
            "https:/github.com",
            "https://github.com/acme/app/tree/main",
            "acme/app",
            "https://intranet/acme",
            "git@github.com:22/acme/app",
            "https://github.com/ac me",
            "x",
            "https://-x",
            "https://github.com/acme/app",
            "https://github.com/acme/app/",
        ] {
            assert!(!scan(text.as_bytes()).is_incomplete(), "{text}");
        }
    }
}
