//! The value type for URLs that git reads in only one way.

use std::fmt;
use std::ops::Range;

use thiserror::Error;

use super::hosts::{self, Forge};
use super::problem::Problem;
use super::scan::{Form, Scan, Transport, decoded, is_no_host, scan};
use crate::text::Span;

/// The address of a git repository on a server, read as git reads it.
///
/// # Syntax
///
/// ```text
/// https://host[:port]/path            not https://user@host/path: user info is no part of an address
/// ssh://[user@]host[:port]/path       not ssh://git@host:owner/repository: git expects a port there
/// [user@]host:path                    not git@host/owner/repository: without the colon git sees a directory
/// [[user@]host:port]:path             not git@host:22/owner/repository as a port: git sees the directory `22`
/// git://host[:port]/path              http:// too; whether they are wise is for rules
/// ```
///
/// # Deviation
///
/// It rejects what git accepts but curl, browsers or OpenSSH read differently, and what was used to attack
/// one of them: see [`ProblemKind`](super::ProblemKind). The host is stored in lowercase, the path without
/// the slash that git drops before `~`, and paths of `ssh://` and `git://` decoded, as git does.
///
/// ```
/// use rekey_core::git_url::GitUrl;
///
/// let url = GitUrl::parse("https://gitlab.com/group/sub/app").unwrap();
/// assert_eq!((url.owner(), url.repository()), (Some("group/sub"), Some("app")));
/// let private = url.to_ssh().unwrap();
/// assert_eq!(private.to_string(), "git@gitlab.com:group/sub/app.git");
/// assert!(private.same_repository(&url));
/// assert_eq!(serde_json::to_string(&private).unwrap(), r#""git@gitlab.com:group/sub/app.git""#);
/// ```
#[derive(Clone)]
pub struct GitUrl {
    transport: Transport,
    forge: Forge,
    port: Option<u16>,
    /// User, host and path, then owner and repository if they differ from their place in the path.
    text: Box<str>,
    user_end: Option<u16>,
    host_end: u16,
    path_end: u16,
    owner: Option<(u16, u16)>,
    repository: Option<(u16, u16)>,
}

/// The reason why a URL cannot be converted to another transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum ConversionError {
    /// The path has no owner and repository to convert.
    #[error("expected a path with an owner and a repository, found another")]
    UnknownShape,
    /// A server on a nonstandard port serves the other transport on an unknown port.
    #[error("the port for the other transport is not known")]
    UnknownPort,
    /// The host's path syntax for the other transport is unknown.
    #[error("the host for the other transport is not known")]
    UnknownHost,
}

impl GitUrl {
    /// Parses a URL. It succeeds exactly if [`scan`] finds no problem.
    ///
    /// # Errors
    ///
    /// Returns the first problem of the scan.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, Problem> {
        Self::from_scan(&scan(text.as_ref()))
    }

    /// Returns the value of a scan without problems.
    ///
    /// # Errors
    ///
    /// Returns the first problem of the scan.
    pub fn from_scan(scan: &Scan<'_>) -> Result<Self, Problem> {
        if let Some(problem) = scan.problems.first() {
            return Err(*problem);
        }
        let transport = scan.transport().expect("a text without problems has a transport");
        let path = scan.of(scan.path);
        let mut parts = Builder::new(transport, scan);
        // Extra text after the repository makes the shape unknown.
        let named = |part: Option<Span>| part.filter(|_| scan.extra.is_none());
        let (owner, repository) = (named(scan.owner), named(scan.repository));
        let is_url = scan.form != Form::Scp;
        if !path.contains(&b'%') || !(is_url || scan.forge == Forge::Azure) {
            let base = parts.path(path);
            let offset = scan.path.map_or(0, |path| path.start);
            let place =
                |span: Span| (span.start - offset) as usize + base..(span.end - offset) as usize + base;
            return Ok(parts.finish(owner.map(place), repository.map(place)));
        }
        let git_decodes = is_url && matches!(transport, Transport::Ssh | Transport::Git);
        parts.path(&if git_decodes { decode(path) } else { path.to_vec() });
        let owner = owner.map(|owner| parts.append(&decode(scan.of(Some(owner)))));
        let repository = repository.map(|name| parts.append(&decode(scan.of(Some(name)))));
        Ok(parts.finish(owner, repository))
    }

    /// The transport.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// The user that ssh logs in with. Never a secret: other transports have no user.
    pub fn user(&self) -> Option<&str> {
        self.user_end.map(|end| &self.text[..end as usize])
    }

    /// The host in lowercase; an IPv6 address without brackets.
    pub fn host(&self) -> &str {
        &self.text[self.user_end.unwrap_or(0) as usize..self.host_end as usize]
    }

    /// The port, if the URL names one.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The path as git passes it: unchanged to curl, and to ssh decoded and without the slash before `~`.
    pub fn path(&self) -> &str {
        &self.text[self.host_end as usize..self.path_end as usize]
    }

    /// Everything before the repository, including subgroups; `None` for unknown shapes.
    pub fn owner(&self) -> Option<&str> {
        self.owner.map(|(start, end)| &self.text[start as usize..end as usize])
    }

    /// The repository without `.git`; `None` for unknown shapes.
    pub fn repository(&self) -> Option<&str> {
        self.repository.map(|(start, end)| &self.text[start as usize..end as usize])
    }

    /// The software of the host, judged by its name.
    pub fn forge(&self) -> Forge {
        self.forge
    }

    /// Converts to ssh, the form to submit for a private repository.
    ///
    /// ```text
    /// https://github.com/acme/app      git@github.com:acme/app.git
    /// https://dev.azure.com/o/p/_git/r git@ssh.dev.azure.com:v3/o/p/r
    /// https://bitbucket.acme.com/scm/P/r.git    ssh://git@bitbucket.acme.com:7999/P/r.git
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the URL lacks information that the other form needs.
    pub fn to_ssh(&self) -> Result<Self, ConversionError> {
        if self.transport == Transport::Ssh {
            return Ok(self.clone());
        }
        if self.port.is_some_and(|port| port != self.transport.default_port()) {
            return Err(ConversionError::UnknownPort);
        }
        let (owner, repository) = self.names().ok_or(ConversionError::UnknownShape)?;
        let known = hosts::find(self.host().as_bytes());
        let host = known.map_or(self.host(), |known| known.ssh);
        let made = match self.forge {
            Forge::Azure => {
                let at_azure = known.is_some() || hosts::is_visual_studio(self.host().as_bytes());
                let (organization, project, repository) =
                    self.identity().filter(|_| at_azure).ok_or(ConversionError::UnknownHost)?;
                let [organization, project, repository] = [organization, project, repository].map(encode);
                format!("git@ssh.dev.azure.com:v3/{organization}/{project}/{repository}")
            }
            Forge::Sourcehut => format!("git@{host}:{owner}/{repository}"),
            // Bitbucket Data Center is recognized by the shape of the path, whatever the host name.
            forge
                if forge == Forge::BitbucketServer
                    || self.path().starts_with("/scm/") && !owner.starts_with("scm/") =>
            {
                let port = hosts::BITBUCKET_SERVER_SSH;
                format!("ssh://git@{}:{port}/{owner}/{repository}.git", BracketedHost(host))
            }
            // A self-hosted Azure server, whose SSH address cannot be derived from the URL.
            _ if self.path().contains("/_git/") => return Err(ConversionError::UnknownShape),
            Forge::Unknown => return Err(ConversionError::UnknownHost),
            _ => {
                let user = hosts::ssh_user(host, None).ok_or(ConversionError::UnknownHost)?;
                format!("{user}@{}:{owner}/{repository}.git", BracketedHost(host))
            }
        };
        self.converted(&made)
    }

    /// Converts to https, the form to submit for a public repository.
    ///
    /// ```text
    /// git@github.com:acme/app.git                  https://github.com/acme/app.git
    /// ssh://git@ssh.github.com:443/acme/app.git    https://github.com/acme/app.git
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the URL lacks information that the other form needs.
    pub fn to_https(&self) -> Result<Self, ConversionError> {
        if self.transport == Transport::Https {
            return Ok(self.clone());
        }
        let (owner, repository) = self.names().ok_or(ConversionError::UnknownShape)?;
        let known = hosts::find(self.host().as_bytes());
        let server = self.forge == Forge::BitbucketServer && self.transport == Transport::Ssh;
        let expected = known.and_then(|known| known.alternate).is_some_and(|(name, port)| {
            self.transport == Transport::Ssh && self.port == Some(port) && self.host() == name
        });
        let default = self.port.is_none_or(|port| port == self.transport.default_port());
        let servers_own = server && self.port == Some(hosts::BITBUCKET_SERVER_SSH);
        if !(default || expected || servers_own) {
            return Err(ConversionError::UnknownPort);
        }
        let host = known.map_or(self.host(), |known| known.web);
        let bare = self.path().trim_end_matches('/');
        let suffix = if bare.as_bytes().ends_with(b".git") { ".git" } else { "" };
        let (owner, repository) = (encode(owner), encode(repository));
        let made = match self.forge {
            Forge::Azure => match owner.split_once('/') {
                Some((organization, project)) if self.transport == Transport::Ssh => {
                    format!("https://dev.azure.com/{organization}/{project}/_git/{repository}")
                }
                _ => return Err(ConversionError::UnknownShape),
            },
            // Over http the server uses the same path.
            Forge::Unknown if self.transport != Transport::Http => return Err(ConversionError::UnknownHost),
            Forge::BitbucketServer if server => format!("https://{host}/scm/{owner}/{repository}.git"),
            _ => format!("https://{}/{owner}/{repository}{suffix}", BracketedHost(host)),
        };
        self.converted(&made)
    }

    /// Parses the converted text and makes sure that it names the same repository, which it may not for
    /// unusual paths.
    fn converted(&self, made: &str) -> Result<Self, ConversionError> {
        let made = Self::parse(made).ok().filter(|made| self.same_repository(made));
        made.ok_or(ConversionError::UnknownShape)
    }

    /// Returns true if both name the same repository, whatever the transport.
    ///
    /// Hosts are compared under all known aliases (`ssh.github.com`, `www.github.com`), names
    /// case-insensitively if the forge ignores case. Ports other than the default count only between two URLs
    /// of the same transport.
    pub fn same_repository(&self, other: &Self) -> bool {
        if !self.same_host(other) {
            return false;
        }
        if self.transport == other.transport
            && self.alternate_port().is_none()
            && other.alternate_port().is_none()
            && self.port.unwrap_or(self.transport.default_port())
                != other.port.unwrap_or(other.transport.default_port())
        {
            return false;
        }
        let same = |left: &str, right: &str| {
            if self.forge.ignores_case() { left.eq_ignore_ascii_case(right) } else { left == right }
        };
        match (self.identity(), other.identity()) {
            (Some((owner, project, name)), Some((other_owner, other_project, other_name))) => {
                same(owner, other_owner) && same(project, other_project) && same(name, other_name)
            }
            (None, None) => same(bare_path(self.path()), bare_path(other.path())),
            _ => false,
        }
    }

    fn same_host(&self, other: &Self) -> bool {
        let web = |url: &Self| hosts::find(url.host().as_bytes()).map(|known| known.web);
        let visual_studio = |url: &Self| hosts::is_visual_studio(url.host().as_bytes());
        match (web(self), web(other)) {
            (Some(left), Some(right)) => left == right,
            (None, None) => self.host() == other.host(),
            (Some(web), None) => web == "dev.azure.com" && visual_studio(other),
            (None, Some(web)) => web == "dev.azure.com" && visual_studio(self),
        }
    }

    /// The port of an alternative ssh host that has only one valid port.
    fn alternate_port(&self) -> Option<u16> {
        let (name, port) = hosts::find(self.host().as_bytes())?.alternate?;
        (self.host() == name && self.port == Some(port)).then_some(port)
    }

    /// Owner, project and repository. Only Azure has projects, with the repository's name as the default.
    fn identity(&self) -> Option<(&str, &str, &str)> {
        let (owner, repository) = self.names()?;
        if self.forge != Forge::Azure {
            return Some((owner, "", repository));
        }
        if hosts::is_visual_studio(self.host().as_bytes()) {
            let organization = self.host().split('.').next().unwrap_or_default();
            let project =
                owner.rsplit('/').next().filter(|project| !project.is_empty()).unwrap_or(repository);
            return Some((organization, project, repository));
        }
        let (organization, project) = owner.split_once('/').unwrap_or((owner, repository));
        Some((organization, project, repository))
    }

    fn names(&self) -> Option<(&str, &str)> {
        match (self.owner(), self.repository()) {
            (Some(owner), Some(repository)) => Some((owner, repository)),
            (None, Some(repository)) if self.forge == Forge::Azure => Some(("", repository)),
            _ => None,
        }
    }
}

impl PartialEq for GitUrl {
    fn eq(&self, other: &Self) -> bool {
        self.transport == other.transport
            && self.port == other.port
            && self.user() == other.user()
            && self.host() == other.host()
            && self.path() == other.path()
    }
}

impl Eq for GitUrl {}

impl std::hash::Hash for GitUrl {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.transport, self.port, self.user(), self.host(), self.path()).hash(state);
    }
}

/// Orders by host, then by path, so that the addresses of a repository are adjacent.
impl Ord for GitUrl {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        fn key(url: &GitUrl) -> impl Ord {
            (url.host(), bare_path(url.path()), url.path(), url.user(), url.transport, url.port)
        }
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for GitUrl {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Writes one spelling for each value: `user@host:path` for a relative path over ssh, otherwise a URL.
impl fmt::Display for GitUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, path) = (BracketedHost(self.host()), self.path());
        let user = self.user();
        let over_http = matches!(self.transport, Transport::Https | Transport::Http);
        let relative = !over_http && !path.starts_with('/') && !path.starts_with('~');
        if relative {
            // `host::path` would call a helper, and `c:path` would be on a drive.
            let mistaken = path.starts_with(':') || user.is_none() && is_no_host(self.host().as_bytes());
            let bracketed = self.port.is_some() || mistaken && !self.host().contains(':');
            let (open, close) = if bracketed { ("[", "]") } else { ("", "") };
            f.write_str(open)?;
            if let Some(user) = user {
                write!(f, "{user}@")?;
            }
            match self.port {
                Some(port) => write!(f, "{}:{port}", self.host())?,
                None => write!(f, "{host}")?,
            }
            return write!(f, "{close}:{path}");
        }
        write!(f, "{}://", self.transport)?;
        if let Some(user) = user {
            write!(f, "{}@", user.replace('@', "%40"))?;
        }
        write!(f, "{host}")?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        if over_http {
            return f.write_str(path);
        }
        let slash = if path.starts_with('~') { "/" } else { "" };
        write!(f, "{slash}{}", encode(path))
    }
}

impl fmt::Debug for GitUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GitUrl").field(&format_args!("{self}")).finish()
    }
}

impl std::str::FromStr for GitUrl {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

written_as_text!(GitUrl, Problem);

/// A host as written in a URL.
struct BracketedHost<'a>(&'a str);

impl fmt::Display for BracketedHost<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains(':') { write!(f, "[{}]", self.0) } else { f.write_str(self.0) }
    }
}

/// A builder that concatenates the parts of a value into one text.
struct Builder {
    url: GitUrl,
    text: Vec<u8>,
}

impl Builder {
    fn new(transport: Transport, scan: &Scan<'_>) -> Self {
        let length = |part: Option<Span>| part.map_or(0, Span::len);
        let mut text = Vec::with_capacity(length(scan.user) + length(scan.host) + length(scan.path));
        match scan.of(scan.user) {
            user if scan.form == Form::Ssh && user.contains(&b'%') => text.extend(decode(user)),
            user => text.extend_from_slice(user),
        }
        let user_end = scan.user.map(|_| text.len() as u16);
        let host = text.len();
        text.extend_from_slice(scan.of(scan.host));
        text[host..].make_ascii_lowercase();
        let url = GitUrl {
            transport,
            forge: scan.forge,
            port: scan.port_number,
            text: Box::default(),
            user_end,
            host_end: text.len() as u16,
            path_end: 0,
            owner: None,
            repository: None,
        };
        Self { url, text }
    }

    /// Appends the path and returns its start.
    fn path(&mut self, path: &[u8]) -> usize {
        let place = self.append(path);
        self.url.path_end = self.text.len() as u16;
        place.start
    }

    fn append(&mut self, part: &[u8]) -> Range<usize> {
        let start = self.text.len();
        self.text.extend_from_slice(part);
        start..self.text.len()
    }

    fn finish(mut self, owner: Option<Range<usize>>, repository: Option<Range<usize>>) -> GitUrl {
        let pair = |range: Range<usize>| (range.start as u16, range.end as u16);
        let text = String::from_utf8(self.text).expect("a text without problems is UTF-8, decoded too");
        self.url.text = text.into_boxed_str();
        if repository.is_some() {
            self.url.owner = owner.map(pair);
            self.url.repository = repository.map(pair);
        }
        self.url
    }
}

fn decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        if let Some(byte) = decoded(rest) {
            out.push(byte);
            rest = &rest[3..];
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    out
}

/// Encodes characters that a URL path cannot contain.
pub(super) fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'/'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'!'
            | b'$'
            | b'&'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b'+'
            | b','
            | b';'
            | b'='
            | b':'
            | b'@'
            | b'['
            | b']' => out.push(byte as char),
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                let digit = |value: u8| HEX[usize::from(value & 15)] as char;
                out.extend(['%', digit(byte >> 4), digit(byte)]);
            }
        }
    }
    out
}

/// A path without surrounding slashes and `.git`.
fn bare_path(path: &str) -> &str {
    let path = path.trim_matches('/');
    path.strip_suffix(".git").unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn url(text: &str) -> GitUrl {
        GitUrl::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
    }

    #[test]
    fn parts_are_read_as_git_reads_them() {
        for (text, transport, user, host, port, path) in [
            ("https://github.com/acme/app", Transport::Https, None, "github.com", None, "/acme/app"),
            ("http://git.example.com:3000/a/b", Transport::Http, None, "git.example.com", Some(3000), "/a/b"),
            ("https://[2001:db8::1]:8443/a/b", Transport::Https, None, "2001:db8::1", Some(8443), "/a/b"),
            ("ssh://git@h.x:22/a/b", Transport::Ssh, Some("git"), "h.x", Some(22), "/a/b"),
            ("ssh://git@h.x:/a/b", Transport::Ssh, Some("git"), "h.x", None, "/a/b"),
            ("ssh://jane%40corp.com@h.x/a/b", Transport::Ssh, Some("jane@corp.com"), "h.x", None, "/a/b"),
            ("ssh://h.x/~jane/b", Transport::Ssh, None, "h.x", None, "~jane/b"),
            ("ssh://h.x/%7Ejane/a%20b", Transport::Ssh, None, "h.x", None, "~jane/a b"),
            ("git@h.x:a/b", Transport::Ssh, Some("git"), "h.x", None, "a/b"),
            ("git@h.x:/~a/b", Transport::Ssh, Some("git"), "h.x", None, "~a/b"),
            ("git@h.x:a%20b", Transport::Ssh, Some("git"), "h.x", None, "a%20b"),
            ("[git@h.x:2222]:a/b", Transport::Ssh, Some("git"), "h.x", Some(2222), "a/b"),
            ("git@[::1]:a/b", Transport::Ssh, Some("git"), "::1", None, "a/b"),
            ("ssh+git://Git@H.X/a", Transport::Ssh, Some("Git"), "h.x", None, "/a"),
            ("git://h.x:9418/~a", Transport::Git, None, "h.x", Some(9418), "~a"),
        ] {
            let read = url(text);
            let parts = (read.transport(), read.user(), read.host(), read.port(), read.path());
            assert_eq!(parts, (transport, user, host, port, path), "{text}");
        }
    }

    #[test]
    fn each_value_has_one_spelling() {
        for (text, shown) in [
            ("HTTPS", ""),
            ("https://GitHub.com/acme/App", "https://github.com/acme/App"),
            ("git+ssh://git@h.x:/a/b", "ssh://git@h.x/a/b"),
            ("git@h.x:/a/b", "ssh://git@h.x/a/b"),
            ("ssh://jane%40corp.com@h.x/a/b", "ssh://jane%40corp.com@h.x/a/b"),
            ("jane%40corp.com@h.x:a/b", ""),
            ("git@h.x:a/b", "git@h.x:a/b"),
            ("[git@h.x:2222]:a/b", "[git@h.x:2222]:a/b"),
            ("[git@h.x:2222]:/a/b", "ssh://git@h.x:2222/a/b"),
            ("h.x:/a%b", "ssh://h.x/a%25b"),
            ("ssh://h.x/a%3Fb%20c%c3%a9", "ssh://h.x/a%3Fb%20c%C3%A9"),
            ("git@[::1]:a", "git@[::1]:a"),
            ("[host.example]::a", "[host.example]::a"),
            ("[f]:a/b", "[f]:a/b"),
            ("[GitHub]:a/b", "[github]:a/b"),
            ("git@f:a/b", "git@f:a/b"),
        ] {
            let read = GitUrl::parse(text).map(|url| url.to_string()).unwrap_or_default();
            assert_eq!(read, shown, "{text}");
        }
    }

    #[test]
    fn both_forms_convert_into_each_other() {
        for (https, ssh) in [
            ("https://github.com/acme/app.git", "git@github.com:acme/app.git"),
            ("https://gitlab.com/g/s/t/app.git", "git@gitlab.com:g/s/t/app.git"),
            ("https://dev.azure.com/o/p/_git/r", "git@ssh.dev.azure.com:v3/o/p/r"),
            ("https://dev.azure.com/o/My%20Project/_git/r", "git@ssh.dev.azure.com:v3/o/My%20Project/r"),
            ("https://dev.azure.com/%D1%83/p/_git/r", "git@ssh.dev.azure.com:v3/%D1%83/p/r"),
            ("https://bitbucket.acme.com/scm/P/r.git", "ssh://git@bitbucket.acme.com:7999/P/r.git"),
            ("https://dev.azure.com/o/p/_git/r.git", "git@ssh.dev.azure.com:v3/o/p/r.git"),
            ("https://acme.ghe.com/o/r.git", "acme@acme.ghe.com:o/r.git"),
            ("https://git.sr.ht/~jane/r", "git@git.sr.ht:~jane/r"),
            ("https://codeberg.org/o/r.git", "git@codeberg.org:o/r.git"),
        ] {
            assert_eq!(url(https).to_ssh().as_ref().map(GitUrl::path), Ok(url(ssh).path()), "{https}");
            assert_eq!(url(https).to_ssh(), Ok(url(ssh)), "{https}");
            assert_eq!(url(ssh).to_https(), Ok(url(https)), "{ssh}");
            assert!(url(ssh).same_repository(&url(https)), "{ssh}");
        }
        for (from, https) in [
            ("ssh://git@ssh.github.com:443/acme/app.git", "https://github.com/acme/app.git"),
            ("ssh://git@altssh.gitlab.com:443/acme/app", "https://gitlab.com/acme/app"),
            ("git://github.com/acme/app", "https://github.com/acme/app"),
            ("acme@vs-ssh.visualstudio.com:v3/acme/P/R", "https://dev.azure.com/acme/P/_git/R"),
            ("http://git.example.com/o/r", "https://git.example.com/o/r"),
        ] {
            assert_eq!(url(from).to_https(), Ok(url(https)), "{from}");
        }
        for (from, error) in [
            ("ssh://git@git.example.com:2222/o/r.git", ConversionError::UnknownPort),
            ("ssh://git@github.com:7999/o/r.git", ConversionError::UnknownPort),
            ("ssh://git@bitbucket.example.com:22222/o/r.git", ConversionError::UnknownPort),
            ("ssh://git@git.example.com/r.git", ConversionError::UnknownShape),
            ("git@git.example.com:o/r.git", ConversionError::UnknownHost),
            ("git://git.example.com/o/r", ConversionError::UnknownHost),
            ("git@hf.co:acme/app", ConversionError::UnknownHost),
            ("ssh://jane@review.acme.com:29418/acme/app", ConversionError::UnknownPort),
            ("git@gist.github.com:0123456789abcdef0123.git", ConversionError::UnknownShape),
        ] {
            assert_eq!(url(from).to_https(), Err(error), "{from}");
        }
        for odd in ["https://dev.azure.com/o/p/q/_git/r", "https://git.acme.com/o/p/_git/r"] {
            assert_eq!(url(odd).to_ssh(), Err(ConversionError::UnknownShape), "{odd}");
        }
        // Bitbucket Data Center is recognized by the shape of the path, whatever the host name.
        let by_shape = url("https://git.acme.com/scm/P/r.git");
        assert_eq!(by_shape.to_ssh(), Ok(url("ssh://git@git.acme.com:7999/P/r.git")));
        for unknown in [
            "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/app",
            "https://huggingface.co/acme/app",
            "https://gerrit.googlesource.com/acme/app",
            "https://source.developers.google.com/p/acme/r/app",
            "https://git.kernel.org/pub/scm/git/git.git",
            "https://git.savannah.gnu.org/git/emacs.git",
            "https://svn.example.com/repos/acme/trunk",
            "https://acme.scm.azure.com/x/y",
            "https://acme.pkgs.visualstudio.com/x/y",
            "https://git.acme.com/scm/group/P/r.git",
            "https://git.example.com/a/b",
        ] {
            assert_eq!(url(unknown).to_ssh(), Err(ConversionError::UnknownHost), "{unknown}");
        }
        for page in [
            "https://github.dev/acme/app",
            "https://vscode.dev/github/acme/app",
            "https://acme.github.io/app",
        ] {
            assert!(url(page).to_ssh().is_err(), "{page}");
        }
    }

    #[test]
    fn the_same_repository_is_known_under_its_other_names() {
        for (left, right, same) in [
            ("https://github.com/Acme/App", "git@github.com:acme/app.git", true),
            ("https://www.github.com/acme/app/", "ssh://git@ssh.github.com:443/acme/app", true),
            ("https://dev.azure.com/o/_git/r", "git@ssh.dev.azure.com:v3/o/r/r", true),
            ("https://o.visualstudio.com/p/_git/r", "https://dev.azure.com/o/p/_git/r", true),
            ("https://github.com/acme/%61pp", "https://github.com/acme/app", true),
            ("https://git.example.com/a/b", "git@git.example.com:a/b.git", true),
            ("https://git.example.com/A/b", "https://git.example.com/a/b", false),
            ("https://git.example.com:8443/a/b", "https://git.example.com/a/b", false),
            ("https://github.com/acme/app", "https://gitlab.com/acme/app", false),
            ("https://github.com/acme/app", "https://github.com/acme/app2", false),
            ("https://w1.fi/hostap.git", "https://w1.fi/hostap", true),
        ] {
            assert_eq!(url(left).same_repository(&url(right)), same, "{left} {right}");
            assert_eq!(url(right).same_repository(&url(left)), same, "{right} {left}");
        }
    }
}
