//! The sources of rules as links: files of projects, RFCs, CVEs, pages.

use std::borrow::Cow;

/// Projects as sources name them, with the address and the revision of their files.
const PROJECTS: &[(&str, &str, &str)] = &[
    ("openshift-preflight", "redhat-openshift-ecosystem/openshift-preflight", "1.21.0"),
    ("git", "git/git", "HEAD"),
    ("git-clone(1", "git/git", "HEAD"),
    ("kobo", "release-engineering/kobo", "HEAD"),
    ("OCI", "opencontainers/image-spec", "HEAD"),
    ("openssh-portable", "openssh/openssh-portable", "HEAD"),
    ("rpm", "rpm-software-management/rpm", "HEAD"),
    ("gitlabhq", "gitlabhq/gitlabhq", "HEAD"),
    ("BoringSSL", "google/boringssl", "HEAD"),
];

/// Suffixes of file names that make a word a path.
const FILES: &[&str] = &[".go", ".c", ".h", ".cc", ".cc.inc", ".md", ".py", ".yml", ".conf"];

/// Sites whose pages are named with their path.
const SITES: &[&str] = &["docs.docker.com/", "github.com/", "semver.org"];

/// Returns a source with links in Markdown. A file belongs to the last project that is named before it, or
/// else to the next one.
pub(crate) fn linked(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut project = None;
    let mut words = source.split(' ').peekable();
    let mut rest = source;
    while let Some(word) = words.next() {
        rest = rest.strip_prefix(word).unwrap_or(rest).trim_start();
        let (name, after) = split_word(word);
        let next = words.peek().map(|next| split_word(next).0);
        if let Some(found) = project_of(name) {
            project = Some(found);
        }
        // Files of preflight are named without the project if the sentence is about it.
        if project.is_none() && name.starts_with("internal/") {
            project = project_of("openshift-preflight");
        }
        let target = target(name, next, project.as_ref().or(project_in(rest).as_ref()));
        let is_link = target.is_some();
        let shown = match (&target, next) {
            (Some((_, true)), Some(next)) => format!("{name} {next}"),
            _ => name.to_owned(),
        };
        match target {
            Some((url, _)) => out.extend(["[", &shown, "](", &url, ")"]),
            None => out += name,
        }
        // A number that is part of a link is read with its word.
        let tail =
            if is_link && shown != name { words.next().map_or("", |next| split_word(next).1) } else { after };
        out += tail;
        if words.peek().is_some() {
            out.push(' ');
        }
    }
    out
}

/// A project: its repository and a revision.
type Project = (Cow<'static, str>, &'static str);

fn project_of(word: &str) -> Option<Project> {
    let known = PROJECTS.iter().find(|(name, ..)| *name == word);
    if let Some((_, repository, revision)) = known {
        return Some((Cow::Borrowed(repository), revision));
    }
    let (owner, name) = word.split_once('/')?;
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let plain = |part: &str| !part.is_empty() && part.bytes().all(is_plain);
    let plain = |part: &str| plain(part) && !FILES.iter().any(|end| part.ends_with(end));
    let is_repository =
        plain(owner) && plain(name) && !["internal", "imagebuildah", "kobo", "frontend"].contains(&owner);
    is_repository.then(|| (Cow::Owned(word.to_owned()), "HEAD"))
}

/// The project that a text names first.
fn project_in(text: &str) -> Option<Project> {
    text.split(' ').find_map(|word| project_of(split_word(word).0))
}

/// Returns the target of a word, and true if the next word is part of the link.
fn target(word: &str, next: Option<&str>, project: Option<&Project>) -> Option<(String, bool)> {
    let number = next.filter(|next| !next.is_empty() && next.bytes().all(|b| b.is_ascii_digit()));
    if let Some(number) = number {
        let repository = project.map(|(repository, _)| repository);
        match (word, repository) {
            ("RFC", _) => return Some((format!("https://www.rfc-editor.org/rfc/rfc{number}"), true)),
            ("issue" | "issues", Some(repository)) => {
                return Some((format!("https://github.com/{repository}/issues/{number}"), true));
            }
            ("request", Some(repository)) => {
                return Some((format!("https://github.com/{repository}/pull/{number}"), true));
            }
            _ => {}
        }
    }
    if word.starts_with("CVE-") {
        return Some((format!("https://nvd.nist.gov/vuln/detail/{word}"), false));
    }
    if SITES.iter().any(|site| word.starts_with(site) && word.len() > "github.com".len()) {
        return Some((format!("https://{word}"), false));
    }
    if let Some((repository, revision)) = project {
        if FILES.iter().any(|end| word.ends_with(end)) {
            return Some((format!("https://github.com/{repository}/blob/{revision}/{word}"), false));
        }
        if project_of(word).is_some() {
            return Some((format!("https://github.com/{repository}"), false));
        }
    }
    None
}

/// A word, and the punctuation after it.
fn split_word(word: &str) -> (&str, &str) {
    let end = word.trim_end_matches([',', ';', ':', ')']).len();
    let start = word.len() - word.trim_start_matches('(').len();
    if start > 0 { (word, "") } else { word.split_at(end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_standards_and_issues_are_links() {
        for (source, expected) in [
            (
                "openshift-preflight 1.21.0 internal/engine/engine.go",
                "[openshift-preflight](https://github.com/redhat-openshift-ecosystem/openshift-preflight) 1.21.0 \
                 [internal/engine/engine.go](https://github.com/redhat-openshift-ecosystem/openshift-preflight/blob/1.21.0/internal/engine/engine.go)",
            ),
            (
                "internal/rpm/rpm.go of openshift-preflight 1.21.0",
                "[internal/rpm/rpm.go](https://github.com/redhat-openshift-ecosystem/openshift-preflight/blob/1.21.0/internal/rpm/rpm.go) of \
                 [openshift-preflight](https://github.com/redhat-openshift-ecosystem/openshift-preflight) 1.21.0",
            ),
            (
                "git url.c, is_url; CVE-2020-11008",
                "[git](https://github.com/git/git) [url.c](https://github.com/git/git/blob/HEAD/url.c), is_url; \
                 [CVE-2020-11008](https://nvd.nist.gov/vuln/detail/CVE-2020-11008)",
            ),
            ("RFC 3986, section 3.5", "[RFC 3986](https://www.rfc-editor.org/rfc/rfc3986), section 3.5"),
            (
                "moby/moby issues 51389 and 47065",
                "[moby/moby](https://github.com/moby/moby) [issues 51389](https://github.com/moby/moby/issues/51389) and 47065",
            ),
            ("the catalog shows these labels", "the catalog shows these labels"),
        ] {
            assert_eq!(linked(source), expected);
        }
    }

    /// All sources that are code of a project are links to it.
    #[test]
    fn every_source_file_is_a_link() {
        let (mut links, mut plain) = (0, Vec::new());
        for rule in rekey_core::rules() {
            let source = rule.basis.source();
            if linked(&source).contains("](https://") {
                links += 1;
            } else if FILES.iter().any(|end| source.split([' ', ',', ';']).any(|word| word.ends_with(end))) {
                plain.push(source.into_owned());
            }
        }
        assert!(plain.is_empty(), "{plain:?}");
        assert!(links > 120, "{links} links");
    }
}
