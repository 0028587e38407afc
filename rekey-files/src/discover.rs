//! The inputs that can be found in a checkout. Nothing outside of it is read, except the repository of a
//! worktree.

use std::path::{Path, PathBuf};

use rekey_core::Span;

use crate::{
    folder::{EntryKind, Folder},
    git_config::{Remote, remotes, work_tree},
    read::{self, Kind, Location, ReadError, Reason},
};

/// The git URL of a checkout.
pub struct FoundUrl {
    /// The path of the file that contains it, as the user knows it.
    pub name: String,
    /// That file's content.
    pub document: Vec<u8>,
    /// The URL, without a CI job's token.
    pub url: String,
    /// The place of the URL in the document, including the token.
    pub span: Span,
    /// The owner of the token that was removed.
    pub token: Option<&'static str>,
}

/// The default names of a Dockerfile, the more common one first.
const DOCKERFILES: &[&str] = &["Dockerfile", "Containerfile"];

/// The users with which CI systems clone with a job's token. Sources: GitLab "CI/CD job token", GitHub
/// "Authenticating as a GitHub App installation", Bitbucket Cloud "Repository access tokens".
const CI_USERS: &[&str] = &["gitlab-ci-token", "x-access-token", "x-token-auth"];

/// The name of the Dockerfile in a folder below another.
pub(crate) fn dockerfile(root: &Folder, folder: &Path) -> Option<&'static str> {
    DOCKERFILES.iter().find(|name| root.has(&folder.join(name))).copied()
}

/// The URL of `origin`, or else of the only remote.
///
/// # Errors
/// Returns an error if the configuration cannot be read, or belongs to another work tree.
pub fn git_url(base: &Path) -> Result<Option<FoundUrl>, ReadError> {
    let Some((folder, path)) = config_path(base)? else { return Ok(None) };
    let whole = if folder.path() == Path::new(".") { path.clone() } else { folder.path().join(&path) };
    let name = whole.to_string_lossy().into_owned();
    let document = match read::file(Location::Below(&folder, &path), &name, Kind::Config) {
        Err(ReadError { reason: Reason::Missing, .. }) => return Ok(None),
        document => document?,
    };
    Ok(url_of(name, document))
}

fn url_of(name: String, document: Vec<u8>) -> Option<FoundUrl> {
    let remotes = remotes(std::str::from_utf8(&document).ok()?);
    let origin = remotes.iter().find(|remote| remote.name == "origin");
    let only = || <&[Remote; 1]>::try_from(remotes.as_slice()).ok().map(|[only]| only);
    let Remote { url, span, .. } = origin.or_else(only)?.clone();
    let (url, token) = without_token(url);
    Some(FoundUrl { name, document, url, span, token })
}

/// The configuration of the repository with the work tree `base`: a folder, and a path below it.
///
/// The `.git` of a worktree or submodule is a file that names a folder outside. It is followed only if that
/// folder names this work tree in turn: the author of a checkout can write the former but not the latter.
fn config_path(base: &Path) -> Result<Option<(Folder, PathBuf)>, ReadError> {
    let (folder, dot_git) = (Folder::new(base), Path::new(".git"));
    let name = read::name(base, ".git");
    match folder.kind(dot_git) {
        Err(Reason::Missing) => return Ok(None),
        Err(reason) => return Err(ReadError::new(name, reason)),
        Ok(EntryKind::Folder) => return Ok(Some((folder, dot_git.join("config")))),
        Ok(_) => {}
    }
    let first = line(&folder, dot_git, &name)?.unwrap_or_default();
    let Some(path) = first.strip_prefix("gitdir:") else { return Ok(None) };
    let path = Path::new(path.trim());
    // From here on everything stays below this folder.
    let (folder, path) = match folder.kind(path) {
        Err(Reason::Outside) => {
            let outside = Folder::new(base.join(path));
            if !is_work_tree_of(&outside, &base.join(dot_git)) {
                return Err(ReadError::new(name, Reason::Form(NOT_ITS_WORK_TREE)));
            }
            let common = line_of(&outside, "commondir");
            let common = common.map_or_else(PathBuf::new, |common| PathBuf::from(common.trim()));
            return Ok(Some((Folder::new(outside.path().join(common)), PathBuf::from("config"))));
        }
        _ => (folder, path),
    };
    let common = line(&folder, &path.join("commondir"), &name)?.unwrap_or_default();
    Ok(Some((folder, path.join(common.trim()).join("config"))))
}

const NOT_ITS_WORK_TREE: &str = "names a repository outside of this directory that does not name this \
                                 directory as its worktree; set the URL in rekey.toml";

/// Returns true if one of git's own folders, `…/worktrees/NAME` or `…/modules/NAME`, belongs to the work tree
/// with this `.git`.
fn is_work_tree_of(folder: &Folder, dot_git: &Path) -> bool {
    let path = folder.path();
    let worktree = || Some(path.join(line_of(folder, "gitdir")?.trim()));
    let module = || {
        let config = read::file(Location::Below(folder, Path::new("config")), "", Kind::Config).ok()?;
        Some(path.join(work_tree(std::str::from_utf8(&config).ok()?)?).join(".git"))
    };
    let named = if path.parent().is_some_and(|parent| parent.ends_with("worktrees")) {
        worktree()
    } else if path.iter().any(|part| part == "modules") {
        module()
    } else {
        None
    };
    let real = |path: PathBuf| path.canonicalize().ok();
    named.and_then(real).is_some_and(|named| Some(named) == real(dot_git.to_owned()))
}

/// The first line of a small file; `None` if there is no such file.
fn line(folder: &Folder, path: &Path, name: &str) -> Result<Option<String>, ReadError> {
    match read::file(Location::Below(folder, path), name, Kind::Config) {
        Err(ReadError { reason: Reason::Missing, .. }) => Ok(None),
        bytes => {
            Ok(std::str::from_utf8(&bytes?).ok().and_then(|text| text.lines().next()).map(str::to_owned))
        }
    }
}

fn line_of(folder: &Folder, path: &str) -> Option<String> {
    line(folder, Path::new(path), "").ok().flatten()
}

/// The URL without the user info of a CI job, and the owner of its token.
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
    fn only_a_ci_jobs_token_is_removed() {
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
