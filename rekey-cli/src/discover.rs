//! What can be found in a checkout. Nothing outside of it is looked at.

use std::path::{Path, PathBuf};

use rekey_core::Span;

use crate::{
    git_config::{Remote, remotes},
    read::{self, Kind},
};

/// The git URL of a checkout.
pub(crate) struct FoundUrl {
    /// The file that holds it, as the user knows it.
    pub(crate) name: String,
    /// That file's content.
    pub(crate) document: Vec<u8>,
    /// The URL, without a CI job's token.
    pub(crate) url: String,
    /// Where the URL stands in the document, token and all.
    pub(crate) span: Span,
    /// Whose token was left out.
    pub(crate) token: Option<&'static str>,
}

/// The names that a Dockerfile has unless it is told otherwise, the likelier first.
const DOCKERFILES: &[&str] = &["Dockerfile", "Containerfile"];

/// Users under which CI systems clone with a job's token. Sources: GitLab "CI/CD job token", GitHub
/// "Authenticating as a GitHub App installation", Bitbucket Cloud "Repository access tokens".
const CI_USERS: &[&str] = &["gitlab-ci-token", "x-access-token", "x-token-auth"];

/// The name of the Dockerfile in a folder.
pub(crate) fn dockerfile(folder: &Path) -> Option<&'static str> {
    DOCKERFILES.iter().find(|name| folder.join(name).is_file()).copied()
}

/// The URL of `origin`, else of the only remote.
pub(crate) fn git_url(base: &Path) -> Option<FoundUrl> {
    let path = config_path(base)?;
    let name = path.to_string_lossy().into_owned();
    let document = read::file(&path, &name, Kind::Config).ok()?;
    let remotes = remotes(std::str::from_utf8(&document).ok()?);
    let origin = remotes.iter().find(|remote| remote.name == "origin");
    let only = || <&[Remote; 1]>::try_from(remotes.as_slice()).ok().map(|[only]| only);
    let Remote { url, span, .. } = origin.or_else(only)?.clone();
    let (url, token) = without_token(url);
    Some(FoundUrl { name, document, url, span, token })
}

/// The configuration of the repository whose work tree `base` is; a worktree's or submodule's `.git` is followed.
fn config_path(base: &Path) -> Option<PathBuf> {
    let dot_git = if base == Path::new(".") { PathBuf::from(".git") } else { base.join(".git") };
    if dot_git.is_dir() {
        return Some(dot_git.join("config"));
    }
    let folder = base.join(line(&dot_git)?.strip_prefix("gitdir:")?.trim());
    let common = line(&folder.join("commondir")).map(|common| folder.join(common.trim()));
    Some(common.unwrap_or(folder).join("config"))
}

/// The first line of a small file.
fn line(path: &Path) -> Option<String> {
    let bytes = read::file(path, "", Kind::Config).ok()?;
    std::str::from_utf8(&bytes).ok()?.lines().next().map(str::to_owned)
}

/// The URL without the user info by which a CI job cloned, and whose it was.
fn without_token(url: String) -> (String, Option<&'static str>) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url, None) };
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let Some((info, _)) = authority.rsplit_once('@') else { return (url, None) };
    let user = info.split(':').next().unwrap_or(info);
    match CI_USERS.iter().find(|ci| **ci == user) {
        Some(ci) => (format!("{scheme}://{}", &rest[info.len() + 1..]), Some(ci)),
        None => (url, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_ci_jobs_token_is_left_out() {
        let table = [
            ("https://gitlab-ci-token:T@gitlab.com/a/b", "https://gitlab.com/a/b", Some("gitlab-ci-token")),
            ("https://x-access-token:T@github.com/a/b", "https://github.com/a/b", Some("x-access-token")),
            ("https://me:T@github.com/a/b", "https://me:T@github.com/a/b", None),
            ("https://github.com/a/b@c", "https://github.com/a/b@c", None),
            ("git@github.com:a/b", "git@github.com:a/b", None),
        ];
        for (url, expected, token) in table {
            assert_eq!(without_token(url.to_owned()), (expected.to_owned(), token), "{url}");
        }
    }
}
