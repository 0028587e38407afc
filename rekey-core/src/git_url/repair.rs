//! The intended URL of a wrong text. All repairs are here, so that together they give a valid URL.

use std::borrow::Cow;

use memchr::memmem;

use super::host::Reach;
use super::hosts::{self, Forge, NameDefect};
use super::problem::ProblemKind;
use super::scan::{Form, Scan, Transport, decoded, meant_scheme, scan, shorthand_host};
use super::value::{GitUrl, encode};
use crate::text::Span;

/// The transport of a repaired URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum RepairTarget {
    /// The transport that was meant, or https if that is unencrypted.
    #[default]
    Meant,
    /// https, for a public repository.
    Https,
    /// ssh, for a private repository.
    Ssh,
}

/// A valid URL for a wrong one.
#[derive(Clone, PartialEq, Eq)]
pub struct Repair {
    /// The whole URL.
    pub text: String,
    /// True if it certainly means the same, false if something was guessed or removed, such as a branch.
    pub is_safe: bool,
}

impl std::fmt::Debug for Repair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repair").field("is_safe", &self.is_safe).finish_non_exhaustive()
    }
}

impl Scan<'_> {
    /// Returns the valid URL that was probably meant; `None` if nothing is wrong or if a person has to
    /// decide.
    ///
    /// All mistakes are repaired at once, so the result has no findings except those that no change of text
    /// can resolve, such as a host that no one promises to support.
    ///
    /// ```
    /// use rekey_core::git_url::{RepairTarget, scan};
    ///
    /// let repair = scan(b"http://www.github.com/acme/app/tree/main").repair(RepairTarget::Meant).unwrap();
    /// assert_eq!(repair.text, "https://github.com/acme/app");
    /// assert!(!repair.is_safe, "the branch is lost");
    /// ```
    pub fn repair(&self, wanted: RepairTarget) -> Option<Repair> {
        let mut text = Cow::Borrowed(self.of(Some(self.url)));
        let mut is_safe = true;
        // Each rewrite removes one mistake of syntax, and more than four never occur together.
        for _ in 0..4 {
            let current = scan(&text);
            if !current.problems.iter().all(|problem| is_repairable(&current, problem.kind)) {
                return None;
            }
            let Some(rewritten) = rewrite(&current) else { break };
            is_safe &= current.problem_of(ProblemKind::SchemeCase).is_some() && current.problems.len() == 1;
            text = Cow::Owned(rewritten.into_bytes());
        }
        let current = scan(&text);
        let meant = Draft::of(&current, &mut is_safe)?.render();
        let text = convert(meant, wanted)?;
        if text.as_bytes() == self.text() || self.gives_away_secret(&text) {
            return None;
        }
        is_submittable(&text).then_some(Repair { text, is_safe })
    }

    /// Returns true if a repair still contains the secret: in `ssh:token@host/path` the secret could be read
    /// as a user.
    fn gives_away_secret(&self, repaired: &str) -> bool {
        if !self.may_hold_secret() {
            return false;
        }
        let secret = self.secret.map_or(&[][..], |(span, _)| self.of(Some(span)));
        let repaired = scan(repaired.as_bytes());
        let user = repaired.of(repaired.user);
        let hides_user = || self.secrets().iter().any(|hidden| self.of(Some(*hidden)) == user);
        !secret.is_empty() && memmem::find(repaired.text(), secret).is_some()
            || !user.is_empty() && hides_user()
    }
}

/// Returns true if a problem of that kind can be repaired automatically.
fn is_repairable(scan: &Scan<'_>, kind: ProblemKind) -> bool {
    use ProblemKind as K;
    match kind {
        K::Wrapped
        | K::MissingScheme
        | K::SchemeCase
        | K::SchemeTypo
        | K::PackageManagerScheme
        | K::Shorthand
        | K::SlashForColon
        | K::PathForPort
        | K::UserInfo
        | K::EmptyUser
        | K::DotSegment
        | K::EmptySegment
        | K::Fragment
        | K::PathNotAscii => true,
        // gitweb puts the repository into the query: `?p=app.git`.
        K::Query => !scan.of(scan.query).starts_with(b"p="),
        K::MissingPath => scan.problem_of(K::PathForPort).is_some(),
        // Terraform and pip write `git::URL`; there is no remote helper with that name.
        K::Helper => scan.of(scan.scheme) == b"git",
        K::Secret => secret_can_go(scan),
        _ => false,
    }
}

/// A secret in user info or after the path is removed with it; one in the path would leave a gap.
fn secret_can_go(scan: &Scan<'_>) -> bool {
    let Some((secret, _)) = scan.secret else { return false };
    if is_scp_password(scan) {
        return true;
    }
    scan.path.is_none_or(|path| secret.end <= path.start || secret.start >= path.end)
}

/// `user:password@host:path`, which git reads as path `password@host:path` on host `user`.
fn is_scp_password(scan: &Scan<'_>) -> bool {
    let path = scan.of(scan.path);
    scan.form == Form::Scp && scan.user.is_none() && path.contains(&b'@') && scan.secret.is_some()
}

/// The text with one syntax mistake removed; `None` if there is none.
fn rewrite(scan: &Scan<'_>) -> Option<String> {
    let url = scan.str(Some(scan.url))?;
    if let Some(port) = scan.scp_port() {
        return Some(without_scp_port(scan, url, port));
    }
    let after = |span: Span| url.get((span.end - scan.url.start) as usize..);
    let kind = scan.problems.iter().map(|problem| problem.kind).find(|kind| rewrites(*kind))?;
    match kind {
        ProblemKind::DotSegment | ProblemKind::EmptySegment => {
            let path = scan.path?;
            let (start, end) = (path.start - scan.url.start, path.end - scan.url.start);
            let collapsed = collapse(url.get(start as usize..end as usize)?)?;
            Some(format!("{}{collapsed}{}", url.get(..start as usize)?, url.get(end as usize..)?))
        }
        ProblemKind::MissingScheme => Some(format!("https://{}", url.trim_start_matches('/'))),
        ProblemKind::Helper => url.strip_prefix("git::").map(str::to_owned),
        ProblemKind::SchemeCase => {
            let scheme = scan.str(scan.scheme)?;
            Some(format!("{}{}", scheme.to_ascii_lowercase(), after(scan.scheme?)?))
        }
        ProblemKind::PackageManagerScheme => Some(format!("https{}", after(scan.scheme?)?)),
        ProblemKind::SchemeTypo => rewrite_scheme(scan, url),
        ProblemKind::Shorthand => rewrite_shorthand(scan, url),
        ProblemKind::SlashForColon => url.split_once('/').map(|(host, path)| format!("{host}:{path}")),
        ProblemKind::PathForPort => {
            let colon = (scan.problem_of(kind)?.span.start - scan.url.start) as usize - 1;
            Some(format!("{}/{}", url.get(..colon)?, url.get(colon + 1..)?))
        }
        ProblemKind::Secret if is_scp_password(scan) => {
            let (secret, _) = scan.secret?;
            Some(format!("git@{}", url.get((secret.end - scan.url.start) as usize + 1..)?))
        }
        _ => None,
    }
}

/// `git@host:22/path` means `git@host:path`; another port needs the form of a URL.
fn without_scp_port(scan: &Scan<'_>, url: &str, port: Span) -> String {
    let place = |offset: u32| (offset - scan.url.start) as usize;
    let (before, after) = (&url[..place(port.start)], &url[place(port.end) + 1..]);
    match port.of(scan.text()) {
        b"22" => format!("{before}{after}"),
        _ => format!("ssh://{before}{}/{after}", &url[place(port.start)..place(port.end)]),
    }
}

fn rewrites(kind: ProblemKind) -> bool {
    use ProblemKind as K;
    matches!(
        kind,
        K::MissingScheme | K::Helper | K::SchemeCase | K::PackageManagerScheme | K::SchemeTypo | K::Shorthand
    ) || matches!(kind, K::SlashForColon | K::PathForPort | K::Secret | K::DotSegment | K::EmptySegment)
}

/// `https:/host`, `https:host`, `https//host`, `htps://host`, `git:host`.
fn rewrite_scheme(scan: &Scan<'_>, url: &str) -> Option<String> {
    let end = url.find([':', '/'])?;
    let rest = url[end..].trim_start_matches([':', '/']);
    let scheme = match url[..end].to_ascii_lowercase().as_str() {
        "http" | "https" | "git" | "git+https" | "git+http" => "https",
        "ssh" | "git+ssh" => "ssh",
        other if scan.form != Form::Scp => meant_scheme(other.as_bytes())?,
        _ => return None,
    };
    Some(format!("{scheme}://{rest}"))
}

/// `owner/repository`, `github:owner/repository`.
fn rewrite_shorthand(scan: &Scan<'_>, url: &str) -> Option<String> {
    let (host, path) = match url.split_once(':') {
        Some((name, path)) if scan.form == Form::Scp => (shorthand_host(name.as_bytes())?, path),
        _ => ("github.com", url),
    };
    let path = path.rsplit_once('@').map_or(path, |(_, path)| path).trim_start_matches('/');
    Some(format!("https://{host}/{path}"))
}

/// A URL in parts, each of them valid.
struct Draft<'a> {
    transport: Transport,
    /// True if an ssh URL is written with `ssh://`.
    as_url: bool,
    user: Option<&'a str>,
    host: Cow<'a, str>,
    port: Option<u16>,
    path: String,
}

impl<'a> Draft<'a> {
    fn of(scan: &Scan<'a>, is_safe: &mut bool) -> Option<Self> {
        if !scan.problems.iter().all(|problem| is_repairable(scan, problem.kind)) {
            return None;
        }
        let meant = scan.transport()?;
        let transport = if meant == Transport::Ssh { Transport::Ssh } else { Transport::Https };
        let host = scan.str(scan.host)?;
        let right_host = hosts::meant_host(host, transport == Transport::Ssh);
        let host = right_host.unwrap_or(host);
        let known = hosts::find(host.as_bytes());
        let port = scan.port_number.filter(|port| *port != meant.default_port());
        if meant != transport && port.is_some() {
            return None; // the port for https is unknown
        }
        *is_safe &= meant == transport || known.is_some();
        *is_safe &= scan.problems.is_empty() && right_host.is_none();
        *is_safe &= scan.page.is_none() && scan.extra.is_none() && scan.forge != Forge::NoGit;
        let mut draft = Self {
            transport,
            as_url: scan.form == Form::Ssh,
            user: None,
            host: Cow::Owned(host.to_ascii_lowercase()),
            port,
            path: match scan.azure_path().filter(|_| scan.extra.is_none()) {
                Some(path) => path,
                None => path_of(scan)?,
            },
        };
        if transport == Transport::Ssh {
            draft.set_user(scan, known, is_safe)?;
        }
        draft.set_host(scan, known)?;
        Some(draft)
    }

    /// Sets the user. Forges have one user only; other servers may have personal users, and no user is set
    /// for hosts where everyone has their own.
    fn set_user(
        &mut self,
        scan: &Scan<'a>,
        known: Option<&hosts::KnownHost>,
        is_safe: &mut bool,
    ) -> Option<()> {
        let given = scan.str(scan.user).filter(|user| !user.is_empty());
        let user = match given {
            Some(_) if hosts::organization_user(&self.host).is_some() => {
                hosts::ssh_user(scan.str(scan.host)?, None)?
            }
            Some(user) if known.is_none() && scan.problem_of(ProblemKind::Secret).is_none() => user,
            _ if known.is_some() => "git",
            _ => hosts::ssh_user(scan.str(scan.host)?, self.port)?,
        };
        *is_safe &= given == Some(user);
        self.user = Some(user);
        Some(())
    }

    fn set_host(&mut self, scan: &Scan<'_>, known: Option<&'static hosts::KnownHost>) -> Option<()> {
        let Some(known) = known else { return Some(()) };
        match known.forge {
            Forge::NoGit => {
                let path = self.path.strip_prefix("/repos").filter(|_| *self.host == *"api.github.com");
                let path = path.unwrap_or(&self.path);
                let mut parts = path.split('/').filter(|part| !part.is_empty());
                let (owner, repository) = (parts.next()?, parts.next()?);
                if scan.of(scan.host).starts_with(b"gist.")
                    || parts.next().is_none() && self.host.starts_with("raw.")
                {
                    return None;
                }
                self.path = format!("/{owner}/{repository}");
                self.host = Cow::Borrowed("github.com");
            }
            _ if self.transport == Transport::Https => {
                self.host = Cow::Borrowed(known.web);
                self.port = None;
            }
            _ if known.aliases.iter().any(|alias| *alias == self.host) => {
                self.host = Cow::Borrowed(known.ssh);
            }
            _ => {
                let host = known.host_for(self.host.as_bytes(), self.transport);
                self.host = host.map_or_else(|| std::mem::take(&mut self.host), Cow::Borrowed);
                let port =
                    self.port.filter(|port| known.lacks_port(self.host.as_bytes(), self.transport, *port));
                match (port, known.alternate) {
                    // The port of the alternative host, or that host with another port.
                    (Some(port), Some((name, alternate))) if port == alternate || *self.host == *name => {
                        (self.host, self.port) = (Cow::Borrowed(name), Some(alternate));
                    }
                    (Some(_), _) => self.port = None,
                    (None, _) => {}
                }
            }
        }
        Some(())
    }

    fn render(self) -> String {
        let bracketed =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.into_owned() };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let user = self.user.map(|user| format!("{user}@")).unwrap_or_default();
        match self.transport {
            Transport::Ssh if self.as_url || !port.is_empty() => {
                format!("ssh://{user}{bracketed}{port}/{}", self.path.trim_start_matches('/'))
            }
            Transport::Ssh => format!("{user}{bracketed}:{}", self.path),
            _ => format!("https://{bracketed}{port}/{}", self.path.trim_start_matches('/')),
        }
    }
}

/// The path up to the repository, with each part as it should be.
fn path_of(scan: &Scan<'_>) -> Option<String> {
    let mut path = scan.path?;
    if let Some(extra) = scan.extra {
        path.end = extra.start;
    }
    let text = scan.str(Some(path))?;
    if let Some(path) = bitbucket_browser_path(text) {
        return Some(path);
    }
    let absolute = text.starts_with('/');
    let joined = collapse(text)?.trim_matches('/').to_owned();
    let joined = match scan.form {
        Form::Scp if scan.forge != Forge::Azure => joined,
        _ => encode_high(&without_needless_escapes(&joined)),
    };
    Some(if absolute { format!("/{joined}") } else { joined })
}

/// A path with `.`, `..` and empty parts resolved (RFC 3986, section 5.2.4), keeping one slash at each end.
fn collapse(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    let slash = |is_there: bool| if is_there { "/" } else { "" };
    let end = path.len() > 1 && path.ends_with('/');
    Some(format!("{}{}{}", slash(path.starts_with('/')), parts.join("/"), slash(end)))
}

/// `/projects/P/repos/r/…` is the browser's path for `/scm/P/r.git`; `/users/u` there is project `~u`.
fn bitbucket_browser_path(path: &str) -> Option<String> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let (kind, owner, repos, repository) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    match kind {
        _ if repos != "repos" => None,
        "projects" => Some(format!("/scm/{owner}/{repository}.git")),
        "users" => Some(format!("/scm/~{owner}/{repository}.git")),
        _ => None,
    }
}

fn without_needless_escapes(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(letter) = rest.chars().next() {
        let escaped = decoded(rest.as_bytes());
        if let Some(byte) = escaped.filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'~')) {
            out.push(byte as char);
            rest = &rest[3..];
        } else {
            out.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    out
}

fn encode_high(path: &str) -> String {
    if path.is_ascii() {
        return path.to_owned();
    }
    let mut out = String::with_capacity(path.len() * 2);
    for letter in path.chars() {
        let mut buffer = [0; 4];
        let letter = letter.encode_utf8(&mut buffer);
        out.push_str(&if letter.is_ascii() { letter.to_owned() } else { encode(letter) });
    }
    out
}

fn convert(text: String, wanted: RepairTarget) -> Option<String> {
    let url = GitUrl::parse(&text).ok()?;
    let converted = match (wanted, url.transport()) {
        (RepairTarget::Https, Transport::Ssh) => url.to_https().ok()?,
        (RepairTarget::Ssh, Transport::Https) => url.to_ssh().ok()?,
        _ => return Some(text),
    };
    Some(converted.to_string())
}

/// Returns true if a service on the Internet could clone from the URL, which every repair has to achieve.
fn is_submittable(text: &str) -> bool {
    let scan = scan(text.as_bytes());
    let right_name = |defect: Option<NameDefect>| matches!(defect, None | Some(NameDefect::OldStyle));
    let named = match (scan.str(scan.owner), scan.str(scan.repository)) {
        (Some(owner), Some(repository)) => {
            right_name(hosts::owner_defect(scan.forge, owner))
                && right_name(hosts::repository_defect(scan.forge, repository))
        }
        // On other forges a repository may be at any path but the empty one.
        _ => matches!(scan.forge, Forge::Unknown | Forge::Gist) && scan.of(scan.path).len() > 1,
    };
    // `host::path` is certainly not what was meant.
    let plain = !scan.of(scan.path).starts_with(b":");
    scan.problems.is_empty()
        && named
        && plain
        && scan.extra.is_none()
        && scan.reach() == Some(Reach::Public)
        && scan.forge != Forge::NoGit
        && scan.scp_port().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved_and_the_ends_stay() {
        for (path, expected) in [
            ("/a/./b/", Some("/a/b/")),
            ("/a//b", Some("/a/b")),
            ("a/../b", Some("b")),
            ("/", Some("/")),
            ("/..", None),
        ] {
            assert_eq!(collapse(path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn each_mistake_is_repaired() {
        for (wrong, right) in [
            ("HTTPS://GitHub.com/acme/app", "https://github.com/acme/app"),
            ("http://github.com/acme/app", "https://github.com/acme/app"),
            ("git://github.com/acme/app.git", "https://github.com/acme/app.git"),
            ("github.com/acme/app", "https://github.com/acme/app"),
            ("https//github.com/acme/app", "https://github.com/acme/app"),
            ("gitlab:group/sub/app", "https://gitlab.com/group/sub/app"),
            ("github:jane:x@acme/app", "https://github.com/acme/app"),
            ("ssh://git@github.com:acme/app", "ssh://git@github.com/acme/app"),
            ("git@git.example.com:2222/acme/app", "ssh://git@git.example.com:2222/acme/app"),
            ("jane:x@bitbucket.org:acme/app", "git@bitbucket.org:acme/app"),
            ("jane:x@y@bitbucket.org:acme/app", "git@bitbucket.org:acme/app"),
            ("git::git@github.com:acme/app.git", "git@github.com:acme/app.git"),
            ("git::https://github.com/acme/app", "https://github.com/acme/app"),
            ("repo:git@github.com:acme/app.git", "git@github.com:acme/app.git"),
            ("scm:git:git@github.com:acme/app.git", "git@github.com:acme/app.git"),
            ("url = https://github.com/acme/app", "https://github.com/acme/app"),
            ("origin: git@github.com:acme/app.git", "git@github.com:acme/app.git"),
            ("https://ghp_0123456789abcdefghij@github.com/acme/app", "https://github.com/acme/app"),
            ("https://github.com/acme/../acme/app/blob/main/x#L1", "https://github.com/acme/app"),
            (
                "https://bitbucket.acme.com/users/jane/repos/app/browse",
                "https://bitbucket.acme.com/scm/~jane/app.git",
            ),
            ("https://raw.githubusercontent.com/acme/app/main/x", "https://github.com/acme/app"),
            ("https://dev.azure.com/o/p/_git/r?path=/x&version=GBmain", "https://dev.azure.com/o/p/_git/r"),
            ("git.github.com:acme/app", "git@github.com:acme/app"),
            ("acme.ghe.com:acme/app", "acme@acme.ghe.com:acme/app"),
            ("git@gitlab.example.com:2222:group/app.git", "ssh://git@gitlab.example.com:2222/group/app.git"),
            ("https://github.dev/acme/app", "https://github.com/acme/app"),
            ("https://o@dev.azure.com/o/p/_git/r", "https://dev.azure.com/o/p/_git/r"),
        ] {
            let repair = scan(wrong.as_bytes()).repair(RepairTarget::Meant);
            assert_eq!(repair.map(|repair| repair.text).as_deref(), Some(right), "{wrong}");
        }
    }

    #[test]
    fn unknown_information_is_not_guessed() {
        for text in [
            "https://github.com/acme",
            "https://10.0.0.1/acme/app/",
            "http://git.example.com:8080/acme/app",
            "ext::sh",
            "https://github.com/acme/ap p",
            "../app",
            "https://github.com/orgs/acme/",
            "https://sourceware.org/git/?p=binutils-gdb.git",
            "https://gitlab.com/api/v4/projects/123/repository/archive",
            "https://acme.github.io/app",
            "https://vscode.dev/github/acme/app",
            "git-codecommit.us-east-1.amazonaws.com:v1/repos/app",
            "ssh://review.acme.com:29418/acme/app",
            "https://github.com:0/acme/app",
            "ssh:a-secret-word@git.example.com//acme/app", // would be the user in `ssh://`
        ] {
            assert_eq!(scan(text.as_bytes()).repair(RepairTarget::Meant), None, "{text}");
        }
    }

    #[test]
    fn a_repair_is_safe_when_it_can_only_mean_the_same() {
        for (text, safe) in [
            (" https://github.com/acme/app\n", true),
            ("HTTPS://github.com/acme/app", true),
            ("https://github.com:443/acme/app/", true),
            ("https://www.github.com/acme/app", true),
            ("http://github.com/acme/app", true),
            ("http://git.example.com/acme/app", false),
            ("https://github.com/acme/app/tree/main", false),
            ("https://github.com/acme/app#main", false),
            ("acme/app", false),
            ("github.com:acme/app", false),
        ] {
            let repair = scan(text.as_bytes()).repair(RepairTarget::Meant);
            assert_eq!(repair.map(|repair| repair.is_safe), Some(safe), "{text}");
        }
    }
}
