//! Hosts of git repositories: names, shapes of paths, web pages, rules for names. Data first.
//!
//! Sources, by key, cited beside the rows:
//!
//! - `[gh-remotes]` docs.github.com, "About remote repositories"; `[gh-443]` "Using SSH over the HTTPS port"
//! - `[gh-names]` github/docs pull request 44805 (repository names); `[gh-limits]` dead-claudia/github-limits (account names)
//! - `[gh-api]` docs.github.com, REST: "Download a repository archive" (`codeload`), "Get repository content" (`raw`)
//! - `[gl-ssh]` docs.gitlab.com, "Use SSH keys": alternative port on `altssh.gitlab.com`
//! - `[gl-names]` docs.gitlab.com, "Reserved project and group names" and the naming rules there
//! - `[bb-ssh]` support.atlassian.com, "Use the SSH protocol with Bitbucket Cloud" (`altssh.bitbucket.org:443`)
//! - `[bbs-url]` confluence.atlassian.com, Bitbucket Data Center, "Clone a repository": `/scm/` over https, port 7999 over ssh
//! - `[az-url]` learn.microsoft.com, Azure Repos, "Clone an existing Git repo" and "Use SSH key authentication"
//! - `[gitea]` docs.gitea.com and forgejo.org, "Repository"; routes as in their source, `routers/web/web.go`
//! - `[srht]` man.sr.ht/git.sr.ht
//! - `[gh-data]` docs.github.com, GitHub Enterprise Cloud with data residency: SSH URLs begin with `SUBDOMAIN@`
//! - `[codecommit]` docs.aws.amazon.com, CodeCommit, "Setup steps for SSH connections": the user is the id of the SSH key
//! - `[gerrit]` gerrit-review.googlesource.com, "Uploading Changes": `ssh://USERNAME@HOST:29418/PROJECT`

use super::{
    host::{Reach, can_be_top_level_domain},
    scan::Transport,
};
use crate::{suggest::is_one_slip, text::Span};

/// The software of a host, which determines the shape of its paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Forge {
    /// github.com, or a GitHub Enterprise Server.
    GitHub,
    /// gitlab.com, or a self-managed GitLab.
    GitLab,
    /// bitbucket.org.
    Bitbucket,
    /// Bitbucket Data Center, also called Server or Stash.
    BitbucketServer,
    /// Azure Repos: dev.azure.com, visualstudio.com.
    Azure,
    /// Gitea and Forgejo, such as codeberg.org.
    Gitea,
    /// git.sr.ht.
    Sourcehut,
    /// gist.github.com: repositories without an owner and a name of their own.
    Gist,
    /// A host of a forge that serves files or an API but no repositories.
    NoGit,
    /// Unknown software.
    #[default]
    Unknown,
}

impl Forge {
    /// The common name.
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub | Self::NoGit => "GitHub",
            Self::GitLab => "GitLab",
            Self::Bitbucket => "Bitbucket",
            Self::BitbucketServer => "Bitbucket Data Center",
            Self::Azure => "Azure Repos",
            Self::Gitea => "Gitea or Forgejo",
            Self::Sourcehut => "sourcehut",
            Self::Gist => "GitHub Gist",
            Self::Unknown => "an unknown forge",
        }
    }

    /// Returns true if names that differ only in case are the same repository there.
    pub(super) fn ignores_case(self) -> bool {
        !matches!(self, Self::Sourcehut | Self::Unknown)
    }
}

/// A host that is known by name.
#[derive(Debug)]
pub(super) struct KnownHost {
    pub forge: Forge,
    /// The host for https, which also represents all other names.
    pub web: &'static str,
    /// The host for ssh on port 22.
    pub ssh: &'static str,
    /// Other names of the same place.
    pub aliases: &'static [&'static str],
    /// The host and port for ssh if port 22 is blocked.
    pub alternate: Option<(&'static str, u16)>,
}

static KNOWN: [KnownHost; 10] = [
    // [gh-remotes] [gh-443]; `www.` redirects.
    known(Forge::GitHub, "github.com", &["www.github.com"], Some(("ssh.github.com", 443))),
    // [gl-ssh]; `www.` redirects.
    known(Forge::GitLab, "gitlab.com", &["www.gitlab.com"], Some(("altssh.gitlab.com", 443))),
    // [bb-ssh]; `www.` redirects.
    known(Forge::Bitbucket, "bitbucket.org", &["www.bitbucket.org"], Some(("altssh.bitbucket.org", 443))),
    // [az-url]
    KnownHost {
        forge: Forge::Azure,
        web: "dev.azure.com",
        ssh: "ssh.dev.azure.com",
        aliases: &["vs-ssh.visualstudio.com"],
        alternate: None,
    },
    // [gitea]
    known(Forge::Gitea, "codeberg.org", &["www.codeberg.org"], None),
    known(Forge::Gitea, "gitea.com", &[], None),
    // [srht]
    known(Forge::Sourcehut, "git.sr.ht", &[], None),
    known(Forge::Gist, "gist.github.com", &[], None),
    // [gh-api]
    known(
        Forge::NoGit,
        "raw.githubusercontent.com",
        &["gist.githubusercontent.com", "raw.github.com", "objects.githubusercontent.com"],
        None,
    ),
    known(Forge::NoGit, "codeload.github.com", &["api.github.com", "github.dev"], None),
];

impl KnownHost {
    /// The host that serves the transport, if `host` is another one of the same forge. [gh-443] [gl-ssh]
    /// [bb-ssh] [az-url]
    pub(super) fn host_for(&self, host: &[u8], transport: Transport) -> Option<&'static str> {
        let is = |name: &str| name.as_bytes().eq_ignore_ascii_case(host);
        match transport {
            Transport::Https | Transport::Http => {
                let is_for_ssh = !is(self.web) && is(self.ssh)
                    || self.alternate.is_some_and(|(name, _)| is(name))
                    || is("vs-ssh.visualstudio.com");
                is_for_ssh.then_some(self.web)
            }
            Transport::Ssh => (self.web != self.ssh && is(self.web)).then_some(self.ssh),
            Transport::Git => None,
        }
    }

    /// Returns true if the forge is known not to serve the transport on a port. [gh-443] [gl-ssh] [bb-ssh]
    /// [az-url]
    pub(super) fn lacks_port(&self, host: &[u8], transport: Transport, port: u16) -> bool {
        let is_documented =
            matches!(self.forge, Forge::GitHub | Forge::GitLab | Forge::Bitbucket | Forge::Azure);
        let is_alternate = self.alternate.is_some_and(|(name, alternate)| {
            alternate == port && transport == Transport::Ssh && name.as_bytes().eq_ignore_ascii_case(host)
        });
        is_documented && transport != Transport::Git && port != transport.default_port() && !is_alternate
    }
}

const fn known(
    forge: Forge,
    host: &'static str,
    aliases: &'static [&'static str],
    alternate: Option<(&'static str, u16)>,
) -> KnownHost {
    KnownHost { forge, web: host, ssh: host, aliases, alternate }
}

/// Hosts whose imitations are recognized.
pub(super) const FORGE_NAMES: [&str; 7] = [
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "dev.azure.com",
    "codeberg.org",
    "www.github.com",
    "www.gitlab.com",
];

/// First labels that people give to self-managed servers.
const SELF_HOSTED: [(&str, Forge); 8] = [
    ("gitlab", Forge::GitLab),
    ("github", Forge::GitHub),
    ("ghe", Forge::GitHub),
    ("gitea", Forge::Gitea),
    ("forgejo", Forge::Gitea),
    ("bitbucket", Forge::BitbucketServer),
    ("stash", Forge::BitbucketServer),
    ("salsa", Forge::GitLab), // salsa.debian.org
];

/// The port on which Bitbucket Data Center serves ssh. [bbs-url]
pub(super) const BITBUCKET_SERVER_SSH: u16 = 7999;

/// Abbreviations of package managers and command-line tools, and the host that they mean: npm's
/// `hosted-git-info`, `gh`, `glab`.
pub(super) const SHORTHANDS: [(&str, &str); 10] = [
    ("github", "github.com"),
    ("gh", "github.com"),
    ("gitlab", "gitlab.com"),
    ("gl", "gitlab.com"),
    ("bitbucket", "bitbucket.org"),
    ("bb", "bitbucket.org"),
    ("codeberg", "codeberg.org"),
    ("sourcehut", "git.sr.ht"),
    ("srht", "git.sr.ht"),
    ("gist", "gist.github.com"),
];

/// The kind of a page in a web interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PageKind {
    /// A directory, a file, its raw text, its history, its editor: at a branch, tag or commit.
    Files,
    /// One commit.
    Commit,
    /// A pull or merge request, or their list.
    PullRequest,
    /// An issue, or their list.
    Issues,
    /// Releases, tags, branches, downloads.
    Releases,
    /// The wiki's pages.
    Wiki,
    /// An archive to download.
    Archive,
    /// Any other page.
    Other,
}

/// A page of a web interface in place of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// The kind of the page.
    pub kind: PageKind,
    /// The branch, tag or commit, if one part of the path contains it.
    pub reference: Option<Span>,
}

/// A word in the path after the repository, the kind of page, and the distance to the reference in parts.
type Word = (&'static str, PageKind, Option<usize>);

/// Pages of GitHub. [gh-api] and the interface itself.
const GITHUB_PAGES: [Word; 41] = [
    ("tree", PageKind::Files, Some(1)),
    ("blob", PageKind::Files, Some(1)),
    ("raw", PageKind::Files, Some(1)),
    ("edit", PageKind::Files, Some(1)),
    ("blame", PageKind::Files, Some(1)),
    ("commits", PageKind::Files, Some(1)),
    ("new", PageKind::Files, Some(1)),
    ("upload", PageKind::Files, Some(1)),
    ("find", PageKind::Files, Some(1)),
    ("commit", PageKind::Commit, Some(1)),
    ("pull", PageKind::PullRequest, None),
    ("pulls", PageKind::PullRequest, None),
    ("compare", PageKind::PullRequest, None),
    ("issues", PageKind::Issues, None),
    ("labels", PageKind::Issues, None),
    ("milestones", PageKind::Issues, None),
    ("releases", PageKind::Releases, None),
    ("tags", PageKind::Releases, None),
    ("branches", PageKind::Releases, None),
    ("packages", PageKind::Releases, None),
    ("wiki", PageKind::Wiki, None),
    ("archive", PageKind::Archive, None),
    ("zipball", PageKind::Archive, Some(1)),
    ("tarball", PageKind::Archive, Some(1)),
    ("actions", PageKind::Other, None),
    ("projects", PageKind::Other, None),
    ("security", PageKind::Other, None),
    ("pulse", PageKind::Other, None),
    ("graphs", PageKind::Other, None),
    ("network", PageKind::Other, None),
    ("settings", PageKind::Other, None),
    ("discussions", PageKind::Other, None),
    ("deployments", PageKind::Other, None),
    ("search", PageKind::Other, None),
    ("stargazers", PageKind::Other, None),
    ("watchers", PageKind::Other, None),
    ("forks", PageKind::Other, None),
    ("activity", PageKind::Other, None),
    ("contributors", PageKind::Other, None),
    ("codespaces", PageKind::Other, None),
    ("community", PageKind::Other, None),
];

/// Pages of GitLab, after `/-/` or, in old links, directly after the project. No project can have these names. [gl-names]
const GITLAB_PAGES: [Word; 27] = [
    ("tree", PageKind::Files, Some(1)),
    ("blob", PageKind::Files, Some(1)),
    ("raw", PageKind::Files, Some(1)),
    ("edit", PageKind::Files, Some(1)),
    ("blame", PageKind::Files, Some(1)),
    ("commits", PageKind::Files, Some(1)),
    ("new", PageKind::Files, Some(1)),
    ("create", PageKind::Files, Some(1)),
    ("create_dir", PageKind::Files, Some(1)),
    ("find_file", PageKind::Files, Some(1)),
    ("update", PageKind::Files, Some(1)),
    ("preview", PageKind::Files, Some(1)),
    ("refs", PageKind::Files, Some(1)),
    ("files", PageKind::Files, None),
    ("commit", PageKind::Commit, Some(1)),
    ("merge_requests", PageKind::PullRequest, None),
    ("compare", PageKind::PullRequest, None),
    ("issues", PageKind::Issues, None),
    ("work_items", PageKind::Issues, None),
    ("tags", PageKind::Releases, None),
    ("releases", PageKind::Releases, None),
    ("branches", PageKind::Releases, None),
    ("wikis", PageKind::Wiki, None),
    ("archive", PageKind::Archive, Some(1)),
    ("repository", PageKind::Archive, None),
    ("pipelines", PageKind::Other, None),
    ("badges", PageKind::Other, None),
];

/// Words in old GitLab links without `/-/` that cannot be project names.
const GITLAB_RESERVED: [&str; 21] = [
    "-",
    "badges",
    "blame",
    "blob",
    "builds",
    "commits",
    "create",
    "create_dir",
    "edit",
    "files",
    "find_file",
    "new",
    "preview",
    "raw",
    "refs",
    "tree",
    "update",
    "wikis",
    "merge_requests",
    "repository",
    "issues",
];

/// Pages of Bitbucket Cloud: the interface itself.
const BITBUCKET_PAGES: [Word; 15] = [
    ("src", PageKind::Files, Some(1)),
    ("raw", PageKind::Files, Some(1)),
    ("annotate", PageKind::Files, Some(1)),
    ("history-node", PageKind::Files, Some(1)),
    ("commits", PageKind::Commit, Some(1)),
    ("branch", PageKind::Releases, Some(1)),
    ("branches", PageKind::Releases, None),
    ("pull-requests", PageKind::PullRequest, None),
    ("issues", PageKind::Issues, None),
    ("wiki", PageKind::Wiki, None),
    ("downloads", PageKind::Releases, None),
    ("get", PageKind::Archive, None),
    ("pipelines", PageKind::Other, None),
    ("admin", PageKind::Other, None),
    ("overview", PageKind::Other, None),
];

/// Pages of Gitea and Forgejo; after most words another one gives the kind of reference: `src/branch/main`.
/// [gitea]
const GITEA_PAGES: [Word; 19] = [
    ("src", PageKind::Files, Some(2)),
    ("raw", PageKind::Files, Some(2)),
    ("media", PageKind::Files, Some(2)),
    ("blame", PageKind::Files, Some(2)),
    ("commits", PageKind::Files, Some(2)),
    ("commit", PageKind::Commit, Some(1)),
    ("pulls", PageKind::PullRequest, None),
    ("compare", PageKind::PullRequest, None),
    ("issues", PageKind::Issues, None),
    ("milestones", PageKind::Issues, None),
    ("releases", PageKind::Releases, None),
    ("tags", PageKind::Releases, None),
    ("branches", PageKind::Releases, None),
    ("wiki", PageKind::Wiki, None),
    ("archive", PageKind::Archive, None),
    ("actions", PageKind::Other, None),
    ("projects", PageKind::Other, None),
    ("packages", PageKind::Other, None),
    ("activity", PageKind::Other, None),
];

/// Pages of git.sr.ht. [srht]
const SOURCEHUT_PAGES: [Word; 8] = [
    ("tree", PageKind::Files, Some(1)),
    ("blob", PageKind::Files, Some(1)),
    ("blame", PageKind::Files, Some(1)),
    ("log", PageKind::Files, Some(1)),
    ("item", PageKind::Files, Some(1)),
    ("commit", PageKind::Commit, Some(1)),
    ("refs", PageKind::Releases, None),
    ("archive", PageKind::Archive, None),
];

/// Pages of Azure Repos, after the repository. [az-url]
const AZURE_PAGES: [Word; 5] = [
    ("commit", PageKind::Commit, Some(1)),
    ("commits", PageKind::Files, None),
    ("pullrequest", PageKind::PullRequest, None),
    ("pullrequests", PageKind::PullRequest, None),
    ("branches", PageKind::Releases, None),
];

/// First parts of GitHub paths that belong to the site, not to an account. [gh-limits]
const GITHUB_RESERVED_OWNERS: [&str; 30] = [
    "about",
    "account",
    "apps",
    "codespaces",
    "collections",
    "contact",
    "customer-stories",
    "dashboard",
    "enterprise",
    "enterprises",
    "explore",
    "features",
    "issues",
    "join",
    "login",
    "marketplace",
    "new",
    "notifications",
    "orgs",
    "organizations",
    "pricing",
    "pulls",
    "search",
    "security",
    "settings",
    "site",
    "sponsors",
    "stars",
    "topics",
    "trending",
];

/// A defect in the name of an owner or a repository, by the rules of its forge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameDefect {
    /// A character that the forge does not allow.
    Character,
    /// Longer than the forge allows.
    TooLong,
    /// The name begins with a character that is not allowed there.
    Start,
    /// The name ends with a character that is not allowed there.
    End,
    /// A name that the forge reserves for itself.
    Reserved,
    /// A name that today's rules forbid, but that older accounts may have.
    OldStyle,
}

/// Checks an owner's name, which is everything before the repository, including subgroups on GitLab.
pub fn owner_defect(forge: Forge, owner: &str) -> Option<NameDefect> {
    match forge {
        Forge::GitHub => github_owner_defect(owner),
        Forge::GitLab => owner.split('/').find_map(gitlab_slug_defect),
        _ => None,
    }
}

/// Checks a repository's name, without `.git`.
pub fn repository_defect(forge: Forge, repository: &str) -> Option<NameDefect> {
    match forge {
        Forge::GitHub => github_repository_defect(repository),
        Forge::GitLab if GITLAB_RESERVED.contains(&repository) => Some(NameDefect::Reserved),
        Forge::GitLab => gitlab_slug_defect(repository),
        _ => None,
    }
}

/// At most 39 characters: letters, digits and single inner hyphens. Old accounts may end in a hyphen or
/// contain two in a row; those of managed users contain an underscore. [gh-limits]
fn github_owner_defect(owner: &str) -> Option<NameDefect> {
    let bytes = owner.as_bytes();
    let (mut before, mut is_old) = (b'a', bytes.last() == Some(&b'-'));
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => {}
            b'-' => is_old |= before == b'-',
            b'_' => is_old = true,
            _ => return Some(NameDefect::Character),
        }
        before = *byte;
    }
    if bytes.len() > 39 {
        return Some(NameDefect::TooLong);
    }
    if bytes.first() == Some(&b'-') {
        return Some(NameDefect::Start);
    }
    if GITHUB_RESERVED_OWNERS.contains(&owner) {
        return Some(NameDefect::Reserved);
    }
    is_old.then_some(NameDefect::OldStyle)
}

/// At most 100 of letters, digits, `.`, `_`, `-`; not `.wiki` at the end. [gh-names]
fn github_repository_defect(repository: &str) -> Option<NameDefect> {
    let bytes = repository.as_bytes();
    if !bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        return Some(NameDefect::Character);
    }
    (bytes.len() > 100).then_some(NameDefect::TooLong)
}

/// At most 255 characters: letters, digits, `_`, `.`, `-`, beginning and ending with a letter or digit,
/// without two adjacent special characters, not ending in `.git` or `.atom`. Older slugs may break all rules
/// but the first and the last. [gl-names]
fn gitlab_slug_defect(slug: &str) -> Option<NameDefect> {
    let bytes = slug.as_bytes();
    if !bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        return Some(NameDefect::Character);
    }
    if bytes.len() > 255 {
        return Some(NameDefect::TooLong);
    }
    let special = |b: &u8| !b.is_ascii_alphanumeric();
    let edges = bytes.first().is_some_and(special) || bytes.last().is_some_and(special);
    let doubled = bytes.windows(2).any(|pair| special(&pair[0]) && special(&pair[1]));
    let feed = bytes.ends_with(b".git") || bytes.ends_with(b".atom");
    (edges || doubled || feed).then_some(NameDefect::OldStyle)
}

/// The known host that has this name or alias.
pub(super) fn find(host: &[u8]) -> Option<&'static KnownHost> {
    // Most hosts are written under the name for cloning.
    let usual = KNOWN.iter().find(|known| known.web.as_bytes() == host);
    usual.or_else(|| find_in_any_case(host))
}

fn find_in_any_case(host: &[u8]) -> Option<&'static KnownHost> {
    KNOWN.iter().find(|known| {
        let is = |name: &str| name.len() == host.len() && name.as_bytes().eq_ignore_ascii_case(host);
        is(known.web)
            || is(known.ssh)
            || known.alternate.is_some_and(|(name, _)| is(name))
            || known.aliases.iter().any(|name| is(name))
    })
}

/// Domains below which forges publish pages of users: docs.github.com, "GitHub Pages"; docs.gitlab.com, "GitLab Pages";
/// support.atlassian.com, "Publishing a website on Bitbucket Cloud"; codeberg.page; srht.site.
const PAGE_DOMAINS: [&str; 5] = ["github.io", "gitlab.io", "bitbucket.io", "codeberg.page", "srht.site"];

/// The forge of a host that is not known by name, judged by its first label or by its address at Azure.
pub(super) fn forge_by_label(host: &[u8]) -> Forge {
    if is_visual_studio(host) {
        return Forge::Azure;
    }
    if is_below(host, "ghe.com") {
        return Forge::GitHub;
    }
    if PAGE_DOMAINS.iter().any(|domain| is_below(host, domain)) || host.eq_ignore_ascii_case(b"vscode.dev") {
        return Forge::NoGit;
    }
    // `gitlab.acme.com` is a server of Acme's; `gitlab.acme` could be anything, and `github.com.acme.com`
    // does not belong to GitHub.
    let (Some(dot), Some(last)) =
        (host.iter().position(|b| *b == b'.'), host.iter().rposition(|b| *b == b'.'))
    else {
        return Forge::Unknown;
    };
    if dot == last || !can_be_top_level_domain(&host[last + 1..]) || after_known_name(host).is_some() {
        return Forge::Unknown;
    }
    let label = &host[..dot];
    let named = |(name, _): &&(&str, Forge)| label.eq_ignore_ascii_case(name.as_bytes());
    SELF_HOSTED.iter().find(named).map_or(Forge::Unknown, |(_, forge)| *forge)
}

/// The known host whose name is a prefix of a longer one, such as `github.com-work`, and the rest.
fn after_known_name(host: &[u8]) -> Option<(&'static KnownHost, &[u8])> {
    KNOWN.iter().find_map(|known| {
        let (head, rest) = host.split_at_checked(known.web.len())?;
        let goes_on = !rest.is_empty() && !rest[0].is_ascii_alphabetic();
        (goes_on && head.eq_ignore_ascii_case(known.web.as_bytes())).then_some((known, rest))
    })
}

/// Returns the known host that a wrong name stands for:
///
/// - a name of an ssh configuration, `github.com-work`, or `github-work` where only ssh is used;
/// - `git.github.com`, which is `git@github.com` with the wrong key pressed;
/// - one with a slip in it: `githb.com`, `github.con`.
pub(super) fn meant_host(host: &str, over_ssh: bool) -> Option<&'static str> {
    let bytes = host.as_bytes();
    if find(bytes).is_some() {
        return None;
    }
    let find_web =
        |name: &str| KNOWN.iter().map(|known| known.web).find(|web| name.eq_ignore_ascii_case(web));
    match Reach::of(host) {
        Reach::NoTopLevelDomain | Reach::SingleLabel => {
            let known = after_known_name(bytes).filter(|(_, rest)| !rest.contains(&b'.'));
            let alias = || (over_ssh && is_github_alias(host)).then_some("github.com");
            known.map(|(known, _)| known.web).or_else(alias)
        }
        Reach::Public => {
            let after_git = host.get(..4).filter(|start| start.eq_ignore_ascii_case("git."));
            let typed = after_git.and_then(|start| find_web(&host[start.len()..]));
            typed.or_else(|| {
                let name = FORGE_NAMES.into_iter().find(|name| is_one_slip(bytes, name.as_bytes()))?;
                find(name.as_bytes()).map(|known| known.web)
            })
        }
        _ => None,
    }
}

/// `github-work`, `github`, `gh.work1`: guides to using multiple GitHub accounts name hosts like this.
fn is_github_alias(host: &str) -> bool {
    let word = host.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
    ["github", "gh"].iter().any(|name| word.eq_ignore_ascii_case(name))
}

/// `organization.visualstudio.com`, the older address of Azure Repos; `organization.pkgs.visualstudio.com`
/// serves packages. [az-url]
pub(super) fn is_visual_studio(host: &[u8]) -> bool {
    is_below(host, "visualstudio.com")
        && host.split(|byte| *byte == b'.').count() == 3
        && !host.eq_ignore_ascii_case(b"vs-ssh.visualstudio.com")
}

/// The user that ssh logs in with; `None` if each person has another one.
///
/// Enterprises at `ghe.com` have their own name as the user [gh-data]; the users of CodeCommit, of Google's hosts and of
/// Gerrit, which listens on port 29418, are people. [codecommit] [gerrit]
pub(crate) fn ssh_user(host: &str, port: Option<u16>) -> Option<&str> {
    const GERRIT: u16 = 29418;
    let bytes = host.as_bytes();
    if let Some(user) = organization_user(host) {
        return Some(user);
    }
    let is_personal = is_codecommit(bytes)
        || is_below(bytes, "googlesource.com")
        || bytes.eq_ignore_ascii_case(b"source.developers.google.com")
        || port == Some(GERRIT);
    (!is_personal).then_some("git")
}

/// Returns true for `git-codecommit.REGION.amazonaws.com`. [codecommit]
pub(crate) fn is_codecommit(host: &[u8]) -> bool {
    host.get(..14).is_some_and(|start| start.eq_ignore_ascii_case(b"git-codecommit"))
        && (is_below(host, "amazonaws.com") || is_below(host, "amazonaws.com.cn"))
}

/// The only user that ssh can log in with, at a host that has one other than `git` for everyone; see
/// [`ssh_user`].
pub(crate) fn organization_user(host: &str) -> Option<&str> {
    is_below(host.as_bytes(), "ghe.com").then(|| host.split('.').next()).flatten()
}

/// The path that Azure Repos uses for a transport, if this is the path for the other one or lacks its `v3`.
/// [az-url]
pub(super) fn azure_path(path: &str, transport: Transport) -> Option<String> {
    let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
    let is_name = |part: &str| !part.starts_with('_') && part != "v3" && part != "DefaultCollection";
    let (organization, project, repository) = match (transport, &parts[..]) {
        (
            Transport::Ssh,
            [organization, project, "_git", repository] | [organization, project, repository],
        ) if *project != "_git" => (organization, project, repository),
        (Transport::Ssh, [organization, "_git", repository]) => (organization, repository, repository),
        (Transport::Https, ["v3", organization, project, repository]) => (organization, project, repository),
        _ => return None,
    };
    if ![organization, project, repository].iter().all(|part| is_name(part)) {
        return None;
    }
    let slash = if path.starts_with('/') { "/" } else { "" };
    Some(match transport {
        Transport::Ssh => format!("{slash}v3/{organization}/{project}/{repository}"),
        _ => format!("/{organization}/{project}/_git/{repository}"),
    })
}

/// Returns true if a host is below a domain.
fn is_below(host: &[u8], domain: &str) -> bool {
    let Some(dot) = host.len().checked_sub(domain.len() + 1) else { return false };
    dot > 0 && host[dot] == b'.' && host[dot + 1..].eq_ignore_ascii_case(domain.as_bytes())
}

/// The parts of a path between slashes. Parts beyond [`Parts::MOST`] are counted but not kept.
pub(super) struct Parts {
    at: [Span; Self::MOST],
    count: usize,
}

impl Parts {
    /// GitLab allows at most 20 nested groups. [gl-names]
    const MOST: usize = 24;

    /// Splits `path`, which begins at byte `offset` of the text. Slashes at both ends are ignored.
    pub(super) fn of(path: &[u8], offset: usize) -> Self {
        let mut parts = Self { at: [Span::at(0); Self::MOST], count: 0 };
        let mut start = 0;
        for (index, byte) in path.iter().enumerate() {
            if *byte == b'/' {
                parts.push(start, index, offset);
                start = index + 1;
            }
        }
        parts.push(start, path.len(), offset);
        parts
    }

    fn push(&mut self, start: usize, end: usize, offset: usize) {
        if start == end {
            return;
        }
        if let Some(slot) = self.at.get_mut(self.count) {
            *slot = Span::new(start + offset, end + offset);
        }
        self.count += 1;
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn get(&self, index: usize) -> Option<Span> {
        if index < self.count { self.at.get(index).copied() } else { None }
    }

    fn position(&self, from: usize, mut wanted: impl FnMut(Span) -> bool) -> Option<usize> {
        (from..self.count.min(Self::MOST)).find(|index| wanted(self.at[*index]))
    }
}

/// The place of the repository in a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RepositoryPlace {
    pub owner: Option<Span>,
    /// Without `.git` and without a slash at the end.
    pub repository: Option<Span>,
    /// The text after the repository that is not part of its address.
    pub extra: Option<Span>,
    /// The web page that the extra part or the whole path shows.
    pub page: Option<Page>,
}

/// Finds the owner and the repository in a path, by the shapes of the forge. For an unknown forge the
/// distinctive shapes (`/scm/`, `/_git/`, `/-/`) are tried first; otherwise the last part is the repository.
pub(super) fn locate(text: &[u8], forge: Forge, over_ssh: bool, path: Span) -> RepositoryPlace {
    let parts = Parts::of(path.of(text), path.start as usize);
    let is = |index: usize, word: &str| parts.get(index).is_some_and(|span| span.of(text) == word.as_bytes());
    match forge {
        Forge::GitHub => two_parts(text, &parts, &GITHUB_PAGES, 0),
        Forge::Gitea => two_parts(text, &parts, &GITEA_PAGES, 0),
        Forge::Bitbucket => two_parts(text, &parts, &BITBUCKET_PAGES, 0),
        Forge::Sourcehut => two_parts(text, &parts, &SOURCEHUT_PAGES, 0),
        Forge::GitLab => nested(text, &parts),
        Forge::Azure => azure(text, &parts, over_ssh),
        Forge::BitbucketServer => bitbucket_server(text, &parts, over_ssh),
        Forge::Gist | Forge::NoGit => RepositoryPlace::default(),
        Forge::Unknown => {
            if parts.position(0, |span| span.of(text) == b"_git").is_some() {
                azure(text, &parts, over_ssh)
            } else if is(0, "scm") && parts.len() == 3
                || (is(0, "projects") || is(0, "users")) && is(2, "repos")
            {
                bitbucket_server(text, &parts, over_ssh)
            } else if is(2, "src") && (is(3, "branch") || is(3, "tag") || is(3, "commit")) {
                two_parts(text, &parts, &GITEA_PAGES, 0)
            } else if parts.get(0).is_some_and(|first| first.of(text).starts_with(b"~")) {
                RepositoryPlace::default() // a home directory
            } else {
                nested(text, &parts)
            }
        }
    }
}

/// `owner/repository`, from part `from` on.
fn two_parts(text: &[u8], parts: &Parts, pages: &[Word], from: usize) -> RepositoryPlace {
    let (Some(owner), Some(repository)) = (parts.get(from), parts.get(from + 1)) else {
        return RepositoryPlace::default();
    };
    let mut located = RepositoryPlace {
        owner: Some(owner),
        repository: name(text, repository),
        ..RepositoryPlace::default()
    };
    located.add_extra(text, parts, from + 2, pages);
    located
}

/// `group/subgroup/…/project`; a page begins at `/-/` or, in old links, at a word that cannot be a project
/// name.
fn nested(text: &[u8], parts: &Parts) -> RepositoryPlace {
    let is = |index: usize, word: &[u8]| parts.get(index).is_some_and(|span| span.of(text) == word);
    if is(0, b"api") && is(1, b"v4") {
        return RepositoryPlace::default(); // No group is called `api`. [gl-names]
    }
    let dash = parts.position(1, |span| span.of(text) == b"-");
    let old =
        || parts.position(2, |span| GITLAB_RESERVED.iter().any(|word| word.as_bytes() == span.of(text)));
    let Some(end) = dash.or_else(old) else {
        let (Some(first), Some(last)) = (parts.get(0), parts.get(parts.len().wrapping_sub(1))) else {
            return RepositoryPlace::default();
        };
        return match parts.get(parts.len().wrapping_sub(2)) {
            Some(before) => RepositoryPlace {
                owner: Some(first.to(before)),
                repository: name(text, last),
                ..RepositoryPlace::default()
            },
            None => RepositoryPlace::default(),
        };
    };
    let word = if dash.is_some() { end + 1 } else { end };
    let page = find_page(text, parts, word, &GITLAB_PAGES)
        .unwrap_or(Page { kind: PageKind::Other, reference: None });
    let extra = parts.get(end).map(|span| Span { start: span.start, end: parts.end() });
    let (owner, repository) = match (parts.get(0), parts.get(end.wrapping_sub(2)), parts.get(end - 1)) {
        (Some(first), Some(before), Some(last)) if end >= 2 => (Some(first.to(before)), name(text, last)),
        _ => (None, None), // `group/-/…` is a page of the group
    };
    RepositoryPlace { owner, repository, extra, page: Some(page) }
}

/// `organization/project/_git/repository`; over ssh `v3/organization/project/repository`. Without a project,
/// the project has the repository's name. `DefaultCollection` may precede the project; a final `.git` is part
/// of the name. [az-url]
fn azure(text: &[u8], parts: &Parts, over_ssh: bool) -> RepositoryPlace {
    let is = |index: usize, word: &[u8]| parts.get(index).is_some_and(|span| span.of(text) == word);
    if over_ssh && is(0, b"v3") {
        let (Some(organization), Some(project), Some(repository), 4) =
            (parts.get(1), parts.get(2), parts.get(3), parts.len())
        else {
            return RepositoryPlace::default();
        };
        let owner = Some(organization.to(project));
        return RepositoryPlace { owner, repository: Some(repository), ..RepositoryPlace::default() };
    }
    let Some(marker) = parts.position(0, |span| span.of(text) == b"_git") else {
        return RepositoryPlace::default();
    };
    let Some(repository) = parts.get(marker + 1) else { return RepositoryPlace::default() };
    let owner = match (parts.get(0), parts.get(marker.wrapping_sub(1))) {
        (Some(first), Some(last)) if marker > 0 => Some(first.to(last)),
        _ => None,
    };
    let mut located = RepositoryPlace { owner, repository: Some(repository), ..RepositoryPlace::default() };
    located.add_extra(text, parts, marker + 2, &AZURE_PAGES);
    located
}

/// `scm/project/repository` over https, `project/repository` over ssh, `projects/P/repos/r/…` in the browser;
/// `users/u` there is project `~u`. [bbs-url]
fn bitbucket_server(text: &[u8], parts: &Parts, over_ssh: bool) -> RepositoryPlace {
    let is = |index: usize, word: &[u8]| parts.get(index).is_some_and(|span| span.of(text) == word);
    if over_ssh {
        return two_parts(text, parts, &[], 0);
    }
    if let Some(scm) = parts.position(0, |span| span.of(text) == b"scm") {
        return two_parts(text, parts, &[], scm + 1);
    }
    if (is(0, b"projects") || is(0, b"users")) && is(2, b"repos") {
        let kind =
            if parts.len() > 4 && is(4, b"pull-requests") { PageKind::PullRequest } else { PageKind::Files };
        return RepositoryPlace {
            owner: parts.get(1),
            repository: parts.get(3),
            extra: parts.get(3).map(|span| Span { start: span.end, end: parts.end().max(span.end) }),
            page: Some(Page { kind, reference: None }),
        };
    }
    two_parts(text, parts, &[], 0)
}

impl Parts {
    fn end(&self) -> u32 {
        self.get(self.count.min(Self::MOST).wrapping_sub(1)).map_or(0, |span| span.end)
    }
}

impl RepositoryPlace {
    fn add_extra(&mut self, text: &[u8], parts: &Parts, from: usize, pages: &[Word]) {
        let Some(first) = parts.get(from) else { return };
        self.extra = Some(Span { start: first.start, end: parts.end() });
        self.page = find_page(text, parts, from, pages);
    }
}

fn find_page(text: &[u8], parts: &Parts, index: usize, pages: &[Word]) -> Option<Page> {
    let word = parts.get(index)?.of(text);
    let (_, kind, after) = pages.iter().find(|(name, ..)| name.as_bytes() == word)?;
    Some(Page { kind: *kind, reference: after.and_then(|after| parts.get(index + after)) })
}

/// A repository's name without a final `.git`; `None` if nothing remains.
fn name(text: &[u8], part: Span) -> Option<Span> {
    let bytes = part.of(text);
    let length = bytes.strip_suffix(b".git").unwrap_or(bytes).len();
    (length > 0).then(|| Span { start: part.start, end: part.start + length as u32 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn located(forge: Forge, over_ssh: bool, path: &str) -> (String, String, Option<PageKind>, String) {
        let text = path.as_bytes();
        let found = locate(text, forge, over_ssh, Span::new(0, text.len()));
        let show = |span: Option<Span>| span.and_then(|span| span.str(text)).unwrap_or("-").to_owned();
        let reference = found.page.and_then(|page| page.reference);
        (show(found.owner), show(found.repository), found.page.map(|page| page.kind), show(reference))
    }

    #[test]
    fn repositories_and_pages_are_found() {
        use PageKind::*;
        for (forge, ssh, path, owner, repository, page, reference) in [
            (Forge::GitHub, false, "/o/r", "o", "r", None, "-"),
            (Forge::GitHub, false, "/o/r.git", "o", "r", None, "-"),
            (Forge::GitHub, true, "o/r.git/", "o", "r", None, "-"),
            (Forge::GitHub, false, "/o", "-", "-", None, "-"),
            (Forge::GitHub, false, "/o/.git", "o", "-", None, "-"),
            (Forge::GitHub, false, "/o/r/tree/main/sub", "o", "r", Some(Files), "main"),
            (Forge::GitHub, false, "/o/r/pull/7", "o", "r", Some(PullRequest), "-"),
            (Forge::GitHub, false, "/o/r/x", "o", "r", None, "-"),
            (Forge::GitLab, false, "/g/p", "g", "p", None, "-"),
            (Forge::GitLab, false, "/g/s/t/p.git", "g/s/t", "p", None, "-"),
            (Forge::GitLab, false, "/g/s/p/-/tree/main", "g/s", "p", Some(Files), "main"),
            (Forge::GitLab, false, "/g/p/blob/main/x", "g", "p", Some(Files), "main"),
            (Forge::GitLab, false, "/g/-/milestones", "-", "-", Some(Other), "-"),
            (Forge::Bitbucket, false, "/o/r/src/main/x", "o", "r", Some(Files), "main"),
            (Forge::BitbucketServer, false, "/scm/P/r.git", "P", "r", None, "-"),
            (Forge::BitbucketServer, true, "/P/r.git", "P", "r", None, "-"),
            (Forge::BitbucketServer, false, "/projects/P/repos/r/browse", "P", "r", Some(Files), "-"),
            (Forge::Azure, false, "/o/p/_git/r", "o/p", "r", None, "-"),
            (Forge::Azure, false, "/o/_git/r", "o", "r", None, "-"),
            (Forge::Azure, true, "v3/o/p/r", "o/p", "r", None, "-"),
            (Forge::Azure, false, "/o/p/_git/r.git", "o/p", "r.git", None, "-"),
            (Forge::Azure, true, "v3/o/p/r.git", "o/p", "r.git", None, "-"),
            (Forge::GitLab, false, "/api/v4/projects/1/repository/archive", "-", "-", None, "-"),
            (Forge::Gitea, false, "/o/r/src/branch/main/x", "o", "r", Some(Files), "main"),
            (Forge::Sourcehut, false, "/~u/r", "~u", "r", None, "-"),
            (Forge::Sourcehut, true, "~u/r", "~u", "r", None, "-"),
            (Forge::Unknown, false, "/a/b/c.git", "a/b", "c", None, "-"),
            (Forge::Unknown, false, "/c.git", "-", "-", None, "-"),
            (Forge::Unknown, true, "~u/c", "-", "-", None, "-"),
            (Forge::Unknown, false, "/scm/P/r.git", "P", "r", None, "-"),
            (Forge::Unknown, false, "/o/p/_git/r", "o/p", "r", None, "-"),
            (Forge::Unknown, false, "/projects/P/repos/r/browse", "P", "r", Some(Files), "-"),
            (Forge::Unknown, false, "/users/u/repos/r", "u", "r", Some(Files), "-"),
            (Forge::Unknown, false, "/projects/a/b", "projects/a", "b", None, "-"),
        ] {
            let expected = (owner.to_owned(), repository.to_owned(), page, reference.to_owned());
            assert_eq!(located(forge, ssh, path), expected, "{path}");
        }
    }

    #[test]
    fn names_follow_the_rules_of_their_forge() {
        for (forge, owner, expected) in [
            (Forge::GitHub, "acme", None),
            (Forge::GitHub, "acme-", Some(NameDefect::OldStyle)),
            (Forge::GitHub, "name_acme", Some(NameDefect::OldStyle)),
            (Forge::GitHub, "-acme", Some(NameDefect::Start)),
            (Forge::GitHub, "ac.me", Some(NameDefect::Character)),
            (Forge::GitHub, "orgs", Some(NameDefect::Reserved)),
            (Forge::GitHub, "a123456789012345678901234567890123456789", Some(NameDefect::TooLong)),
            (Forge::GitLab, "group/sub.group", None),
            (Forge::GitLab, "group/_sub", Some(NameDefect::OldStyle)),
            (Forge::Unknown, "any thing", None),
        ] {
            assert_eq!(owner_defect(forge, owner), expected, "{owner}");
        }
        assert_eq!(repository_defect(Forge::GitHub, "my.app_1-x"), None);
        assert_eq!(repository_defect(Forge::GitHub, "my+app"), Some(NameDefect::Character));
        assert_eq!(repository_defect(Forge::GitLab, "tree"), Some(NameDefect::Reserved));
        assert_eq!(repository_defect(Forge::GitLab, &"r".repeat(255)), None);
        assert_eq!(repository_defect(Forge::GitLab, &"r".repeat(256)), Some(NameDefect::TooLong));
    }

    #[test]
    fn a_wrong_name_stands_for_a_known_host() {
        for (host, over_ssh, expected) in [
            ("github.com-work", true, Some("github.com")),
            ("github.com-work", false, Some("github.com")),
            ("GitHub.com_work", true, Some("github.com")),
            ("github.com1", true, Some("github.com")),
            ("gitlab.com-2", true, Some("gitlab.com")),
            ("bitbucket.org-acme", true, Some("bitbucket.org")),
            ("github-work", true, Some("github.com")),
            ("github-work", false, None),
            ("github", true, Some("github.com")),
            ("gh.personal1", true, Some("github.com")),
            ("gitlab-work", true, None),
            ("githubwork", true, None),
            ("git.acme.com-work", true, None),
            ("git.github.com", true, Some("github.com")),
            ("git.acme.com", true, None),
            ("githb.com", false, Some("github.com")),
            ("github.con", false, Some("github.com")),
            ("gihtub.com", false, Some("github.com")),
            ("gitlab.cm", false, Some("gitlab.com")),
            ("bitbuket.org", false, Some("bitbucket.org")),
            ("ww.github.com", false, Some("github.com")),
            ("github.com", false, None),
            ("ssh.github.com", true, None),
            ("github.acme.com", false, None),
            ("gitee.com", false, None),
        ] {
            assert_eq!(meant_host(host, over_ssh), expected, "{host}");
        }
    }

    #[test]
    fn hosts_are_recognized_by_any_of_their_names() {
        for (host, expected) in [
            ("github.com", Forge::GitHub),
            ("GitHub.com", Forge::GitHub),
            ("ssh.github.com", Forge::GitHub),
            ("altssh.gitlab.com", Forge::GitLab),
            ("gitlab.gnome.org", Forge::GitLab),
            ("acme.visualstudio.com", Forge::Azure),
            ("ssh.dev.azure.com", Forge::Azure),
            ("vs-ssh.visualstudio.com", Forge::Azure),
            ("acme.pkgs.visualstudio.com", Forge::Unknown),
            ("acme.ghe.com", Forge::GitHub),
            ("github.dev", Forge::NoGit),
            ("acme.github.io", Forge::NoGit),
            ("vscode.dev", Forge::NoGit),
            ("acme.gitlab.io", Forge::NoGit),
            ("acme.codeberg.page", Forge::NoGit),
            ("raw.githubusercontent.com", Forge::NoGit),
            ("git.example.com", Forge::Unknown),
            ("gitlab", Forge::Unknown),
            ("github.com-work", Forge::Unknown),
            ("github.acme.com-work", Forge::Unknown),
            ("github.acme", Forge::Unknown),
            ("github.con", Forge::Unknown),
            ("github.com.acme.com", Forge::Unknown),
            ("github.acme.com", Forge::GitHub),
        ] {
            let host = host.as_bytes();
            let forge = find(host).map_or_else(|| forge_by_label(host), |known| known.forge);
            assert_eq!(forge, expected, "{}", String::from_utf8_lossy(host));
        }
    }
}
