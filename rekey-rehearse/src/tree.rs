//! The step about the files of the commit.

use std::path::Path;

use rekey_core::{
    git_url::GitUrl,
    rehearsal::{SourceFailure, Submodule, TreeFacts, TreeFile, TreeKind, copied_sources},
};
use rekey_files::{
    Folder,
    read::{self, Kind, Location},
};

use crate::{
    Run, StepEnd, answers,
    checkout::Checkout,
    process,
    source::{MOST_BYTES, MOST_FILES},
};

/// The first line of a pointer of git LFS.
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/v1";
/// The maximum size of such a pointer.
const LONGEST_POINTER: u64 = 1024;
/// The maximum number of submodules that are tried.
const MOST_SUBMODULES: usize = 10;

impl Run<'_> {
    /// Reads the names, kinds and sizes of the commit's files.
    pub(crate) fn read_tree(&mut self) -> Result<(), SourceFailure> {
        let failed = || SourceFailure::Clone { message: "the commit cannot be read".to_owned() };
        let output = self.git_in_clone(&["ls-tree", "-r", "-l", "-z", "HEAD"]).ok_or_else(failed)?;
        let mut tree = TreeFacts::default();
        let mut bytes = 0_u64;
        for line in output.stdout.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            let line = String::from_utf8_lossy(line);
            let Some((left, path)) = line.split_once('\t') else { continue };
            let mut words = left.split_ascii_whitespace();
            let mode = words.next().unwrap_or_default();
            let size = words.nth(2).and_then(|size| size.parse().ok()).unwrap_or(0);
            let kind = match mode {
                "120000" => TreeKind::Link,
                "160000" => TreeKind::Submodule,
                "100755" => TreeKind::Executable,
                _ => TreeKind::File,
            };
            bytes = bytes.saturating_add(size);
            if tree.files.len() >= MOST_FILES || bytes > MOST_BYTES {
                tree.too_large = true;
                tree.files.clear();
                break;
            }
            tree.files.push(TreeFile { path: path.to_owned(), kind, size });
        }
        self.facts.tree = Some(tree);
        Ok(())
    }

    pub(crate) fn tree(&mut self) -> StepEnd {
        let checkout = self.request.folder.and_then(|folder| Checkout::of(self, folder));
        let prefix = checkout.as_ref().map_or("", |checkout| checkout.prefix.as_str());
        let join = |path: &str| clean_path(&format!("{prefix}/{path}"));
        let (mut dockerfile, context) = (join(self.request.dockerfile), join(self.request.context));
        let root = Folder::new(self.environment.folder.join("source"));
        let has = |path: &str| {
            let tree = self.facts.tree.as_ref();
            tree.is_some_and(|tree| tree.files.iter().any(|file| file.path == path))
        };
        // Konflux looks in the context first.
        let inside = clean_path(&format!("{context}/{}", self.request.dockerfile));
        if self.options.like_konflux && has(&inside) {
            dockerfile = inside;
        }
        let read = |path: &str, kind| read::file(Location::Below(&root, Path::new(path)), path, kind).ok();
        self.dockerfile = if has(&dockerfile) { read(&dockerfile, Kind::Dockerfile) } else { None };
        let ignore_files =
            [format!("{dockerfile}.dockerignore"), clean_path(&format!("{context}/.dockerignore"))];
        let ignore_file = ignore_files.into_iter().find(|path| has(path)).and_then(|path| {
            let text = read(&path, Kind::Ignore)?;
            Some((path, String::from_utf8_lossy(&text).into_owned()))
        });
        let mut tree = self.facts.tree.take().unwrap_or_default();
        for file in tree.files.iter_mut().filter(|file| (100..LONGEST_POINTER).contains(&file.size)) {
            let is_file = matches!(file.kind, TreeKind::File | TreeKind::Executable);
            let text = is_file.then(|| read(&file.path, Kind::Dockerfile)).flatten();
            if text.is_some_and(|text| text.starts_with(LFS)) {
                file.kind = TreeKind::LfsPointer;
            }
        }
        let text = self.dockerfile.clone().unwrap_or_default();
        let copied = copied_sources(&text, self.request.build_args, self.request.stage);
        let mut wanted: Vec<_> =
            copied.into_iter().map(|(_, source)| clean_path(&format!("{context}/{source}"))).collect();
        wanted.push(dockerfile.clone());
        wanted.sort();
        wanted.dedup();
        tree.dockerfile = dockerfile;
        tree.context = context;
        tree.ignore_file = ignore_file;
        if let Some(checkout) = checkout {
            let head = self.source().moved_to.clone().or(self.source().commit.clone()).unwrap_or_default();
            checkout.compare(self, &head, &wanted, &mut tree);
        }
        tree.submodules = self.submodules(&tree);
        let evidence = format!(
            "{} in the commit: {} files",
            tree.dockerfile,
            tree.files.iter().filter(|file| file.kind != TreeKind::Submodule).count()
        );
        self.facts.tree = Some(tree);
        if self.dockerfile.is_none() {
            return StepEnd::Last(None, "the commit has no Dockerfile to build".to_owned());
        }
        StepEnd::Next(Some(evidence))
    }

    /// Tries to reach each submodule with the same key.
    fn submodules(&self, tree: &TreeFacts) -> Vec<Submodule> {
        let paths: Vec<_> = tree
            .files
            .iter()
            .filter(|file| file.kind == TreeKind::Submodule)
            .map(|file| file.path.as_str())
            .collect();
        if paths.is_empty() {
            return Vec::new();
        }
        let pattern = r"^submodule\..*\.(path|url)$";
        let listed =
            self.git_in_clone(&["config", "--blob", "HEAD:.gitmodules", "-z", "--get-regexp", pattern]);
        let text = listed.map_or_else(String::new, |output| output.text());
        let values: Vec<_> = text.split('\0').filter_map(|entry| entry.split_once('\n')).collect();
        let url_of = |path: &str| {
            let is_it = |(key, value): &&(&str, &str)| *value == path && key.strip_suffix("path").is_some();
            let section = values.iter().find(is_it)?.0.strip_suffix("path")?;
            let found = values.iter().find(|(key, _)| key.strip_prefix(section) == Some("url"))?;
            Some(found.1.to_owned())
        };
        let one = |path: &str| {
            let url = url_of(path).unwrap_or_default();
            let absolute = resolve(&self.url.to_string(), &url);
            let (reachable, message) = match GitUrl::parse(&absolute) {
                Ok(parsed) => match self.list_references(&parsed.to_string(), &[]) {
                    Ok(output) if output.succeeded() => (Some(true), String::new()),
                    Ok(output) => (Some(false), answers::host_message(&output.stderr)),
                    Err(_) => (None, "git cannot be started".to_owned()),
                },
                Err(_) => (Some(false), "its URL cannot be used".to_owned()),
            };
            let shown = GitUrl::parse(&url)
                .map_or_else(|_| process::clean(&without_user(&url)), |url| url.to_string());
            Submodule { path: process::clean(path), url: shown, reachable, message }
        };
        paths.into_iter().take(MOST_SUBMODULES).map(one).collect()
    }
}

/// A URL without user info.
fn without_user(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) if rest.contains('@') => {
            format!("{scheme}://{}", rest.rsplit_once('@').map_or(rest, |(_, host)| host))
        }
        _ => url.to_owned(),
    }
}

/// The URL of a submodule, which may be relative to that of the repository.
fn resolve(base: &str, url: &str) -> String {
    if !(url.starts_with("./") || url.starts_with("../")) {
        return url.to_owned();
    }
    let (mut base, mut rest) = (base.trim_end_matches('/').to_owned(), url);
    let mut separator = '/';
    loop {
        if let Some(after) = rest.strip_prefix("../") {
            rest = after;
            let cut = base.rfind('/').or_else(|| base.rfind(':')).unwrap_or(0);
            separator = if base[cut..].starts_with(':') { ':' } else { '/' };
            base.truncate(cut);
        } else if let Some(after) = rest.strip_prefix("./") {
            rest = after;
        } else {
            return format!("{base}{separator}{rest}");
        }
    }
}

/// A path without empty parts, `.` and `..`.
pub(crate) fn clean_path(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_submodules_are_resolved_as_git_does() {
        let cases = [
            ("git@h:acme/app.git", "../lib.git", "git@h:acme/lib.git"),
            ("git@h:app.git", "../lib.git", "git@h:lib.git"),
            ("ssh://git@h:22/acme/app", "../../x/lib", "ssh://git@h:22/x/lib"),
            ("https://h/acme/app.git", "./lib", "https://h/acme/app.git/lib"),
            ("https://h/acme/app", "https://o/lib", "https://o/lib"),
        ];
        for (base, url, expected) in cases {
            assert_eq!(resolve(base, url), expected, "{base} {url}");
        }
        assert_eq!(clean_path("/a/./b/../c"), "a/c");
    }
}
